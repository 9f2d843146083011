"""`POST /calls/{id}/analysis`: a call that is over is analysed once more, as it was accepted."""

from __future__ import annotations

import asyncio
import contextlib
import json
from dataclasses import replace
from datetime import timedelta

import pytest

from ringtrue.completion import Completion
from ringtrue.domain.call import Call
from ringtrue.ids import VersionId
from ringtrue.storage.recordings import RecordingFiles
from ringtrue.testing.office import FILES

from .conftest import KEYS, Desk

MEASURED = '{"status":"complete","turns":[]}'


def completed(desk: Desk) -> None:
    """Everything that is queued is done, some time after the call."""
    desk.clock.advance(timedelta(minutes=2))

    async def work() -> None:
        recordings = RecordingFiles(desk.folder / "recordings")
        completion = Completion(store=desk.store, files=FILES, recordings=recordings, clock=desk.clock)
        running = asyncio.ensure_future(completion.run())
        desk.clock.plans.append((0.0, running.cancel))  # at its first pause
        with contextlib.suppress(asyncio.CancelledError):
            await running

    asyncio.run(work())


def analysed(desk: Desk) -> Call:
    """A call that ended, with its first analysis."""
    call = desk.call("ended")
    outcome = json.dumps({"outcome": {"step": "done", "successful": True, "fields": {}}, "evidence": {}})
    desk.store.run_now(lambda tx: tx.put_outcome(call.id, outcome))
    completed(desk)
    desk.store.run_now(lambda tx: tx.put_turns(call.id, MEASURED))
    return call


def test_it_is_pending_until_it_is_done(desk: Desk) -> None:
    """The answer is the call; what comes of it is what came of it the first time, and the turns stay as they were measured."""
    call = analysed(desk)
    first = desk.ask("GET", f"/calls/{call.id}").json()
    assert first["call_analysis"]["status"] == "complete"

    answer = desk.ask("POST", f"/calls/{call.id}/analysis")

    pending = answer.json()
    assert (answer.status_code, pending["id"], pending["call_analysis"]["status"]) == (200, call.id, "pending")
    assert desk.ask("GET", f"/calls/{call.id}").json() == pending
    completed(desk)
    assert desk.ask("GET", f"/calls/{call.id}").json() == first
    assert desk.store.read_now(lambda tx: tx.turns(call.id)) == MEASURED


def test_it_goes_by_the_version_the_call_was_accepted_under(desk: Desk) -> None:
    """Whatever the project has become."""
    call = analysed(desk)
    before = desk.ask("GET", f"/calls/{call.id}").json()["call_analysis"]
    yaml = "name: appointment\nlanguage: en-US\nscript:\n  - say: Goodbye.\n  - end\n"

    newer = replace(desk.office.version, id=VersionId("ver_newer"), number=2, yaml=yaml)
    desk.store.run_now(lambda tx: tx.add_version(newer))
    desk.ask("POST", f"/calls/{call.id}/analysis")
    completed(desk)

    assert before["custom_analysis_data"] != {}
    assert desk.ask("GET", f"/calls/{call.id}").json()["call_analysis"] == before


def test_asked_twice_it_is_queued_once(desk: Desk) -> None:
    """With and without an idempotency key; also when the first analysis is still to come."""
    call = analysed(desk)
    fresh = desk.call("ended")
    n_queued = desk.count("effects")

    for _ in range(2):
        assert desk.ask("POST", f"/calls/{call.id}/analysis").status_code == 200
        keyed = desk.ask("POST", f"/calls/{call.id}/analysis", headers={"Idempotency-Key": "again"})
        assert keyed.status_code == 200
        assert desk.ask("POST", f"/calls/{fresh.id}/analysis").json()["call_analysis"]["status"] == "pending"

    assert keyed.headers["Idempotency-Replayed"] == "true"
    assert desk.count("effects") == n_queued + 1


@pytest.mark.parametrize(
    ("stage", "status"), [("scheduled", "scheduled"), ("queued", "queued"), ("ringing", "queued"), ("ongoing", "ongoing")]
)
def test_a_call_that_is_not_over_is_not_analysed(desk: Desk, stage: str, status: str) -> None:
    """409, naming its status."""
    answer = desk.ask("POST", f"/calls/{desk.call(stage).id}/analysis")

    assert (answer.status_code, answer.json()["code"]) == (409, "wrong_state")
    assert f"is {status}" in answer.json()["detail"]


def test_a_call_that_never_connected_has_nothing_to_analyse(desk: Desk) -> None:
    """409 of its own, and nothing is queued."""
    call = desk.call("error")

    answer = desk.ask("POST", f"/calls/{call.id}/analysis")

    assert (answer.status_code, answer.json()["code"]) == (409, "never_connected")
    assert desk.count("effects") == 0
    assert desk.ask("GET", f"/calls/{call.id}").json()["call_analysis"] is None


def test_who_may_not(desk: Desk) -> None:
    """Strangers find no call, keys that read change nothing, and no field is taken."""
    call = analysed(desk)

    assert desk.ask("POST", f"/calls/{call.id}/analysis", key=KEYS["other"]).status_code == 404
    assert desk.ask("POST", f"/calls/{call.id}/analysis", key=KEYS["read"]).status_code == 403
    assert desk.ask("POST", f"/calls/{call.id}/analysis", json={"analyzer": "x"}).status_code == 422
    assert desk.ask("GET", f"/calls/{call.id}").json()["call_analysis"]["status"] == "complete"


def test_webhooks_are_told_of_each_analysis(desk: Desk) -> None:
    """As two events, the second once the new one is there."""
    made = desk.ask("POST", "/listeners", json={"events": ["call.analyzed"]}).json()
    call = analysed(desk)

    desk.ask("POST", f"/calls/{call.id}/analysis")
    between = desk.ask("POST", f"/listeners/{made['id']}/next").json()["deliveries"]
    completed(desk)
    after = desk.ask("POST", f"/listeners/{made['id']}/next").json()["deliveries"]

    assert [len(between), len(after), len({one["event_id"] for one in after})] == [1, 2, 2]
