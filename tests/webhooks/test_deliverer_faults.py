"""What a deliverer survives: its own death, another beside it, a database that is away, a defect. In virtual time."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar

import httpx
import pytest
from structlog.testing import capture_logs

from ringtrue.calls import deliveries
from ringtrue.calls.store import Tx
from ringtrue.clock import SystemClock
from ringtrue.domain.webhook import DeliveryState
from ringtrue.errors import StoreUnavailable
from ringtrue.storage.database import SqliteStore
from ringtrue.testing.clock import START, run_virtual
from ringtrue.testing.office import Office

from .receivers import SECRET, InlineStore, Pretended, hook
from .virtual import Log, deliverer, ended_call, never, ok, states, stop, until

pytestmark = pytest.mark.usefixtures("_library_on_our_clock")
T = TypeVar("T")


def test_what_was_committed_before_a_crash_is_sent_after_it(store: SqliteStore, office: Office, tmp_path: Path) -> None:
    """The process died between the commit and the first try: the row is all that is needed."""
    store.run_now(lambda tx: hook(tx, office, "alive", "call.ended"))
    store.run_now(lambda tx: ended_call(tx, office))
    store.close()
    again = SqliteStore.open(tmp_path / "ringtrue.db", SystemClock())
    log = Log()

    async def main() -> None:
        working = asyncio.create_task(deliverer(InlineStore(again), Pretended(alive=log)).run())
        await until(lambda: len(log.taken) == 1, most=5)
        await stop(working)

    try:
        run_virtual(main())
        assert states(again, "alive") == {"delivered": 1}
    finally:
        again.close()


def test_two_deliverers_send_each_event_once(store: SqliteStore, office: Office) -> None:
    """What one has in hand the other leaves."""

    async def slowly(_request: httpx.Request) -> httpx.Response:
        await asyncio.sleep(0.7)
        return ok()

    log = Log(slowly)
    store.run_now(lambda tx: hook(tx, office, "alive"))
    for _ in range(10):
        store.run_now(lambda tx: ended_call(tx, office))

    async def main() -> None:
        receivers = Pretended(alive=log)
        working = [asyncio.create_task(deliverer(InlineStore(store), receivers).run()) for _ in range(2)]
        await until(lambda: states(store, "alive") == {"delivered": 40}, most=100)
        for one in working:
            await stop(one)

    run_virtual(main())

    assert Counter(event["id"] for event in log.seen).most_common(1)[0][1] == 1
    for call in {event["data"]["call"]["id"] for event in log.seen}:
        sequences = [event["sequence"] for event in log.seen if event["data"]["call"]["id"] == call]
        assert sequences == sorted(sequences)


def test_what_was_in_hand_when_the_process_died_is_sent_again(store: SqliteStore, office: Office) -> None:
    """When its claim ends; the receiver knows it by its id."""
    log = Log(never)
    store.run_now(lambda tx: hook(tx, office, "alive", "call.ended"))
    store.run_now(lambda tx: ended_call(tx, office))
    times: list[float] = []

    async def main() -> None:
        loop = asyncio.get_running_loop()
        working = asyncio.create_task(deliverer(InlineStore(store), Pretended(alive=log)).run())
        await until(lambda: len(log.seen) == 1)
        await stop(working)
        second = Log()
        working = asyncio.create_task(deliverer(InlineStore(store), Pretended(alive=second)).run())
        await until(lambda: len(second.taken) == 1)
        times.append(loop.time())
        await stop(working)
        assert second.bodies == log.bodies

    run_virtual(main())

    assert deliveries.CLAIMED_FOR <= timedelta(seconds=times[0]) < deliveries.CLAIMED_FOR + timedelta(seconds=2)


def test_a_receiver_that_is_gone_is_left_in_peace(store: SqliteStore, office: Office) -> None:
    """After its 410 nothing comes."""

    async def gone(_request: httpx.Request) -> httpx.Response:
        return ok(410)

    log = Log(gone)
    webhook = store.run_now(lambda tx: hook(tx, office, "gone", "call.ended"))
    store.run_now(lambda tx: ended_call(tx, office))

    async def main() -> None:
        working = asyncio.create_task(deliverer(InlineStore(store), Pretended(gone=log)).run())
        await until(lambda: states(store, "gone") == {"given_up": 1}, most=5)
        store.run_now(lambda tx: ended_call(tx, office))
        await asyncio.sleep(60)
        await stop(working)

    run_virtual(main())

    assert len(log.seen) == 1
    stored = store.read_now(lambda tx: tx.webhook_by_id(webhook.id))
    assert stored is not None
    assert not stored.enabled


def test_a_defect_at_one_receiver_ends_no_other_delivery(store: SqliteStore, office: Office) -> None:
    """It counts as a try that failed, and the log has it whole."""

    async def broken(_request: httpx.Request) -> httpx.Response:
        raise ZeroDivisionError

    log = Log()
    store.run_now(lambda tx: hook(tx, office, "broken", "call.ended"))
    store.run_now(lambda tx: hook(tx, office, "alive", "call.ended"))
    store.run_now(lambda tx: ended_call(tx, office))

    async def main() -> None:
        working = asyncio.create_task(deliverer(InlineStore(store), Pretended(broken=broken, alive=log)).run())
        await until(lambda: states(store, "alive") == {"delivered": 1}, most=5)
        await asyncio.sleep(60)
        assert not working.done()
        await stop(working)

    with capture_logs() as logged:
        run_virtual(main())

    assert len([entry for entry in logged if entry["event"] == "delivery.broken"]) >= 2
    assert states(store, "broken") == {"waiting": 1}


def test_a_database_that_is_away_only_delays(store: SqliteStore, office: Office) -> None:
    """At the look, at the claim, and after the answer: then it is sent again."""

    class Failing(InlineStore):
        n_left = 12

        async def run(self, work: Callable[[Tx], T]) -> T:
            self._fail()
            return await super().run(work)

        async def read(self, work: Callable[[Tx], T]) -> T:
            self._fail()
            return await super().read(work)

        def _fail(self) -> None:
            if self.n_left and chance.random() < 0.4:
                self.n_left -= 1
                raise StoreUnavailable("The disk is full.")

    chance = random.Random(3)
    log = Log()
    store.run_now(lambda tx: hook(tx, office, "alive"))
    for _ in range(5):
        store.run_now(lambda tx: ended_call(tx, office))

    async def main() -> None:
        working = asyncio.create_task(deliverer(Failing(store), Pretended(alive=log)).run())
        await until(lambda: states(store, "alive") == {"delivered": 20})
        await stop(working)

    run_virtual(main())

    assert len({event["id"] for event in log.taken}) == 20
    assert len(log.seen) > 20


def test_neither_secret_nor_address_nor_transcript_gets_into_the_logs(store: SqliteStore, office: Office) -> None:
    """What failed is named by its ids."""

    async def refuse(_request: httpx.Request) -> httpx.Response:
        return ok(500)

    def gone_wrong(_request: httpx.Request) -> Any:
        raise ZeroDivisionError

    store.run_now(lambda tx: hook(tx, office, "refusing", "call.ended"))
    store.run_now(lambda tx: hook(tx, office, "broken", "call.ended"))
    store.run_now(lambda tx: ended_call(tx, office))

    async def main() -> None:
        working = asyncio.create_task(deliverer(InlineStore(store), Pretended(refusing=refuse, broken=gone_wrong)).run())
        await asyncio.sleep(30)
        await stop(working)

    with capture_logs() as logged:
        run_virtual(main())

    text = repr(logged)
    assert {"delivery.failed", "delivery.broken"} <= {entry["event"] for entry in logged}
    assert "whk_" in text
    for secret in (SECRET, SECRET.removeprefix("whsec_"), "hush", "example", "Anna", "+1415"):
        assert secret not in text


def test_a_dead_receiver_is_given_up_and_said_so(store: SqliteStore, office: Office) -> None:
    """At the last try, 75 hours after the event."""

    async def refuse(_request: httpx.Request) -> httpx.Response:
        return ok(500)

    webhook = store.run_now(lambda tx: hook(tx, office, "refusing", "call.ended"))
    store.run_now(lambda tx: ended_call(tx, office))
    (waiting,) = store.read_now(lambda tx: tx.waiting_deliveries(webhook.id, 9))
    early = START - timedelta(hours=75)
    store.run_now(
        lambda tx: tx._sql.change(  # type: ignore[attr-defined]  # the port cannot change when an event was
            "UPDATE deliveries SET created_at = :at", {"at": int(early.timestamp()) * 1_000_000}
        )
    )

    async def main() -> None:
        working = asyncio.create_task(deliverer(InlineStore(store), Pretended(refusing=refuse)).run())
        await until(lambda: states(store, "refusing") == {"given_up": 1}, most=5)
        await stop(working)

    with capture_logs() as logged:
        run_virtual(main())

    stored = store.read_now(lambda tx: tx.delivery(waiting.webhook_id, waiting.id))
    assert stored is not None
    assert (stored.state, stored.status) == (DeliveryState.GIVEN_UP, 500)
    assert [entry["event"] for entry in logged] == ["delivery.given_up"]
