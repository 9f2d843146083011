"""The dispatcher rings what is due: never before, never twice, whatever breaks beside it."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

from ringtrue.calls import control
from ringtrue.domain.call import CallStatus, Stage
from ringtrue.domain.disposition import Disposition
from ringtrue.errors import SpeechError
from ringtrue.testing.contracts.store_samples import AT, ORG, SECOND, waiting_call


def test_a_due_call_rings_once_at_its_instant(play: Any) -> None:
    """Not a moment before it; and not again while it rings."""

    async def test(worker: Any) -> None:
        worker.add(waiting_call("a", due_at=AT, deadline_at=AT + 700 * SECOND))

        await worker.until(AT - timedelta(milliseconds=2))
        assert worker.carrier.rings == []
        await worker.until(AT + timedelta(milliseconds=5))
        assert [ring.to_number for ring in worker.carrier.rings] == ["+14155550123"]

        await worker.until(AT + 30 * SECOND)
        assert len(worker.carrier.rings) == 1

    play(test)


def test_the_intent_is_committed_before_the_phone_rings(play: Any) -> None:
    """With the identifiers that the ring carries, its lease and its first event."""

    async def test(worker: Any) -> None:
        call = waiting_call("a")
        worker.add(call)
        ring = await worker.ring()

        leg_id = ring.intent.snapshot.leg_id
        intent = worker.store.now(lambda tx: tx.intent(call.id))
        lease = worker.store.now(lambda tx: tx.lease(call.id))
        assert (intent.leg_id, lease.worker_id) == (leg_id, worker.id)
        assert worker.store.kinds(call.id) == ["call.dialling"]
        assert worker.store.call(call.id).stage is Stage.DIALLING

    play(test)


def test_a_ring_of_the_bell_is_heard_at_once(play: Any) -> None:
    """A call placed for now does not wait for the next look."""

    async def test(worker: Any) -> None:
        await worker.until(AT + timedelta(milliseconds=10))
        worker.add(waiting_call("a"))
        worker.doorbell.ring()
        before = worker.clock.now()
        await worker.ring()

        assert worker.clock.now() - before <= timedelta(milliseconds=10)

    play(test)


def test_without_the_bell_it_is_found_all_the_same(play: Any) -> None:
    """The bell is a hint that may be lost."""

    async def test(worker: Any) -> None:
        await worker.until(AT + 3 * SECOND)
        worker.add(waiting_call("a"))
        before = worker.clock.now()
        await worker.ring()

        assert worker.clock.now() - before <= timedelta(seconds=0.6)

    play(test)


def test_a_call_far_ahead_leaves_room_for_one_that_comes_sooner(play: Any) -> None:
    """The wait is never longer than the next look."""

    async def test(worker: Any) -> None:
        worker.add(waiting_call("late", due_at=AT + 5000 * SECOND, deadline_at=AT + 6000 * SECOND))
        await worker.until(AT)
        worker.add(waiting_call("soon", due_at=AT + SECOND))
        ring = await worker.ring()

        assert worker.clock.now() - (AT + SECOND) <= timedelta(milliseconds=20)
        assert ring.intent.snapshot.state == "intended"
        assert len(worker.carrier.rings) == 1

    play(test)


def test_calls_beyond_what_the_worker_may_carry_wait(worker: Any, play: Any) -> None:
    """The twenty-first rings when one of the twenty is over, never beside them."""

    async def test(worker: Any) -> None:
        worker.add(*(waiting_call(f"{n}", deadline_at=AT + 900 * SECOND) for n in range(25)))
        await worker.until(AT + 5 * SECOND)
        assert len(worker.carrier.rings) == 20

        worker.carrier.rings[3].leg.party_hangs_up(Disposition.DIAL_BUSY)
        await worker.until(AT + 7 * SECOND)
        assert len(worker.carrier.rings) == 21

    play(test)


def test_a_call_for_now_that_finds_no_room_is_refused(play: Any) -> None:
    """After a while and with its reason; one that was scheduled waits on."""

    async def test(worker: Any) -> None:
        later = AT + SECOND
        late = waiting_call("late", due_at=later, deadline_at=AT + 900 * SECOND)
        scheduled = replace(waiting_call("scheduled", due_at=later, deadline_at=AT + 900 * SECOND), scheduled_for=later)
        worker.add(*(waiting_call(f"{n}", deadline_at=AT + 900 * SECOND) for n in range(20)))
        await worker.until(AT + SECOND / 2)
        worker.add(late, scheduled)
        await worker.until(AT + 65 * SECOND)

        assert len(worker.carrier.rings) == 20
        refused = worker.store.call(late.id)
        assert (refused.status, refused.disposition) == (CallStatus.ERROR, Disposition.CONCURRENCY_LIMIT_REACHED)
        assert worker.store.call(scheduled.id).stage is Stage.WAITING

    play(test)


def test_hang_up_of_a_live_call_reaches_its_leg(play: Any) -> None:
    """Committed by the API's process, carried out by the holder of the lease, once."""

    async def test(worker: Any) -> None:
        call = waiting_call("a", deadline_at=AT + 900 * SECOND)
        worker.add(call)
        ring = await worker.ring()
        ring.leg.answer(worker.clock.now())
        await worker.status(call.id, CallStatus.ONGOING)

        at = worker.clock.now()
        worker.store.now(lambda tx: control.hang_up(tx, ORG.id, call.id, at=at))
        over = await worker.over(call.id)

        assert ring.leg.hang_ups == [Disposition.MANUAL_STOPPED]
        assert (over.status, over.disposition) == (CallStatus.ENDED, Disposition.MANUAL_STOPPED)

    play(test)


