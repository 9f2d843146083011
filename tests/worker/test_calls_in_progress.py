"""The calls that a worker carries: found, ended, counted, and kept apart."""

from __future__ import annotations

import asyncio
from typing import Any

from ringtrue.domain.call import CallStatus
from ringtrue.domain.disposition import Disposition
from ringtrue.ids import CallId
from ringtrue.testing.contracts.store_samples import AT, SECOND, waiting_call

CALLS = [waiting_call(f"{n}", deadline_at=AT + 2000 * SECOND) for n in range(3)]


async def carried(worker: Any) -> list[Any]:
    """Three calls, answered."""
    worker.add(*CALLS)
    await worker.ring(2)
    for ring in worker.carrier.rings:
        ring.leg.answer(worker.clock.now())
    for call in CALLS:
        await worker.status(call.id, CallStatus.ONGOING)
    rings: list[Any] = worker.carrier.rings
    return rings


def test_calls_are_counted_for_admission(play: Any) -> None:
    """From their start to their end."""

    async def test(worker: Any) -> None:
        rings = await carried(worker)
        assert (len(worker.calls), worker.admission.calls, worker.admission.free()) == (3, 3, 17)

        rings[0].leg.party_hangs_up()
        await worker.clock.sleep(1)
        assert (len(worker.calls), worker.admission.calls) == (2, 2)

    play(test)


def test_one_is_ended_for_its_reason(play: Any) -> None:
    """The first reason counts; a call that is not carried here is nobody's."""

    async def test(worker: Any) -> None:
        rings = await carried(worker)
        worker.calls.end(CallId("call_elsewhere"), Disposition.CANCELLED)
        number = next(n for n, ring in enumerate(rings) if worker.store.now(lambda tx, ring=ring: is_of(tx, ring, CALLS[1].id)))
        worker.calls.end(CALLS[1].id, Disposition.MANUAL_STOPPED)
        worker.calls.end(CALLS[1].id, Disposition.CANCELLED)
        await worker.clock.sleep(1)

        assert [ring.leg.hang_ups for ring in rings] == [[Disposition.MANUAL_STOPPED] if n == number else [] for n in range(3)]

    play(test)


def is_of(tx: Any, ring: Any, call_id: CallId) -> bool:
    """Whether the ring is the call's."""
    return bool(tx.intent(call_id).leg_id == ring.intent.snapshot.leg_id)


def test_all_are_ended_and_then_it_is_idle(play: Any) -> None:
    """A worker that must stop waits for the records."""

    async def test(worker: Any) -> None:
        await carried(worker)
        idle = asyncio.create_task(worker.calls.idle())
        await worker.clock.sleep(1)
        assert not idle.done()

        worker.calls.end_all(Disposition.MANUAL_STOPPED)
        await idle

        assert {worker.store.call(call.id).disposition for call in CALLS} == {Disposition.MANUAL_STOPPED}

    play(test)


def test_a_broken_call_is_closed_through_an_outage(play: Any) -> None:
    """It must not wait for its deadline because the store was down at the wrong moment."""

    async def test(worker: Any) -> None:
        rings = await carried(worker)
        broken = next(ring for ring in rings if worker.store.now(lambda tx, ring=ring: is_of(tx, ring, CALLS[0].id)))
        worker.store.down = True
        broken.leg.rate_hz = 0  # What comes of it is a division by zero at the end of the call.
        broken.leg.party_hangs_up()
        await worker.clock.sleep(4)
        worker.store.down = False
        await worker.clock.sleep(2)

        assert worker.store.call(CALLS[0].id).disposition is Disposition.ERROR_UNKNOWN
        assert [worker.store.call(call.id).status for call in CALLS[1:]] == [CallStatus.ONGOING] * 2
        assert len(worker.calls) == 2

    play(test)
