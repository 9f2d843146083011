"""Calls that we place: how they ring, are answered, refused, given up and called off, whatever crosses on the way."""

from __future__ import annotations

from typing import Any

import pytest

from ringtrue.domain.disposition import Disposition
from ringtrue.telephony.sip.events import Connected, Over, Rang
from ringtrue.telephony.sip.message import serialize

CONTACT = ("192.0.2.9", 5062)


def over(peer: Any) -> Over:
    """How the call ended; told once."""
    [event] = peer.told(Over)
    assert isinstance(event, Over)
    return event


def test_the_invite_is_what_was_intended(peer: Any, intent: Any) -> None:
    """The first INVITE carries the identifiers of the stored intent and offers mu-law first."""
    _, invite = peer.rung()

    assert (invite.uri, invite.call_id) == (intent.request_uri, intent.sip_call_id)
    assert (invite.from_.tag, invite.to.tag, invite.via.branch, str(invite.cseq)) == ("ours", None, intent.branch, "1 INVITE")
    assert b"m=audio 30000 RTP/AVP 0 8 101" in invite.body
    assert (invite.headers.get("Max-Forwards"), invite.via.param("rport")) == ("70", "")


def test_nobody_there_is_an_unavailable_provider(peer: Any) -> None:
    """Without any response Timer B ends the call after 64 x T1."""
    peer.rung()

    peer.wait(31.999)
    assert peer.told(Over) == []
    peer.wait(0.001)

    assert over(peer) == Over(by="carrier", disposition=Disposition.TELEPHONY_PROVIDER_UNAVAILABLE)


def test_a_closed_port_is_an_unavailable_provider(peer: Any) -> None:
    """An ICMP error ends the call at once."""
    peer.rung()

    peer.agent.refused(CONTACT, 0.0)

    assert over(peer) == Over(by="carrier", disposition=Disposition.TELEPHONY_PROVIDER_UNAVAILABLE)


def test_silence_past_the_ring_time_reached_nobody(peer: Any) -> None:
    """A ring time shorter than Timer B ends the call without a CANCEL, for nothing is known to have arrived."""
    peer.rung(ring_seconds=10.0)

    sent = peer.wait(10.0)

    assert [packet.start for packet in sent] == ["INVITE"] * 4
    assert over(peer).disposition is Disposition.TELEPHONY_PROVIDER_UNAVAILABLE


def test_who_rings_after_the_ring_time_is_cancelled(peer: Any) -> None:
    """A 180 that comes after we gave up gets a CANCEL: no phone rings for nobody."""
    _, invite = peer.rung(ring_seconds=10.0)
    peer.wait(12.0)
    peer.take()

    peer.answer(invite, 180)

    assert peer.starts() == ["CANCEL"]


@pytest.mark.parametrize("status", [100, 180, 183])
def test_ringing_without_an_end_is_cancelled_as_no_answer(peer: Any, status: int) -> None:
    """A provisional response with no final one: CANCEL at the end of the ring time, then 487 and its ACK."""
    _, invite = peer.rung(ring_seconds=25.0)
    peer.answer(invite, status, tag=None if status == 100 else "b1")
    assert peer.wait(24.999) == []
    peer.wait(0.001)
    cancel = peer.only("CANCEL")

    peer.answer(cancel, 200)
    peer.answer(invite, 487)

    assert peer.starts() == ["ACK"]
    assert over(peer) == Over(by="us", disposition=Disposition.DIAL_NO_ANSWER, status=487)


def test_each_provisional_above_100_is_told(peer: Any) -> None:
    """100 says only that the INVITE arrived."""
    _, invite = peer.rung()

    for status in (100, 180, 183):
        peer.answer(invite, status)

    assert peer.told(Rang) == [Rang(status=180), Rang(status=183)]


def test_an_answer_is_acknowledged_along_the_route(peer: Any) -> None:
    """The ACK of a 200 is a request of its own to the Contact, by the Record-Route from the far end."""
    _, invite = peer.rung()
    routes = ["Record-Route: <sip:192.0.2.20;lr>, <sip:192.0.2.21;lr>"]

    peer.answer(invite, 200, headers=routes, body=peer.sdp)

    [packet] = peer.take()
    ack = packet.message
    assert (packet.to, ack.method, ack.uri) == (("192.0.2.21", 5060), "ACK", "sip:callee@192.0.2.9:5062")
    assert ack.headers.all("Route") == ("<sip:192.0.2.21;lr>", "<sip:192.0.2.20;lr>")
    assert ack.via.branch != invite.via.branch
    assert (str(ack.cseq), ack.to.tag, ack.call_id) == ("1 ACK", "b1", invite.call_id)


def test_an_answer_connects_the_line_once(peer: Any) -> None:
    """A repeated 200 means that our ACK was lost: the same ACK goes out again and nothing else happens."""
    _, invite = peer.rung()
    peer.answer(invite, 200, body=peer.sdp)
    [first] = peer.take()
    peer.wait(3.5)

    peer.answer(invite, 200, body=peer.sdp)

    [again] = peer.take()
    assert serialize(again.message) == serialize(first.message)
    assert [event.media.port for event in peer.told(Connected)] == [4000]
    assert peer.told(Over) == []