def test_cancel_of_a_ringing_call_reaches_its_leg(play: Any) -> None:
    """It stops ringing and ends as cancelled."""

    async def test(worker: Any) -> None:
        call = waiting_call("a", deadline_at=AT + 900 * SECOND)
        worker.add(call)
        ring = await worker.ring()
        ring.leg.ring()
        await worker.until(AT + SECOND)

        at = worker.clock.now()
        worker.store.now(lambda tx: control.cancel(tx, ORG.id, call.id, at=at))
        over = await worker.over(call.id)

        assert ring.leg.hang_ups == [Disposition.CANCELLED]
        assert (over.status, over.disposition, over.duration_ms) == (CallStatus.ENDED, Disposition.CANCELLED, None)
        assert worker.store.kinds(call.id) == ["call.dialling", "call.ringing", "call.cancel_asked", "call.ended"]

    play(test)


def test_a_cancel_before_the_instant_rings_nothing(play: Any) -> None:
    """The call is over where it stands."""

    async def test(worker: Any) -> None:
        call = waiting_call("a")
        worker.add(call)
        at = worker.clock.now()
        worker.store.now(lambda tx: control.cancel(tx, ORG.id, call.id, at=at))

        await worker.until(AT + 5 * SECOND)

        assert worker.carrier.rings == []
        assert worker.store.call(call.id).disposition is Disposition.CANCELLED

    play(test)


def test_a_project_that_cannot_be_spoken_closes_its_own_call_only(play: Any) -> None:
    """Whether it is a known fault or a bug; nothing of it rings."""

    async def test(worker: Any) -> None:
        calls = [waiting_call(name) for name in "abc"]
        worker.scripts.faults = {calls[0].id: SpeechError("no such voice"), calls[1].id: ZeroDivisionError("a bug")}
        worker.add(*calls)
        await worker.until(AT + SECOND)

        assert len(worker.carrier.rings) == 1
        found = [worker.store.call(call.id) for call in calls]
        assert [call.status for call in found] == [CallStatus.ERROR, CallStatus.ERROR, CallStatus.QUEUED]
        assert {call.disposition for call in found[:2]} == {Disposition.ERROR_UNKNOWN}

    play(test)


def test_an_outage_only_delays(play: Any) -> None:
    """When the store is back, what is due rings."""

    async def test(worker: Any) -> None:
        worker.add(waiting_call("a", deadline_at=AT + 900 * SECOND))
        worker.store.down = True
        await worker.until(AT + 20 * SECOND)
        assert worker.carrier.rings == []

        worker.store.down = False
        await worker.ring()
        assert worker.clock.now() - (AT + 20 * SECOND) <= timedelta(seconds=1.1)

    play(test)


def test_a_claim_that_grew_old_is_not_rung(play: Any) -> None:
    """Its lease may have gone to another worker, which closed it: a phone must not ring after that."""

    async def test(worker: Any) -> None:
        call = waiting_call("a", deadline_at=AT + 900 * SECOND)
        worker.add(call)
        worker.store.slow = 16.0
        await worker.until(AT + 100 * SECOND)

        assert worker.carrier.rings == []
        assert worker.store.call(call.id).disposition is Disposition.ERROR_UNKNOWN

    play(test)


def test_a_call_that_breaks_harms_no_other(play: Any) -> None:
    """It is closed with its reason, its line is given up, and its neighbour talks on."""

    async def test(worker: Any) -> None:
        first, second = waiting_call("a", deadline_at=AT + 900 * SECOND), waiting_call("b", deadline_at=AT + 900 * SECOND)
        worker.add(first, second)
        broken, sound = await worker.ring(0), await worker.ring(1)
        for ring in (broken, sound):
            ring.leg.answer(worker.clock.now())
        await worker.until(AT + 2 * SECOND)
        worker.calls._calls[first.id]._journal.put(lambda _tx: 1 // 0)
        await worker.until(AT + 3 * SECOND)

        assert broken.leg.hang_ups == [Disposition.ERROR_UNKNOWN]
        assert worker.store.call(first.id).disposition is Disposition.ERROR_UNKNOWN
        sound.leg.press("1")
        over = await worker.over(second.id)
        assert over.disposition is Disposition.AGENT_HANGUP

    play(test)


def test_a_call_without_a_media_port_ends_with_what_it_lacked(play: Any) -> None:
    """Nothing rang for it, and the next one rings."""

    async def test(worker: Any) -> None:
        first, second = waiting_call("a", deadline_at=AT + 900 * SECOND), waiting_call("b", deadline_at=AT + 900 * SECOND)
        worker.carrier.fail_dial_with = SpeechError("No media port is free.")
        worker.add(first)
        await worker.until(AT + SECOND)
        worker.add(second)
        await worker.until(AT + 2 * SECOND)

        closed = worker.store.call(first.id)
        assert (closed.status, closed.disposition) == (CallStatus.ERROR, Disposition.CONCURRENCY_LIMIT_REACHED)
        assert len(worker.carrier.rings) == 1

    play(test)


def test_nothing_is_claimed_while_draining(play: Any) -> None:
    """A worker that is to stop leaves calls to others."""

    async def test(worker: Any) -> None:
        worker.admission.is_draining = True
        worker.add(waiting_call("a"))
        await worker.until(AT + 2 * SECOND)

        assert worker.carrier.rings == []
        await asyncio.wait_for(worker.calls.idle(), 1)

    play(test)
