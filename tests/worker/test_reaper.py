"""The reaper: what a dead worker left is ended and closed, never dialled again."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from ringtrue.domain.call import CallStatus, Stage
from ringtrue.domain.disposition import Disposition
from ringtrue.testing.contracts.store_samples import AT, SECOND, lease, leg, waiting_call
from ringtrue.worker import snapshots

CALL = waiting_call("a", deadline_at=AT + 2000 * SECOND)


@pytest.fixture
def successor(worker: Any, store: Any, tmp_path: Path) -> Callable[[], Any]:
    """Makes a second worker on the same store: a process that was started after the first died."""
    return lambda: type(worker)(store, tmp_path / "recordings", name="worker_2")


@asynccontextmanager
async def reaping(worker: Any) -> AsyncIterator[None]:
    """The worker's reaper and dispatcher run."""
    tasks = [asyncio.create_task(worker.reaper.run()), asyncio.create_task(worker.dispatcher.run())]
    yield
    for task in tasks:
        if task.done():
            task.result()
        task.cancel()


def forget(worker: Any) -> None:
    """The worker dies: its calls are carried no more, and it writes nothing more."""
    for task in worker.calls._tasks:
        task.cancel()


def test_a_dead_worker_s_call_is_buried(play: Any, successor: Any) -> None:
    """Its leg is given up from the stored snapshot, the call ends where its audio ends, and nothing rings again."""

    async def test(first: Any) -> None:
        first.add(CALL)
        ring = await first.ring()
        ring.leg.answer(first.clock.now())
        ring.confirm()
        await first.status(CALL.id, CallStatus.ONGOING)
        await first.clock.sleep(5)
        forget(first)
        second = successor()
        second.last_audio = timedelta(seconds=4)

        async with reaping(second):
            over = await second.over(CALL.id)
            await second.clock.sleep(60)

        confirmed = replace(ring.intent.snapshot, state="confirmed", remote_tag="far")
        assert second.carrier.abandoned == [(confirmed, Disposition.ERROR_WORKER_LOST)]
        assert (over.status, over.disposition, over.duration_ms) == (CallStatus.ERROR, Disposition.ERROR_WORKER_LOST, 4000)
        assert (len(first.carrier.rings), second.carrier.rings) == (1, [])

    play(test)


def test_a_phone_that_still_rings_is_stopped(play: Any, successor: Any) -> None:
    """The worker died between its INVITE and the answer."""

    async def test(first: Any) -> None:
        first.add(CALL)
        ring = await first.ring()
        await first.clock.sleep(1)
        forget(first)
        second = successor()

        async with reaping(second):
            over = await second.over(CALL.id)

        ((snapshot, _),) = second.carrier.abandoned
        assert (snapshot.leg_id, snapshot.state) == (ring.intent.snapshot.leg_id, "inviting")
        assert (over.disposition, over.duration_ms) == (Disposition.ERROR_WORKER_LOST, None)
        assert second.carrier.rings == []

    play(test)


def test_a_worker_that_comes_back_from_the_dead_writes_nothing(play: Any, successor: Any) -> None:
    """It was only stopped for a while: it finds itself fenced off and gives its leg up."""

    async def test(first: Any) -> None:
        first.add(CALL)
        ring = await first.ring()
        ring.leg.answer(first.clock.now())
        await first.status(CALL.id, CallStatus.ONGOING)
        await first.clock.sleep(4)
        second = successor()
        async with reaping(second):
            over = await second.over_in_store(CALL.id)
            legs = first.store.now(lambda tx: tx.legs(CALL.id))
            said = first.store.now(lambda tx: tx.utterances(CALL.id))

            ring.confirm()
            await first.clock.sleep(3)

        assert ring.leg.hang_ups == [Disposition.ERROR_WORKER_LOST]
        assert first.store.now(lambda tx: tx.legs(CALL.id)) == legs
        assert first.store.now(lambda tx: tx.utterances(CALL.id)) == said
        assert first.store.call(CALL.id) == over

    play(test)


def orphan(worker: Any, name: str, snapshot: str | None = None, *, owner: str = "worker_dead") -> Any:
    """A call that a dead worker left ringing."""
    call = waiting_call(name, deadline_at=AT + 2000 * SECOND)
    ring = replace(call, stage=Stage.DIALLING, fence=1, due_at=None)
    row = leg(call, name)
    text = snapshot or snapshots.encode(
        worker.carrier.intend(leg_id=row.id, to_number="1", from_number="2", ring=SECOND).snapshot
    )
    worker.add(ring)
    worker.store.now(lambda tx: tx.put_leg(replace(row, snapshot=text)))
    worker.store.now(lambda tx: tx.put_lease(lease(call, worker_id=owner, expires_at=AT + 5000 * SECOND)))
    return call.id


