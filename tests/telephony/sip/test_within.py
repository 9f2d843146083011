"""Requests within an answered call: hold and resume, refreshes, glare, and what has no place there."""

from __future__ import annotations

from typing import Any

import pytest

from ringtrue.domain.disposition import Disposition
from ringtrue.telephony.sip.events import Connected, MediaChanged, Over


def flow(peer: Any) -> list[tuple[bool, bool]]:
    """Whether the far end sends and receives, at each change of the line."""
    return [(event.media.peer_sends, event.media.peer_receives) for event in peer.told(MediaChanged)]


@pytest.mark.parametrize("method", ["INVITE", "UPDATE"])
@pytest.mark.parametrize(
    ("asked", "answered", "flows"),
    [
        ("sendonly", "recvonly", (True, False)),
        ("recvonly", "sendonly", (False, True)),
        ("inactive", "inactive", (False, False)),
    ],
)
def test_hold_and_resume(peer: Any, sdp_of: Any, method: str, asked: str, answered: str, flows: tuple[bool, bool]) -> None:
    """Each direction is answered by its mirror, and the line is told anew both times (RFC 3264 section 8.4)."""
    call = peer.accepted()

    for cseq, direction in enumerate((asked, "sendrecv"), start=2):
        peer.inside(call, method, cseq=cseq, body=sdp_of(direction, cseq))
        if method == "INVITE":
            peer.confirm(call, cseq=cseq)

    bodies = [packet.message.body for packet in peer.take()]
    assert [body.splitlines()[-1].decode() for body in bodies] == [f"a={answered}", "a=sendrecv"]
    assert flow(peer) == [flows, (True, True)]


def test_the_version_counts_what_changed(peer: Any, sdp_of: Any) -> None:
    """The origin's version grows with each new answer and stays where nothing is new (RFC 3264 section 8)."""
    call = peer.accepted()

    for cseq, direction in enumerate(("sendrecv", "sendonly", "sendonly", "sendrecv"), start=2):
        peer.inside(call, "UPDATE", cseq=cseq, body=sdp_of(direction, cseq))

    origins = [packet.message.body.splitlines()[1].decode() for packet in peer.take()]
    assert origins == [f"o=- 7 {version} IN IP4 192.0.2.1" for version in (1, 2, 2, 3)]


def test_the_200_of_a_reinvite_is_repeated_until_its_ack(peer: Any, sdp_of: Any) -> None:
    """As that of the first INVITE is."""
    call = peer.accepted()
    peer.inside(call, "INVITE", body=sdp_of("sendonly", 2))
    assert [(packet.at, packet.start) for packet in peer.wait(2.0)] == [(0.5, "200"), (1.5, "200")]

    peer.confirm(call, cseq=2)

    assert peer.wait(60.0) == []


def test_a_reinvite_that_nobody_acknowledges_ends_the_call(peer: Any, sdp_of: Any) -> None:
    """After 64 x T1 without ACK the call is ended with BYE (section 14.2)."""
    call = peer.accepted()
    peer.inside(call, "INVITE", body=sdp_of("sendonly", 2))
    peer.wait(31.999)
    peer.take()

    peer.wait(0.001)

    assert peer.starts() == ["BYE"]
    assert len(peer.told(Over)) == 1


def test_a_reinvite_without_an_offer_gets_ours(peer: Any) -> None:
    """A refresh of RFC 4028 may come so; the line stands anew with the answer in the ACK."""
    call = peer.accepted()
    peer.inside(call, "INVITE")
    [packet] = peer.take()

    peer.confirm(call, cseq=2, body=peer.sdp)

    assert b"m=audio 30000 RTP/AVP" in packet.message.body
    assert flow(peer) == [(True, True)]
    assert len(peer.told(Connected)) == 1


@pytest.mark.parametrize("method", ["INVITE", "UPDATE"])
def test_glare_is_met_with_491(peer: Any, sdp_of: Any, method: str) -> None:
    """While an offer of ours waits for its answer no other may come; the line stays (sections 14.2 and RFC 3311 5.2)."""
    call = peer.accepted()
    peer.inside(call, "INVITE")
    peer.take()

    peer.inside(call, method, cseq=3, body=sdp_of("sendonly", 2))
    assert peer.starts() == ["491"]
    peer.confirm(call, cseq=2, body=peer.sdp)
    peer.inside(call, method, cseq=4, body=sdp_of("sendonly", 2))

    assert peer.starts()[-1] == "200"
    assert flow(peer) == [(True, True), (True, False)]


