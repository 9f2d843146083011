"""Calls that we place and call off: CANCEL, what crosses it, and what a BYE does once they are answered."""

from __future__ import annotations

from typing import Any

import pytest

from ringtrue.domain.disposition import Disposition
from ringtrue.telephony.sip.events import MediaChanged, Over

CAPPED = [0.5, 1.5, 3.5, 7.5, 11.5, 15.5, 19.5, 23.5, 27.5, 31.5]


def over(peer: Any) -> Over:
    """How the call ended; told once."""
    [event] = peer.told(Over)
    assert isinstance(event, Over)
    return event


def test_a_cancel_waits_for_the_first_provisional(peer: Any) -> None:
    """Before anything came back only the INVITE is repeated; the CANCEL leaves with the 100 (section 9.1)."""
    call, invite = peer.rung()
    call.hang_up(Disposition.CANCELLED)
    assert {packet.start for packet in peer.wait(5.0)} == {"INVITE"}
    peer.take()

    peer.answer(invite, 100, tag=None)

    assert peer.starts() == ["CANCEL"]


def test_a_cancel_is_of_its_invites_transaction(peer: Any) -> None:
    """Request-URI, Via, From, To, Call-ID and number are the INVITE's; To has no tag though one rang (section 9.1)."""
    call, invite = peer.rung()
    peer.answer(invite, 180)

    call.hang_up(Disposition.CANCELLED)

    cancel = peer.only("CANCEL")
    assert (cancel.uri, cancel.via, cancel.call_id) == (invite.uri, invite.via, invite.call_id)
    assert (cancel.from_, cancel.to, str(cancel.cseq)) == (invite.from_, invite.to, "1 CANCEL")
    assert cancel.headers.all("Route") == invite.headers.all("Route")


def test_a_cancel_is_sent_once_and_the_first_reason_counts(peer: Any) -> None:
    """Hanging up again, or more ringing, sends no second CANCEL transaction."""
    call, invite = peer.rung()
    peer.answer(invite, 180)
    call.hang_up(Disposition.MANUAL_STOPPED)
    peer.answer(peer.only("CANCEL"), 200)

    call.hang_up(Disposition.CANCELLED)
    peer.answer(invite, 183)
    peer.answer(invite, 487)

    assert peer.starts() == ["ACK"]
    assert over(peer) == Over(by="us", disposition=Disposition.MANUAL_STOPPED, status=487)


def test_a_cancel_that_crosses_the_answer_ends_in_bye(peer: Any) -> None:
    """A 200 that comes after our CANCEL is acknowledged and the call it made is ended."""
    call, invite = peer.rung()
    peer.answer(invite, 180)
    call.hang_up(Disposition.CANCELLED)
    cancel = peer.only("CANCEL")

    peer.answer(invite, 200, body=peer.sdp)
    peer.answer(cancel, 200)

    ack, bye = peer.take()
    assert (ack.start, bye.start, bye.message.to.tag, str(bye.message.cseq)) == ("ACK", "BYE", "b1", "2 BYE")
    assert over(peer) == Over(by="us", disposition=Disposition.CANCELLED)


def test_an_answer_before_the_cancel_could_leave_ends_in_bye(peer: Any) -> None:
    """A 200 as the first response to an INVITE that was called off gets no CANCEL but ACK and BYE."""
    call, invite = peer.rung()
    call.hang_up(Disposition.CANCELLED)

    peer.answer(invite, 200, body=peer.sdp)

    assert peer.starts() == ["ACK", "BYE"]
    assert over(peer).disposition is Disposition.CANCELLED


def test_a_cancel_that_nothing_follows_is_over_after_64_t1(peer: Any) -> None:
    """Without any answer the CANCEL is repeated as Timer E wants, then the call counts as cancelled (section 9.1)."""
    call, invite = peer.rung()
    peer.answer(invite, 180)
    call.hang_up(Disposition.CANCELLED)
    peer.take()

    sent = peer.wait(31.999)
    assert [(packet.at, packet.start) for packet in sent] == [(at, "CANCEL") for at in CAPPED]
    assert peer.told(Over) == []
    peer.wait(0.001)

    assert over(peer) == Over(by="us", disposition=Disposition.CANCELLED)


