"""Calls that come in: answered or refused once, the 200 repeated until its ACK, and given up whatever gets lost."""

from __future__ import annotations

from typing import Any

import pytest

from ringtrue.domain.disposition import Disposition
from ringtrue.telephony.sip.events import Connected, Over
from ringtrue.telephony.sip.message import serialize

CAPPED = [0.5, 1.5, 3.5, 7.5, 11.5, 15.5, 19.5, 23.5, 27.5, 31.5]  # T1, doubled up to T2 (section 13.3.1.4)


def over(peer: Any) -> Over:
    """How the call ended; told once."""
    [event] = peer.told(Over)
    assert isinstance(event, Over)
    return event


def test_an_invite_waits_for_us(peer: Any) -> None:
    """It gets a 100 at once and rings on until it is accepted or rejected."""
    call = peer.arrived(headers=["Record-Route: <sip:192.0.2.20;lr>"])

    assert peer.wait(100.0) == []
    snapshot = call.snapshot
    assert (snapshot.side, snapshot.state, snapshot.sip_call_id) == ("uas", "intended", "in1")
    assert (snapshot.remote_tag, snapshot.local_tag) == ("p", call.to_tag)
    assert (snapshot.target, snapshot.route_set) == ("sip:caller@192.0.2.9:5062", ("<sip:192.0.2.20;lr>",))


def test_an_answer_is_a_200_with_our_line(peer: Any, line: Any) -> None:
    """It carries our tag, Contact, Allow, Record-Route and the answer, and goes back where the INVITE came from."""
    call = peer.arrived(headers=["Record-Route: <sip:192.0.2.20;lr>"])

    call.accept(line)

    [packet] = peer.take()
    answer = packet.message
    assert (packet.start, packet.to) == ("200", ("192.0.2.9", 5062))
    assert (answer.to.tag, str(answer.cseq), answer.via.branch) == (call.to_tag, "1 INVITE", "z9hG4bKp1")
    assert answer.headers.get("Contact") == "<sip:192.0.2.1:5060>"
    assert answer.headers.all("Record-Route") == ("<sip:192.0.2.20;lr>",)
    assert "UPDATE" in answer.headers.all("Allow")
    assert b"m=audio 30000 RTP/AVP 0 101" in answer.body


def test_a_180_carries_the_tag_of_the_answer(peer: Any, line: Any) -> None:
    """One tag for the whole life of the call."""
    call = peer.arrived()
    call.progress(180)
    call.accept(line)

    ringing, answer = peer.take()

    assert (ringing.start, answer.start) == ("180", "200")
    assert ringing.message.to.tag == answer.message.to.tag == call.to_tag


def test_a_repeated_invite_is_one_call(peer: Any) -> None:
    """While it waits a repeat gets the last provisional response, and no second call arrives."""
    call = peer.arrived()
    call.progress(180)
    peer.take()

    peer.ask("INVITE", body=peer.sdp)

    assert (peer.starts(), len(peer.calls)) == (["180"], 1)


def test_a_200_is_repeated_until_its_ack(peer: Any, line: Any) -> None:
    """At T1, doubled up to T2; a repeat of the INVITE adds nothing, and the ACK ends it."""
    call = peer.arrived()
    call.accept(line)
    [first] = peer.take()
    sent = peer.wait(12.0)
    peer.ask("INVITE", body=peer.sdp)

    peer.confirm(call)

    assert [(packet.at, packet.start) for packet in sent] == [(at, "200") for at in CAPPED[:5]]
    assert {serialize(packet.message) for packet in sent} == {serialize(first.message)}
    assert peer.wait(60.0) == []
    assert peer.told(Over) == []


def test_a_200_that_nobody_acknowledges_ends_in_bye(peer: Any, line: Any) -> None:
    """After 64 x T1 without ACK the call is ended with BYE (section 13.3.1.4)."""
    call = peer.arrived()
    call.accept(line)
    sent = peer.wait(31.999)
    assert [packet.at for packet in sent] == CAPPED
    assert peer.told(Over) == []
    peer.take()

    peer.wait(0.001)

    bye = peer.only("BYE")
    assert (bye.uri, bye.from_.tag, bye.to.tag) == ("sip:caller@192.0.2.9:5062", call.to_tag, "p")
    assert over(peer) == Over(by="carrier", disposition=Disposition.TELEPHONY_PROVIDER_UNAVAILABLE)


def test_a_lost_ack_is_made_good_by_the_next(peer: Any, line: Any) -> None:
    """The caller acknowledges each repeat of the 200; the first ACK that arrives counts, further ones are harmless."""
    call = peer.arrived()
    call.accept(line)
    peer.wait(4.0)
    peer.confirm(call)
    peer.confirm(call)
    peer.take()

    assert peer.wait(60.0) == []
    assert len(peer.told(Connected)) == 1


def test_an_ack_of_another_number_acknowledges_nothing(peer: Any, line: Any) -> None:
    """The ACK must carry the number of its INVITE."""
    call = peer.arrived()
    call.accept(line)

    peer.confirm(call, cseq=9)

    assert [packet.at for packet in peer.wait(2.0)] == [0.5, 1.5]