def test_an_unreadable_snapshot_keeps_no_other_call_open(play: Any, worker: Any) -> None:
    """It is logged; both calls are closed, and the reaper lives on."""

    async def test(worker: Any) -> None:
        bad, good = orphan(worker, "bad", "{}"), orphan(worker, "good")

        async with reaping(worker):
            await worker.over(bad)
            await worker.over(good)

        assert [snapshot.leg_id for snapshot, _ in worker.carrier.abandoned] == ["leg_good"]

    play(test)


def test_a_silent_far_end_holds_up_nobody(play: Any) -> None:
    """While its BYE is repeated, leases of living calls are renewed and other orphans buried."""

    async def test(worker: Any) -> None:
        worker.carrier.abandon_seconds = 1000.0
        call_id = orphan(worker, "x")
        worker.add(CALL)
        ring = await worker.ring()

        async with reaping(worker):
            await worker.clock.sleep(39)
            assert not worker.store.call(call_id).status.is_terminal
            held = worker.store.now(lambda tx: tx.lease(CALL.id))
            assert held.expires_at > worker.clock.now() + timedelta(seconds=20)
            await worker.clock.sleep(2)
            assert worker.store.call(call_id).disposition is Disposition.ERROR_WORKER_LOST
            assert len(worker.carrier.abandoned) == 1
            ring.leg.party_hangs_up()
            await worker.over(CALL.id)

    play(test)


def test_an_outage_only_delays_a_burial(play: Any) -> None:
    """The call was taken over already, so nobody else would close it."""

    async def test(worker: Any) -> None:
        worker.carrier.abandon_seconds = 2.0
        call_id = orphan(worker, "x")

        async with reaping(worker):
            await worker.clock.sleep(1)
            worker.store.down = True
            await worker.clock.sleep(30)
            worker.store.down = False
            over = await worker.over(call_id)

        assert over.disposition is Disposition.ERROR_WORKER_LOST
        assert len(worker.carrier.abandoned) == 1

    play(test)


def test_a_recording_that_cannot_be_read_closes_the_call_all_the_same(play: Any) -> None:
    """Its end is then the instant of the burial."""

    async def test(worker: Any) -> None:
        call_id = orphan(worker, "x")
        ongoing = replace(
            worker.store.call(call_id), status=CallStatus.ONGOING, stage=Stage.ANSWERED, started_at=AT - 20 * SECOND
        )
        worker.store.now(lambda tx: tx.put_call(ongoing))

        def unreadable(_call: Any) -> None:
            raise ValueError("not a recording")

        worker.reaper._last_audio = unreadable
        async with reaping(worker):
            over = await worker.over(call_id)

        assert (over.disposition, over.duration_ms) == (Disposition.ERROR_WORKER_LOST, 10_000)

    play(test)


def test_a_call_past_its_deadline_is_closed_and_its_leg_ended(play: Any) -> None:
    """The last resort: whatever hung, the line is given up."""

    async def test(worker: Any) -> None:
        worker.add(CALL)
        ring = await worker.ring()
        stuck = replace(worker.store.call(CALL.id), deadline_at=worker.clock.now() + SECOND)
        worker.store.now(lambda tx: tx.put_call(stuck))

        async with reaping(worker):
            over = await worker.over(CALL.id)

        assert over.disposition is Disposition.ERROR_WORKER_LOST
        assert ring.leg.hang_ups == [Disposition.ERROR_WORKER_LOST]

    play(test)


def test_own_calls_are_left_alone(play: Any) -> None:
    """Their leases are renewed for as long as they last."""

    async def test(worker: Any) -> None:
        worker.add(CALL)
        ring = await worker.ring()
        ring.leg.answer(worker.clock.now())

        async with reaping(worker):
            await worker.clock.sleep(3)
            ring.leg.hold()
            await worker.clock.sleep(120)
            assert worker.store.call(CALL.id).status is CallStatus.ONGOING
            assert worker.carrier.abandoned == []
            ring.leg.party_hangs_up()
            await worker.over(CALL.id)

    play(test)
