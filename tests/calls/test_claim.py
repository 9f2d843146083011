"""Claiming due calls: a call rings once, and its intent is there before anything leaves."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from ringtrue.calls import claim, control
from ringtrue.calls.store import Tx
from ringtrue.domain import deadlines
from ringtrue.domain.call import Call, CallStatus, Stage
from ringtrue.domain.disposition import Disposition
from ringtrue.domain.records import IntentRow, Lease
from ringtrue.errors import AlreadyDialled
from ringtrue.testing.clock import START
from ringtrue.testing.office import CALLEE, LEASE, WORKER, Office, leg_row, placed, refusal

Do = Callable[[Callable[[Tx], object]], object]
SECOND = timedelta(seconds=1)
HOUR = timedelta(hours=1)


def claim_all(tx: Tx, at: datetime = START, limit: int = 10) -> tuple[claim.Claim, ...]:
    """What the worker claims."""
    return claim.claim_due(tx, WORKER, lambda call: leg_row(call, f"leg_{call.id}"), refusal, at=at, limit=limit, lease_for=LEASE)


def stored(tx: Tx, call: Call) -> Call:
    """The call as it is now."""
    found = tx.call(call.id)
    assert found is not None
    return found


def test_a_due_call_is_claimed_with_its_intent(do: Do, office: Office) -> None:
    """Lease, intent, leg and the first fact of the dial stand in one transaction."""

    def check(tx: Tx) -> None:
        call = placed(tx, office)
        (found,) = claim_all(tx)

        assert found.call == stored(tx, call)
        assert (found.call.stage, found.call.fence, found.call.due_at) == (Stage.DIALLING, 1, None)
        assert tx.intent(call.id) == IntentRow(call_id=call.id, leg_id=found.leg.id, committed_at=START)
        assert list(tx.legs(call.id)) == [found.leg]
        assert tx.lease(call.id) == Lease(call_id=call.id, worker_id=WORKER, fence=1, expires_at=START + LEASE)
        assert [event.kind for event in tx.events(call.id)] == ["call.queued", "call.dialling"]

    do(check)


def test_a_call_is_claimed_once(do: Do, office: Office) -> None:
    """Whoever looks again finds nothing to ring."""

    def check(tx: Tx) -> None:
        call = placed(tx, office)
        assert len(claim_all(tx)) == 1
        assert claim_all(tx) == ()
        assert claim.claim_one(tx, call.id, WORKER, lambda one: leg_row(one, "leg_2"), refusal, at=START, lease_for=LEASE) is None

    do(check)


def test_a_second_intent_of_a_call_undoes_the_whole_claim(do: Do, office: Office) -> None:
    """Even if the call were put back to waiting by mistake, its phone rings once."""
    call = do(lambda tx: placed(tx, office))
    assert isinstance(call, Call)
    do(lambda tx: tx.add_intent(IntentRow(call_id=call.id, leg_id=leg_row(call).id, committed_at=START)))

    with pytest.raises(AlreadyDialled):
        do(claim_all)

    assert do(lambda tx: (tx.lease(call.id), stored(tx, call).stage)) == (None, Stage.WAITING)


def test_the_earliest_calls_are_claimed_first_and_no_more_than_asked_for(do: Do, office: Office) -> None:
    """The rest wait."""

    def check(tx: Tx) -> None:
        calls = [placed(tx, office, at=START - (3 - number) * SECOND) for number in range(3)]
        claimed = claim_all(tx, limit=2)

        assert [one.call.id for one in claimed] == [calls[0].id, calls[1].id]
        assert stored(tx, calls[2]).stage is Stage.WAITING

    do(check)


@pytest.mark.parametrize(
    ("late", "is_rung"), [(timedelta(0), True), (deadlines.SCHEDULE_GRACE, True), (deadlines.SCHEDULE_GRACE + SECOND, False)]
)
def test_a_scheduled_call_is_placed_within_its_grace(do: Do, office: Office, late: timedelta, is_rung: bool) -> None:
    """Later than that it was missed, and nothing rings."""

    def check(tx: Tx) -> None:
        call = placed(tx, office, scheduled_for=START + HOUR)
        claimed = claim_all(tx, at=START + HOUR + late)

        after = stored(tx, call)
        if is_rung:
            assert [one.call.id for one in claimed] == [call.id]
            assert [event.kind for event in tx.events(call.id)] == ["call.scheduled", "call.queued", "call.dialling"]
        else:
            assert claimed == ()
            assert (after.status, after.disposition) == (CallStatus.ERROR, Disposition.SCHEDULE_MISSED)
            assert (tx.intent(call.id), tx.lease(call.id)) == (None, None)

    do(check)


def test_a_scheduled_call_is_not_claimed_before_its_instant(do: Do, office: Office) -> None:
    """Not by a millisecond."""

    def check(tx: Tx) -> None:
        call = placed(tx, office, scheduled_for=START + HOUR)
        assert claim_all(tx, at=START + HOUR - timedelta(milliseconds=1)) == ()
        assert stored(tx, call).status is CallStatus.SCHEDULED

    do(check)


def test_an_immediate_call_that_a_long_downtime_outdated_is_not_rung(do: Do, office: Office) -> None:
    """Nobody expects it any more."""

    def check(tx: Tx) -> None:
        call = placed(tx, office)
        assert claim_all(tx, at=START + deadlines.CLAIM) == ()
        after = stored(tx, call)
        assert (after.status, after.ended_at) == (CallStatus.ERROR, START + deadlines.CLAIM)

    do(check)


def test_a_number_suppressed_meanwhile_is_not_rung(do: Do, office: Office) -> None:
    """The rules changed between acceptance and dialling: `policy_refused`."""

    def check(tx: Tx) -> None:
        call = placed(tx, office)
        tx.suppress(office.org.id, CALLEE, "asked on a call", START)
        assert claim_all(tx) == ()
        after = stored(tx, call)
        assert (after.status, after.disposition) == (CallStatus.ERROR, Disposition.POLICY_REFUSED)
        assert [(event.kind, event.data.get("code")) for event in tx.events(call.id)][1:] == [
            ("call.refused", "suppressed"),
            ("call.ended", None),
        ]
        assert tx.intent(call.id) is None

    do(check)


def test_a_cancelled_call_is_not_claimed(do: Do, office: Office) -> None:
    """It is over before its instant."""

    def check(tx: Tx) -> None:
        call = placed(tx, office, scheduled_for=START + HOUR)
        control.cancel(tx, office.org.id, call.id, at=START)
        assert claim_all(tx, at=START + HOUR) == ()

    do(check)