def test_our_bye_waits_for_the_ack(peer: Any, line: Any) -> None:
    """A callee says BYE only once its 200 is acknowledged (section 15); for us the call is over at once."""
    call = peer.arrived()
    call.accept(line)
    call.hang_up(Disposition.AGENT_HANGUP)
    assert over(peer).disposition is Disposition.AGENT_HANGUP
    assert peer.starts() == ["200"]

    peer.confirm(call)

    assert peer.starts() == ["BYE"]


def test_our_bye_leaves_without_an_ack_in_the_end(peer: Any, line: Any) -> None:
    """Should the ACK never come, the BYE leaves after 64 x T1."""
    call = peer.arrived()
    call.accept(line)
    call.hang_up(Disposition.AGENT_HANGUP)
    peer.wait(31.999)
    peer.take()

    peer.wait(0.001)

    assert peer.starts() == ["BYE"]
    assert len(peer.told(Over)) == 1


def test_a_rejection_is_repeated_until_its_ack(peer: Any) -> None:
    """A refusal is final: it is repeated by Timer G and a later accept does nothing."""
    call = peer.arrived()
    call.reject(404)
    assert [packet.at for packet in peer.wait(2.0)] == [0.5, 1.5]
    peer.take()

    peer.ask("ACK", to_tag=call.to_tag)

    assert peer.wait(60.0) == []
    assert over(peer) == Over(by="us", disposition=Disposition.DIAL_FAILED, status=404)


def test_a_refused_call_is_not_accepted_after_all(peer: Any, line: Any) -> None:
    """The first decision counts."""
    call = peer.arrived()
    call.reject(486)
    peer.take()

    call.accept(line)

    assert (peer.starts(), len(peer.told(Over))) == ([], 1)


def test_hanging_up_before_the_answer_refuses(peer: Any) -> None:
    """Nobody answered yet, so there is nothing to say BYE to."""
    call = peer.arrived()

    call.hang_up(Disposition.MAX_DURATION_REACHED)

    assert peer.starts() == ["480"]
    assert over(peer) == Over(by="us", disposition=Disposition.MAX_DURATION_REACHED, status=480)


def test_a_cancel_ends_what_was_not_answered(peer: Any, line: Any) -> None:
    """The CANCEL gets 200, the INVITE 487 with the same tag, and an accept after it does nothing (section 9.2)."""
    call = peer.arrived()
    peer.ask("CANCEL")
    answer, refusal = peer.take()
    peer.ask("ACK", to_tag=call.to_tag)

    call.accept(line)

    assert (answer.start, str(answer.message.cseq)) == ("200", "1 CANCEL")
    assert (refusal.start, str(refusal.message.cseq)) == ("487", "1 INVITE")
    assert answer.message.to.tag == refusal.message.to.tag == call.to_tag
    assert peer.wait(60.0) == []
    assert over(peer) == Over(by="party", disposition=Disposition.USER_HANGUP, status=487)


def test_a_cancel_that_crosses_our_answer_has_no_effect(peer: Any, line: Any) -> None:
    """It gets its own 200; the call stays up until the caller says BYE."""
    call = peer.arrived()
    call.accept(line)
    peer.take()

    peer.ask("CANCEL")
    assert peer.starts() == ["200"]
    assert peer.told(Over) == []
    peer.confirm(call)
    peer.inside(call, "BYE")

    assert peer.starts() == ["200"]
    assert over(peer) == Over(by="party", disposition=Disposition.USER_HANGUP)


def test_a_bye_before_the_answer_ends_the_call(peer: Any) -> None:
    """A caller may end an early dialog with BYE (section 15): 200 to it, 487 to the INVITE."""
    call = peer.arrived()
    call.progress(180)
    peer.take()

    peer.inside(call, "BYE")

    assert peer.starts() == ["200", "487"]
    assert over(peer) == Over(by="party", disposition=Disposition.USER_HANGUP, status=487)


def test_a_bye_stops_the_repeats_of_the_200(peer: Any, line: Any) -> None:
    """Who says BYE has heard our 200, though the ACK was lost."""
    call = peer.arrived()
    call.accept(line)

    peer.inside(call, "BYE")

    peer.take()
    assert peer.wait(60.0) == []


def test_an_invite_without_an_offer_gets_ours(peer: Any, line: Any) -> None:
    """Our offer is in the 200 and the line stands with the answer in the ACK (section 13.2.1)."""
    call = peer.arrived(body="")
    call.accept(line)
    [packet] = peer.take()
    assert b"m=audio 30000 RTP/AVP 0 8 101" in packet.message.body
    assert peer.told(Connected) == []

    peer.confirm(call, body=peer.sdp)

    assert [event.media.port for event in peer.told(Connected)] == [4000]


@pytest.mark.parametrize("body", ["", "nonsense", "v=0\r\nm=video 4000 RTP/AVP 31\r\nc=IN IP4 192.0.2.9\r\n"])
def test_an_ack_without_an_answer_ends_the_call(peer: Any, line: Any, body: str) -> None:
    """Our offer must be answered in the ACK, or there is no line."""
    call = peer.arrived(body="")
    call.accept(line)
    peer.take()

    peer.confirm(call, body=body)

    assert peer.starts() == ["BYE"]
    assert over(peer) == Over(by="carrier", disposition=Disposition.DIAL_FAILED)