def test_a_cancelled_invite_without_an_end_is_forgotten(peer: Any) -> None:
    """After that the INVITE's transaction is given up too, or it would wait for ever (section 9.1)."""
    call, invite = peer.rung()
    peer.answer(invite, 180)
    call.hang_up(Disposition.CANCELLED)
    peer.answer(peer.only("CANCEL"), 200)

    peer.wait(32.0)

    assert peer.agent.is_idle


def test_an_answer_after_a_forgotten_cancel_is_ended(peer: Any) -> None:
    """Even then a 200 leaves nobody talking to nobody."""
    call, invite = peer.rung()
    peer.answer(invite, 180)
    call.hang_up(Disposition.CANCELLED)
    peer.answer(peer.only("CANCEL"), 200)
    peer.wait(40.0)

    peer.answer(invite, 200, body=peer.sdp)

    assert peer.starts() == ["ACK", "BYE"]
    assert over(peer).disposition is Disposition.CANCELLED


def test_hanging_up_an_answered_call_says_bye(peer: Any) -> None:
    """BYE goes to the Contact with the next number and is repeated until it is answered."""
    call, _ = peer.answered()

    call.hang_up(Disposition.AGENT_HANGUP)

    bye = peer.only("BYE")
    assert (bye.uri, str(bye.cseq), bye.from_.tag, bye.to.tag) == ("sip:callee@192.0.2.9:5062", "2 BYE", "ours", "b1")
    assert bye.headers.get("Reason") == "Q.850;cause=16"
    assert [packet.at for packet in peer.wait(2.0)] == [0.5, 1.5]
    peer.answer(bye, 200)
    assert peer.wait(40.0) == []
    assert over(peer) == Over(by="us", disposition=Disposition.AGENT_HANGUP)


def test_a_bye_that_nobody_answers_ends(peer: Any) -> None:
    """The call is over for us at once; the BYE is given up with Timer F."""
    call, _ = peer.answered()
    call.hang_up(Disposition.AGENT_HANGUP)

    peer.wait(32.0)

    assert (peer.agent.is_idle, len(peer.told(Over))) == (True, 1)


def test_a_bye_of_theirs_ends_the_call(peer: Any) -> None:
    """Their BYE gets 200, and a repeat of it 200 again; the end is told once, with its cause."""
    call, _ = peer.answered()

    peer.within(call, "BYE", headers=["Reason: Q.850;cause=16"])
    peer.within(call, "BYE", headers=["Reason: Q.850;cause=16"])

    assert peer.starts() == ["200", "200"]
    assert over(peer) == Over(by="party", disposition=Disposition.USER_HANGUP, q850=16)


def test_byes_that_cross_are_both_answered(peer: Any) -> None:
    """Both hang up at once: ours counts, theirs still gets its 200."""
    call, _ = peer.answered()
    call.hang_up(Disposition.AGENT_HANGUP)

    peer.within(call, "BYE")

    assert peer.starts() == ["BYE", "200"]
    assert over(peer).by == "us"


def test_a_bye_with_a_foreign_tag_ends_nothing(peer: Any) -> None:
    """Call-ID and our tag are not enough: the tag of the far end must fit (section 12)."""
    call, _ = peer.answered()

    peer.within(call, "BYE", from_tag="other")

    assert (peer.starts(), peer.told(Over)) == (["481"], [])


@pytest.mark.parametrize(("method", "body", "status"), [("UPDATE", True, "491"), ("UPDATE", False, "200"), ("BYE", False, "481")])
def test_requests_before_the_answer(peer: Any, sdp_of: Any, method: str, body: bool, status: str) -> None:
    """While our offer waits no other may come; a BYE has nothing to end yet for it comes from the callee (section 15)."""
    call, invite = peer.rung()
    peer.answer(invite, 180)

    peer.within(call, method, body=sdp_of() if body else "")

    assert (peer.starts(), peer.told(Over)) == ([status], [])


def test_the_callee_may_hold_us(peer: Any, sdp_of: Any) -> None:
    """A re-INVITE of the callee is answered in the direction it asks for, and its ACK ends the repeats."""
    call, _ = peer.answered()

    peer.within(call, "INVITE", cseq=7, body=sdp_of("sendonly", 2))
    [packet] = peer.take()
    peer.within(call, "ACK", cseq=7)

    assert packet.start == "200"
    assert b"a=recvonly" in packet.message.body
    assert [event.media.peer_receives for event in peer.told(MediaChanged)] == [False]
    assert peer.wait(40.0) == []
