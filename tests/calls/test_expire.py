"""Closing what nobody closed: deadlines passed and workers died."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from ringtrue.calls import control, expire
from ringtrue.calls.store import Tx
from ringtrue.domain import deadlines
from ringtrue.domain.call import Call, CallStatus, Stage
from ringtrue.domain.disposition import Disposition
from ringtrue.domain.effects import QueuedEffect
from ringtrue.domain.facts import LegEnded
from ringtrue.domain.records import Lease
from ringtrue.errors import Fenced
from ringtrue.ids import WorkerId
from ringtrue.testing.clock import START
from ringtrue.testing.office import LEASE, WORKER, Office, answered, arrival, claimed, happened, placed, received, ringing

Do = Callable[[Callable[[Tx], object]], object]
SUCCESSOR = WorkerId("worker_2")
SECOND = timedelta(seconds=1)
HOUR = timedelta(hours=1)
CRASH_SEEN = START + 40 * SECOND


def kept(tx: Tx, call: Call) -> Call:
    """The call as it is now."""
    found = tx.call(call.id)
    assert found is not None
    return found


def ongoing(tx: Tx, office: Office) -> Call:
    """A call in conversation, answered at the start."""
    return answered(tx, ringing(tx, claimed(tx, placed(tx, office))))


def found_orphans(tx: Tx, *, is_only_worker: bool = True, worker: WorkerId = SUCCESSOR) -> tuple[expire.Orphan, ...]:
    """What the successor finds."""
    return expire.orphans(tx, worker, at=CRASH_SEEN, is_only_worker=is_only_worker)


def taken_over(tx: Tx, orphan: expire.Orphan, worker: WorkerId = SUCCESSOR) -> bool:
    """Whether that worker won the call."""
    return expire.take_over(tx, orphan, worker, at=CRASH_SEEN, lease_for=LEASE)


def test_a_scheduled_call_that_nobody_claimed_was_missed(do: Do, office: Office) -> None:
    """Once its deadline passed, and not before."""

    def check(tx: Tx) -> None:
        call = placed(tx, office, scheduled_for=START + HOUR)
        deadline = START + HOUR + deadlines.CLAIM

        assert expire.close_overdue(tx, at=deadline - SECOND) == ()
        (closed,) = expire.close_overdue(tx, at=deadline)

        assert closed == kept(tx, call)
        assert (closed.status, closed.disposition, closed.ended_at) == (
            CallStatus.ERROR,
            Disposition.SCHEDULE_MISSED,
            deadline,
        )
        assert expire.close_overdue(tx, at=deadline) == ()

    do(check)


@pytest.mark.parametrize(
    ("stage", "disposition"),
    [
        ("waiting", Disposition.CONCURRENCY_LIMIT_REACHED),
        ("dialling", Disposition.ERROR_WORKER_LOST),
        ("ringing", Disposition.ERROR_WORKER_LOST),
        ("cancelling", Disposition.CANCELLED),
        ("ongoing", Disposition.ERROR_WORKER_LOST),
        ("hanging up", Disposition.MANUAL_STOPPED),
        ("inbound", Disposition.ERROR_WORKER_LOST),
    ],
)
def test_every_state_has_an_end(do: Do, office: Office, stage: str, disposition: Disposition) -> None:
    """Whatever nobody moved on is closed by its deadline, and its lease is free."""

    def make(tx: Tx) -> Call | None:
        if stage == "inbound":
            return received(tx, arrival())
        call = placed(tx, office)
        if stage == "waiting":
            return call
        call = claimed(tx, call)
        if stage == "dialling":
            return call
        call = ringing(tx, call)
        if stage == "cancelling":
            return control.cancel(tx, office.org.id, call.id, at=START)
        if stage == "ringing":
            return call
        call = answered(tx, call)
        return control.hang_up(tx, office.org.id, call.id, at=START) if stage == "hanging up" else call

    def check(tx: Tx) -> None:
        call = make(tx)
        assert call is not None
        assert call.deadline_at is not None
        (closed,) = expire.close_overdue(tx, at=call.deadline_at)
        assert (closed.id, closed.disposition, closed.deadline_at) == (call.id, disposition, None)
        assert tx.lease(call.id) is None

    do(check)


def test_no_more_are_closed_at_once_than_asked_for(do: Do, office: Office) -> None:
    """The rest come next time."""

    def check(tx: Tx) -> None:
        for _ in range(3):
            placed(tx, office)
        assert len(expire.close_overdue(tx, at=START + HOUR, limit=2)) == 2
        assert len(expire.close_overdue(tx, at=START + HOUR, limit=2)) == 1

    do(check)


def test_where_there_is_one_worker_every_other_lease_is_dead(do: Do, office: Office) -> None:
    """At once, with the legs that may still be up."""

    def check(tx: Tx) -> None:
        call = ongoing(tx, office)
        lease = tx.lease(call.id)
        assert found_orphans(tx) == (expire.Orphan(call=call, lease=lease, legs=tuple(tx.legs(call.id))),)  # type: ignore[arg-type]  # it has a lease
        assert found_orphans(tx, worker=WORKER) == ()

    do(check)


def test_among_several_workers_a_lease_is_dead_when_it_expired(do: Do, office: Office) -> None:
    """Not before, and never to its own holder."""

    def check(tx: Tx) -> None:
        call = ongoing(tx, office)
        early = expire.orphans(tx, SUCCESSOR, at=START + LEASE - SECOND, is_only_worker=False)
        late = expire.orphans(tx, SUCCESSOR, at=START + LEASE + SECOND, is_only_worker=False)
        own = expire.orphans(tx, WORKER, at=START + LEASE + SECOND, is_only_worker=False)
        assert ([one.call.id for one in early], [one.call.id for one in late], own) == ([], [call.id], ())

    do(check)


def test_a_lease_of_a_call_that_is_over_is_dropped(do: Do, office: Office) -> None:
    """It is nobody's orphan."""

    def check(tx: Tx) -> None:
        call = ongoing(tx, office)
        lease = tx.lease(call.id)
        assert lease is not None
        happened(tx, call.id, LegEnded(disposition=Disposition.USER_HANGUP, duration_ms=1))
        tx.put_lease(lease)

        assert found_orphans(tx) == ()
        assert tx.lease(call.id) is None

    do(check)


