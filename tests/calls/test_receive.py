"""Receiving a call: its row, leg and lease are there before the answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from ringtrue.calls.store import Tx
from ringtrue.domain import deadlines
from ringtrue.domain.call import Call, CallLimits, CallStatus, CallType, Direction, Stage
from ringtrue.domain.disposition import Disposition
from ringtrue.domain.facts import LegEnded
from ringtrue.domain.records import Lease, LegRow, Number, Project
from ringtrue.errors import NotFound
from ringtrue.ids import ProjectId
from ringtrue.testing.clock import START
from ringtrue.testing.office import CALLEE, LEASE, OUR_NUMBER, WORKER, Office, arrival, happened, placed, received

Do = Callable[[Callable[[Tx], object]], object]


def taken(tx: Tx, name: str = "a", *, dialled: str = OUR_NUMBER, caller: str | None = CALLEE) -> Call:
    """The call of an INVITE that is new."""
    call = received(tx, arrival(name, dialled=dialled, caller=caller))
    assert call is not None
    return call


def test_an_invite_to_our_number_is_a_call_of_its_project(do: Do, office: Office) -> None:
    """The whole row, its leg, its lease and its events."""

    def check(tx: Tx) -> None:
        coming = arrival()
        call = taken(tx)

        assert tx.call(call.id) == call
        assert call == Call(
            id=call.id,
            org_id=office.org.id,
            project_id=office.project.id,
            version_id=office.version.id,
            thread_id=call.thread_id,
            call_type=CallType.PHONE,
            direction=Direction.INBOUND,
            from_number=CALLEE,
            to_number=OUR_NUMBER,
            status=CallStatus.QUEUED,
            stage=Stage.RINGING,
            created_at=START,
            deadline_at=START + deadlines.OFFERED,
            limits=CallLimits(ring=timedelta(seconds=40), total=timedelta(minutes=10)),
            fence=1,
            last_event=2,
        )
        assert list(tx.legs(call.id)) == [
            LegRow(
                id=coming.leg_id,
                call_id=call.id,
                sip_call_id=coming.sip_call_id,
                remote_tag=coming.remote_tag,
                is_inbound=True,
                snapshot=coming.snapshot,
                updated_at=START,
            )
        ]
        assert tx.lease(call.id) == Lease(call_id=call.id, worker_id=WORKER, fence=1, expires_at=START + LEASE)
        assert [event.kind for event in tx.events(call.id)] == ["call.queued", "call.ringing"]
        assert list(tx.due_calls(START, 10)) == []

    do(check)


@pytest.mark.parametrize("dialled", [OUR_NUMBER, OUR_NUMBER[1:], "4155550100", "(415) 555-0100"])
def test_our_number_is_known_however_the_trunk_writes_it(do: Do, office: Office, dialled: str) -> None:
    """With or without plus sign and country code."""
    assert do(lambda tx: taken(tx, dialled=dialled).to_number) == OUR_NUMBER


@pytest.mark.parametrize("dialled", ["+14155550111", "911", "anna", "", "1" * 40])
def test_a_number_that_is_none_of_ours_is_not_found(do: Do, office: Office, dialled: str) -> None:
    """And nothing is stored."""
    with pytest.raises(NotFound):
        do(lambda tx: received(tx, arrival(dialled=dialled)))

    assert do(lambda tx: tx.inbound_leg("a@peer.invalid", "tag-a")) is None


def test_a_repeated_invite_is_one_call(do: Do, office: Office) -> None:
    """By Call-ID and remote tag together."""

    def check(tx: Tx) -> None:
        first = taken(tx, "a")
        assert received(tx, arrival("a")) is None
        forked = received(tx, replace(arrival("b"), sip_call_id="a@peer.invalid"))
        other = received(tx, replace(arrival("c"), remote_tag="tag-a"))
        assert forked is not None
        assert other is not None
        assert len({first.id, forked.id, other.id}) == 3

    do(check)


def test_a_repeated_invite_after_the_end_is_still_the_same_call(do: Do, office: Office) -> None:
    """It rings nobody twice."""

    def check(tx: Tx) -> None:
        call = taken(tx)
        happened(tx, call.id, LegEnded(disposition=Disposition.USER_HANGUP))
        assert received(tx, arrival()) is None

    do(check)


@pytest.mark.parametrize("caller", [None, "", "anonymous", "Anonymous", "unavailable", "restricted"])
def test_a_withheld_caller_has_a_thread_of_its_own(do: Do, office: Office, caller: str | None) -> None:
    """Every time: nobody knows that it is the same one."""

    def check(tx: Tx) -> None:
        first, second = taken(tx, "a", caller=caller), taken(tx, "b", caller=caller)
        assert (first.from_number, second.from_number) == (None, None)
        assert first.thread_id != second.thread_id

    do(check)


def test_a_known_caller_is_put_into_its_thread(do: Do, office: Office) -> None:
    """But the call knows only its own data: the caller id opens nothing."""

    def check(tx: Tx) -> None:
        outbound = placed(tx, office)
        inbound = taken(tx, caller="4155550123")
        assert (inbound.thread_id, inbound.from_number) == (outbound.thread_id, CALLEE)
        assert inbound.json_data == "{}"

    do(check)


@pytest.mark.parametrize(
    ("caller", "kept"), [("101", "101"), ("5550123", "5550123"), ("911", "911"), ("sip:anna@example.com", "sip:anna@example.com")]
)
def test_a_caller_that_is_no_number_is_kept_as_it_came(do: Do, office: Office, caller: str, kept: str) -> None:
    """An extension or a URI."""
    assert do(lambda tx: taken(tx, caller=caller).from_number) == kept


def test_an_endless_caller_is_cut(do: Do, office: Office) -> None:
    """It is the other side that writes it."""
    assert do(lambda tx: taken(tx, caller="a" * 5000).from_number) == "a" * 256


def test_a_number_whose_project_has_no_version_is_not_found(do: Do, office: Office) -> None:
    """There is nobody to answer."""

    def add(tx: Tx) -> None:
        empty = Project(id=ProjectId("empty"), org_id=office.org.id, name="empty", created_at=START)
        tx.add_project(empty)
        tx.put_number(Number(e164="+14155550177", org_id=office.org.id, project_id=empty.id, created_at=START))

    do(add)
    with pytest.raises(NotFound):
        do(lambda tx: received(tx, arrival(dialled="+14155550177")))


def test_a_caller_who_gives_up_ends_the_call_without_a_start(do: Do, office: Office) -> None:
    """`user_hangup`, null start and duration."""

    def check(tx: Tx) -> None:
        over = happened(tx, taken(tx).id, LegEnded(disposition=Disposition.USER_HANGUP)).call
        assert (over.status, over.disposition) == (CallStatus.ENDED, Disposition.USER_HANGUP)
        assert (over.started_at, over.duration_ms, over.ended_at) == (None, None, START)

    do(check)