def test_an_update_without_an_offer_refreshes(peer: Any) -> None:
    """200 without a body, nothing told (RFC 3311 section 5.2); a Contact in it moves the target."""
    call = peer.accepted()

    peer.inside(call, "UPDATE", headers=["Session-Expires: 1800;refresher=uac"])

    [packet] = peer.take()
    assert (packet.start, packet.message.body, flow(peer)) == ("200", b"", [])
    assert packet.message.headers.get("Contact") == "<sip:192.0.2.1:5060>"


@pytest.mark.parametrize("method", ["INVITE", "UPDATE"])
def test_a_refresh_moves_the_target(peer: Any, sdp_of: Any, method: str) -> None:
    """The Contact of a re-INVITE or UPDATE is where our BYE goes (section 12.2.2)."""
    call = peer.accepted()
    request = peer.request(method, cseq=2, to_tag=call.to_tag, branch="z9hG4bKmove", body=sdp_of("sendrecv", 2))
    peer.hear(request.replace("sip:caller@192.0.2.9:5062", "sip:caller@192.0.2.77:5080"))
    peer.take()
    if method == "INVITE":
        peer.confirm(call, cseq=2)

    call.hang_up(Disposition.AGENT_HANGUP)

    [bye] = peer.take()
    assert (bye.message.uri, bye.to) == ("sip:caller@192.0.2.77:5080", ("192.0.2.77", 5080))


@pytest.mark.parametrize("method", ["INVITE", "UPDATE"])
def test_an_offer_without_a_line_for_us_leaves_the_call_as_it_is(peer: Any, method: str) -> None:
    """488, and the old description holds (section 14.2)."""
    call = peer.accepted()

    peer.inside(call, method, body="v=0\r\nm=video 4000 RTP/AVP 31\r\nc=IN IP4 192.0.2.9\r\n")

    assert (peer.starts(), flow(peer), peer.told(Over)) == (["488"], [], [])


@pytest.mark.parametrize(
    ("method", "status"), [("INFO", "200"), ("OPTIONS", "200"), ("NOTIFY", "481"), ("REFER", "405"), ("FROB", "501")]
)
def test_other_requests_change_nothing(peer: Any, method: str, status: str) -> None:
    """INFO and OPTIONS are heard, a NOTIFY has no subscription (RFC 6665), what is not done or unknown is refused."""
    call = peer.accepted()

    peer.inside(call, method)

    assert (peer.starts(), flow(peer), peer.told(Over)) == ([status], [], [])


def test_a_number_that_went_back_is_refused(peer: Any, sdp_of: Any) -> None:
    """A request older than one before is out of order: 500 (section 12.2.2)."""
    call = peer.accepted()
    peer.inside(call, "INFO", cseq=9)
    peer.take()

    peer.inside(call, "UPDATE", cseq=8, body=sdp_of("sendonly", 2))

    assert (peer.starts(), flow(peer)) == (["500"], [])


@pytest.mark.parametrize("method", ["INVITE", "UPDATE"])
def test_an_offer_after_the_end_is_refused(peer: Any, sdp_of: Any, method: str) -> None:
    """A re-INVITE that crosses our BYE gets 481."""
    call = peer.accepted()
    call.hang_up(Disposition.AGENT_HANGUP)
    peer.take()

    peer.inside(call, method, body=sdp_of("sendonly", 2))

    assert (peer.starts(), flow(peer)) == (["481"], [])


@pytest.mark.parametrize("method", ["INFO", "OPTIONS", "NOTIFY"])
def test_a_call_that_is_over_takes_no_requests(peer: Any, method: str) -> None:
    """The dialog ends with its BYE: whoever asks within it later learns so."""
    call = peer.accepted()
    peer.inside(call, "BYE")
    peer.take()

    peer.inside(call, method, cseq=3)

    assert peer.starts() == ["481"]


def test_two_calls_do_not_touch_each_other(peer: Any) -> None:
    """What is said within one call is unknown to the other."""
    first = peer.accepted()
    peer.calls.clear()
    second = peer.arrived(call_id="in2", from_tag="q", branch="z9hG4bKq1")

    peer.inside(first, "BYE")

    assert [event.by for event in peer.told(Over)] == ["party"]
    assert (first.is_over, second.is_over) == (True, False)


def test_a_reinvite_cannot_be_cancelled_into_the_end_of_the_call(peer: Any, sdp_of: Any) -> None:
    """A CANCEL of a re-INVITE that was answered already gets 200 and the call goes on (section 9.2)."""
    call = peer.accepted()
    peer.inside(call, "INVITE", body=sdp_of("sendonly", 2))
    peer.take()

    peer.inside(call, "CANCEL", cseq=2, branch="z9hG4bKINVITE2")

    assert (peer.starts(), peer.told(Over)) == (["200"], [])