def test_taking_over_fences_the_dead_worker_off(do: Do, office: Office) -> None:
    """Should it live after all, its facts are refused."""

    def check(tx: Tx) -> None:
        call = ongoing(tx, office)
        (orphan,) = found_orphans(tx)

        assert taken_over(tx, orphan)
        assert tx.lease(call.id) == Lease(call_id=call.id, worker_id=SUCCESSOR, fence=2, expires_at=CRASH_SEEN + LEASE)
        assert kept(tx, call).fence == 2
        with pytest.raises(Fenced):
            expire.advance(tx, call.id, LegEnded(disposition=Disposition.USER_HANGUP), at=CRASH_SEEN, fence=1)

    do(check)


def test_of_two_successors_one_takes_over(do: Do, office: Office) -> None:
    """The other is told that it was late."""

    def check(tx: Tx) -> None:
        ongoing(tx, office)
        (orphan,) = found_orphans(tx)
        assert [taken_over(tx, orphan), taken_over(tx, orphan, WorkerId("worker_3"))] == [True, False]

    do(check)


def test_a_lease_that_its_worker_took_anew_is_not_taken_over(do: Do, office: Office) -> None:
    """What was found belongs to an earlier fence."""

    def check(tx: Tx) -> None:
        ongoing(tx, office)
        (orphan,) = found_orphans(tx)
        tx.put_lease(replace(orphan.lease, fence=2))
        assert not taken_over(tx, orphan)

    do(check)


def test_a_call_that_ended_meanwhile_is_not_taken_over(do: Do, office: Office) -> None:
    """Its record is complete."""

    def check(tx: Tx) -> None:
        call = ongoing(tx, office)
        (orphan,) = found_orphans(tx)
        happened(tx, call.id, LegEnded(disposition=Disposition.USER_HANGUP, duration_ms=1))
        assert not taken_over(tx, orphan)

    do(check)


@pytest.mark.parametrize(
    ("last_audio", "ended_at", "duration_ms"),
    [
        (12.34 * SECOND, START + 12.34 * SECOND, 12_340),
        (timedelta(0), START, 0),
        (None, CRASH_SEEN, 40_000),
        (50 * SECOND, CRASH_SEEN, 40_000),
    ],
)
def test_a_lost_call_ends_at_its_last_audio(
    do: Do, office: Office, last_audio: timedelta | None, ended_at: object, duration_ms: int
) -> None:
    """Not when the crash was noticed; its record is completed all the same."""

    def check(tx: Tx) -> None:
        call = expire.close_lost(tx, ongoing(tx, office).id, last_audio=last_audio, at=CRASH_SEEN)

        assert (call.status, call.disposition) == (CallStatus.ERROR, Disposition.ERROR_WORKER_LOST)
        assert (call.ended_at, call.duration_ms) == (ended_at, duration_ms)
        assert [one.kind for one in tx.due_effects(CRASH_SEEN, 10)] == [QueuedEffect.FINISH_RECORDING, QueuedEffect.ANALYSE]
        assert tx.lease(call.id) is None

    do(check)


def test_a_call_lost_while_it_rang_never_connected(do: Do, office: Office) -> None:
    """And is not dialled again."""

    def check(tx: Tx) -> None:
        call = expire.close_lost(tx, ringing(tx, claimed(tx, placed(tx, office))).id, last_audio=None, at=CRASH_SEEN)

        assert (call.disposition, call.started_at, call.duration_ms) == (Disposition.ERROR_WORKER_LOST, None, None)
        assert list(tx.due_calls(CRASH_SEEN, 10)) == []

    do(check)


def test_a_call_that_was_not_dialled_waits_for_another_worker(do: Do, office: Office) -> None:
    """Losing a worker costs it nothing but the lease."""

    def check(tx: Tx) -> None:
        call = placed(tx, office)
        tx.put_lease(Lease(call_id=call.id, worker_id=WORKER, fence=0, expires_at=START))

        assert expire.close_lost(tx, call.id, last_audio=None, at=CRASH_SEEN) == call
        assert (kept(tx, call).stage, tx.lease(call.id)) == (Stage.WAITING, None)
        assert list(tx.due_calls(CRASH_SEEN, 10)) == [call.id]

    do(check)
