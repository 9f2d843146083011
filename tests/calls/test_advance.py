"""Advancing a call: the only writer of its status, its events and its queued effects."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from ringtrue.calls import advance
from ringtrue.calls.store import Tx
from ringtrue.domain.call import CallStatus, Stage
from ringtrue.domain.disposition import Cause, Disposition
from ringtrue.domain.facts import Answered, HangUpAsked, LegEnded, Ringing
from ringtrue.errors import Fenced, NotFound
from ringtrue.ids import CallId
from ringtrue.testing.clock import START
from ringtrue.testing.office import Office, answered, claimed, placed, ringing

Do = Callable[[Callable[[Tx], object]], object]


def test_a_whole_call_has_its_events_numbered_without_gaps(do: Do, office: Office) -> None:
    """Each in the transaction of its change, the raw codes beside the reason."""

    def check(tx: Tx) -> None:
        call = answered(tx, ringing(tx, claimed(tx, placed(tx, office))))
        cause = Cause(sip_status=200, q850=16)
        ended = LegEnded(disposition=Disposition.USER_HANGUP, cause=cause, duration_ms=1000)
        over = advance.advance(tx, call.id, ended, at=START, fence=1).call

        assert tx.call(call.id) == over
        assert (over.status, over.stage, over.cause, over.last_event) == (CallStatus.ENDED, Stage.OVER, cause, 5)
        assert [(event.sequence, event.kind) for event in tx.events(call.id)] == [
            (1, "call.queued"),
            (2, "call.dialling"),
            (3, "call.ringing"),
            (4, "call.started"),
            (5, "call.ended"),
        ]
        assert tx.lease(call.id) is None

    do(check)


def test_repeating_a_fact_changes_nothing(do: Do, office: Office) -> None:
    """The table says why."""

    def check(tx: Tx) -> None:
        call = ringing(tx, claimed(tx, placed(tx, office)))
        again = advance.advance(tx, call.id, Ringing(sip_status=183), at=START)

        assert again.ignored == "ringing was noted before"
        assert tx.call(call.id) == call
        assert len(tx.events(call.id)) == call.last_event

    do(check)


def test_a_fence_that_moved_on_stops_the_old_worker(do: Do, office: Office) -> None:
    """Whatever it reports; nothing is stored."""
    call = do(lambda tx: ringing(tx, claimed(tx, placed(tx, office))))

    with pytest.raises(Fenced):
        do(lambda tx: advance.advance(tx, call.id, Answered(conversation_id=1), at=START, fence=0))  # type: ignore[attr-defined]  # a call

    assert do(lambda tx: tx.call(call.id)) == call  # type: ignore[attr-defined]  # a call


def test_a_client_needs_no_fence(do: Do, office: Office) -> None:
    """Its requests are committed here and carried out by the lease holder."""

    def check(tx: Tx) -> None:
        call = answered(tx, ringing(tx, claimed(tx, placed(tx, office))))
        assert advance.advance(tx, call.id, HangUpAsked(), at=START).call.hang_up_asked

    do(check)


def test_an_unknown_call_is_not_found(do: Do) -> None:
    """There is nothing to advance."""
    with pytest.raises(NotFound):
        do(lambda tx: advance.advance(tx, CallId("call_none"), HangUpAsked(), at=START))