def test_an_answer_without_a_description_takes_the_early_one(peer: Any) -> None:
    """The answer to our offer may have come in a 183 already."""
    _, invite = peer.rung()
    peer.answer(invite, 183, body=peer.sdp)

    peer.answer(invite, 200)

    assert [event.media.port for event in peer.told(Connected)] == [4000]


@pytest.mark.parametrize("body", ["", "v=0\r\nm=audio 4000 RTP/SAVP 0\r\nc=IN IP4 192.0.2.9\r\n", "\xff\xfe"])
def test_an_answer_without_a_line_is_ended(peer: Any, body: str) -> None:
    """A 200 with nothing that we can use is acknowledged and ended with BYE."""
    _, invite = peer.rung()

    peer.answer(invite, 200, body=body)

    assert peer.starts() == ["ACK", "BYE"]
    assert over(peer) == Over(by="carrier", disposition=Disposition.DIAL_FAILED, status=200)


def test_a_fork_that_answers_second_is_ended(peer: Any) -> None:
    """Another 200 with another tag is acknowledged and ended in its own dialog, the first call goes on."""
    call, invite = peer.answered()
    contact = ["Contact: <sip:other@192.0.2.30:5070>"]

    peer.answer(invite, 200, tag="b2", headers=contact, body=peer.sdp)

    ack, bye = peer.take()
    assert (ack.start, bye.start) == ("ACK", "BYE")
    assert (ack.message.to.tag, bye.message.to.tag, str(bye.message.cseq)) == ("b2", "b2", "2 BYE")
    assert peer.told(Over) == []
    assert call.snapshot.remote_tag == "b1"


def test_an_answer_of_a_fork_replaces_the_early_dialog(peer: Any) -> None:
    """The one who answers is the callee, whoever rang before."""
    call, invite = peer.rung()
    peer.answer(invite, 180, tag="b1")

    peer.answer(invite, 200, tag="b2", body=peer.sdp)

    assert (call.snapshot.state, call.snapshot.remote_tag) == ("confirmed", "b2")
    assert [packet.message.to.tag for packet in peer.take()] == ["b2"]


@pytest.mark.parametrize("after", [33.0, 100.0, 200.0])
def test_a_stray_answer_is_acknowledged_and_ended(peer: Any, after: float) -> None:
    """A 200 long after the call was refused, when no transaction knows it any more, gets ACK and BYE (RFC 6026 section 8.1)."""
    call, invite = peer.rung()
    peer.answer(invite, 486)
    peer.agent.forget(call)
    peer.wait(after)
    peer.take()

    peer.answer(invite, 200, tag="late", body=peer.sdp)

    ack, bye = peer.take()
    assert (ack.start, str(ack.message.cseq), ack.message.uri) == ("ACK", "1 ACK", "sip:callee@192.0.2.9:5062")
    assert (bye.start, str(bye.message.cseq), bye.message.to.tag) == ("BYE", "2 BYE", "late")


def test_a_stray_answer_of_a_stranger_is_dropped(make_peer: Any) -> None:
    """A forged 200 for no call of ours from a source that may not call makes us send nothing to anybody."""
    peer = make_peer(allowed=lambda _host: False)
    forged = (
        "SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bKforged\r\nFrom: <sip:a@b>;tag=x\r\n"
        "To: <sip:c@d>;tag=y\r\nCall-ID: nothing\r\nCSeq: 1 INVITE\r\nContact: <sip:victim@198.51.100.66>\r\n\r\n"
    )

    peer.hear(forged, ("203.0.113.5", 5060))
    peer.wait(40.0)

    assert peer.take() == []


def test_a_stray_answer_to_a_call_of_ours_is_taken_from_anywhere(make_peer: Any) -> None:
    """Who knows Call-ID and tag of a call that we placed need not be on the list."""
    peer = make_peer(allowed=lambda _host: False)
    _, invite = peer.answered()
    peer.wait(40.0)

    peer.answer(invite, 200, tag="b2", body=peer.sdp)

    assert peer.starts() == ["ACK", "BYE"]


@pytest.mark.parametrize(
    ("status", "headers", "by", "disposition", "q850"),
    [
        (486, [], "carrier", Disposition.DIAL_BUSY, None),
        (603, [], "party", Disposition.USER_DECLINED, None),
        (404, [], "carrier", Disposition.INVALID_DESTINATION, None),
        (480, ["Reason: Q.850;cause=17"], "carrier", Disposition.DIAL_BUSY, 17),
        (302, ["Contact: <sip:elsewhere@198.51.100.5>"], "carrier", Disposition.DIAL_FAILED, None),
        (503, [], "carrier", Disposition.TELEPHONY_PROVIDER_UNAVAILABLE, None),
    ],
)
def test_a_refusal_is_acknowledged_and_says_why(
    peer: Any, status: int, headers: list[str], by: Any, disposition: Disposition, q850: int | None
) -> None:
    """Status and Q.850 cause make the disposition; a redirection is followed nowhere, for the phone was chosen by us."""
    _, invite = peer.rung()

    peer.answer(invite, status, headers=headers)

    [ack] = peer.take()
    assert (ack.start, ack.to, ack.message.via.branch) == ("ACK", CONTACT, invite.via.branch)
    assert over(peer) == Over(by=by, disposition=disposition, status=status, q850=q850)
