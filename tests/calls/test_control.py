"""What a client may ask of its call, by status."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from ringtrue.calls import control
from ringtrue.calls.store import Tx
from ringtrue.domain.call import Call, CallStatus
from ringtrue.domain.disposition import Disposition
from ringtrue.domain.facts import LegEnded
from ringtrue.errors import NotFound, WrongState
from ringtrue.ids import CallId, OrgId
from ringtrue.testing.clock import START
from ringtrue.testing.office import Office, answered, claimed, happened, placed, ringing

Do = Callable[[Callable[[Tx], object]], object]
Make = Callable[[Tx, Office], Call]


def scheduled(tx: Tx, office: Office) -> Call:
    """A call for later."""
    return placed(tx, office, scheduled_for=START.replace(year=START.year + 1))


def waiting(tx: Tx, office: Office) -> Call:
    """A call that is due."""
    return placed(tx, office)


def ringing_call(tx: Tx, office: Office) -> Call:
    """A call that rings."""
    return ringing(tx, claimed(tx, placed(tx, office)))


def ongoing(tx: Tx, office: Office) -> Call:
    """A call in conversation."""
    return answered(tx, ringing_call(tx, office))


def ended(tx: Tx, office: Office) -> Call:
    """A call that the agent ended."""
    return happened(tx, ongoing(tx, office).id, LegEnded(disposition=Disposition.AGENT_HANGUP, duration_ms=1)).call


def broken(tx: Tx, office: Office) -> Call:
    """A call that failed."""
    return happened(tx, ringing_call(tx, office).id, LegEnded(disposition=Disposition.DIAL_FAILED)).call


@pytest.mark.parametrize("make", [scheduled, waiting])
def test_cancelling_a_call_that_was_not_dialled_ends_it_at_once(do: Do, office: Office, make: Make) -> None:
    """Nothing ever rings."""

    def check(tx: Tx) -> None:
        call = control.cancel(tx, office.org.id, make(tx, office).id, at=START)

        assert (call.status, call.disposition, call.started_at) == (CallStatus.ENDED, Disposition.CANCELLED, None)
        assert tx.call(call.id) == call

    do(check)


def test_cancelling_a_ringing_call_is_a_request_to_its_worker(do: Do, office: Office) -> None:
    """The call stays queued until its leg is gone; asking twice changes nothing."""

    def check(tx: Tx) -> None:
        ringing_one = ringing_call(tx, office)
        call = control.cancel(tx, office.org.id, ringing_one.id, at=START)

        assert (call.status, call.cancel_asked) == (CallStatus.QUEUED, True)
        lease = tx.lease(call.id)
        assert lease is not None
        assert list(tx.asked_calls(lease.worker_id)) == [call.id]
        assert control.cancel(tx, office.org.id, call.id, at=START) == call
        over = happened(tx, call.id, LegEnded(disposition=Disposition.DIAL_NO_ANSWER)).call
        assert (over.status, over.disposition, over.started_at) == (CallStatus.ENDED, Disposition.CANCELLED, None)

    do(check)


def test_hanging_up_a_call_is_a_request_to_its_worker(do: Do, office: Office) -> None:
    """The call stays ongoing until its leg is gone; asking twice changes nothing."""

    def check(tx: Tx) -> None:
        call = control.hang_up(tx, office.org.id, ongoing(tx, office).id, at=START)

        assert (call.status, call.hang_up_asked) == (CallStatus.ONGOING, True)
        assert control.hang_up(tx, office.org.id, call.id, at=START) == call
        assert [event.kind for event in tx.events(call.id)][-1] == "call.hangup_asked"

    do(check)


@pytest.mark.parametrize(("make", "status"), [(ongoing, "ongoing"), (ended, "ended"), (broken, "error")])
def test_what_cannot_be_cancelled_says_its_status(do: Do, office: Office, make: Make, status: str) -> None:
    """And stays as it was."""

    def check(tx: Tx) -> None:
        call = make(tx, office)
        with pytest.raises(WrongState) as caught:
            control.cancel(tx, office.org.id, call.id, at=START)
        assert caught.value.status == status
        assert status in caught.value.sentence
        assert tx.call(call.id) == call

    do(check)


@pytest.mark.parametrize(
    ("make", "status"),
    [(scheduled, "scheduled"), (waiting, "queued"), (ringing_call, "queued"), (ended, "ended"), (broken, "error")],
)
def test_what_cannot_be_hung_up_says_its_status(do: Do, office: Office, make: Make, status: str) -> None:
    """And stays as it was."""

    def check(tx: Tx) -> None:
        call = make(tx, office)
        with pytest.raises(WrongState) as caught:
            control.hang_up(tx, office.org.id, call.id, at=START)
        assert caught.value.status == status
        assert tx.call(call.id) == call

    do(check)


@pytest.mark.parametrize("ask", [control.cancel, control.hang_up])
def test_another_organizations_call_is_not_there(do: Do, office: Office, ask: Callable[..., Call]) -> None:
    """In the same words as a call that never was."""

    def check(tx: Tx) -> None:
        call = ongoing(tx, office)
        sentences = []
        for org_id, call_id in ((OrgId("org_other"), call.id), (office.org.id, CallId("call_none"))):
            with pytest.raises(NotFound) as caught:
                ask(tx, org_id, call_id, at=START)
            sentences.append(caught.value.sentence)
        assert sentences[0] == sentences[1]

    do(check)
