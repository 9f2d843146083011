"""What completes a call's record tells of it."""

from __future__ import annotations

import asyncio
import json
from contextlib import suppress
from pathlib import Path

from ringtrue import ids
from ringtrue.calls import webhooks
from ringtrue.calls.store import Tx
from ringtrue.clock import SystemClock
from ringtrue.completion import Completion
from ringtrue.domain.disposition import Disposition
from ringtrue.domain.facts import LegEnded
from ringtrue.storage.database import SqliteStore
from ringtrue.storage.recordings import RecordingFiles
from ringtrue.testing.clock import START, ManualClock, StuckError
from ringtrue.testing.office import FILES, answered, claimed, happened, open_office, placed


def test_an_analysis_is_told_in_the_transaction_that_stores_it(tmp_path: Path) -> None:
    """Once, after the end of the call, and with what was found."""
    store = SqliteStore.open(tmp_path / "ringtrue.db", SystemClock())

    def work(tx: Tx) -> tuple[str, ids.WebhookId]:
        office = open_office(tx)
        webhook = webhooks.create(
            tx,
            office.org.id,
            url="https://example.com/",
            events=("call.ended", "call.analyzed"),
            enabled=True,
            secret="whsec_eA==",
            at=START,
        )
        call = answered(tx, claimed(tx, placed(tx, office)))
        happened(tx, call.id, LegEnded(disposition=Disposition.USER_HANGUP, duration_ms=100))
        return call.id, webhook.id

    call_id, webhook_id = store.run_now(work)
    clock = ManualClock()
    completion = Completion(store=store, files=FILES, recordings=RecordingFiles(tmp_path / "recordings"), clock=clock)

    for _ in range(2):
        with suppress(StuckError):  # it would wait for more to do
            asyncio.run(completion.run())

    def look(tx: Tx) -> tuple[list[str], list[str], str | None]:
        found = tx.waiting_deliveries(webhook_id, 10)
        analyses = [json.loads(one.body)["data"]["call"]["call_analysis"]["status"] for one in found]
        return [one.kind for one in found], analyses, tx.analysis(ids.CallId(call_id))

    kinds, analyses, analysis = store.read_now(look)
    store.close()
    assert kinds == ["call.ended", "call.analyzed"]
    assert analysis is not None
    assert analyses == ["pending", json.loads(analysis)["status"]]
    assert analyses[1] != "pending"
