"""Requests that open no call: what each is answered, and what a source that may not call hears: nothing."""

from __future__ import annotations

from typing import Any

import pytest

from ringtrue.telephony.sip.events import Arrived, Ignored, Over

ALLOWED = ("INVITE", "ACK", "BYE", "CANCEL", "OPTIONS", "INFO", "UPDATE", "NOTIFY")
STRANGER = ("203.0.113.5", 5060)


@pytest.fixture
def strict(make_peer: Any) -> Any:
    """A user agent that only the peer may call."""
    return make_peer(allowed=lambda host: host == "192.0.2.9")


def refusal(peer: Any) -> Any:
    """The one response that was sent, with a tag of ours."""
    [packet] = peer.take()
    assert packet.message.to.tag
    return packet.message


def test_options_says_what_we_do(peer: Any) -> None:
    """200 with Allow and Accept (section 11.2)."""
    peer.ask("OPTIONS")

    response = refusal(peer)
    assert (response.status, response.headers.all("Allow")) == (200, ALLOWED)
    assert response.headers.all("Accept") == ("application/sdp",)


@pytest.mark.parametrize("method", ["REGISTER", "SUBSCRIBE", "MESSAGE", "REFER", "PUBLISH", "PRACK"])
def test_a_known_method_that_is_not_done(peer: Any, method: str) -> None:
    """405 with Allow (section 8.2.1)."""
    peer.ask(method)

    response = refusal(peer)
    assert (response.status, response.headers.all("Allow")) == (405, ALLOWED)


@pytest.mark.parametrize("method", ["FROB", "invite", "INVITE2"])
def test_an_unknown_method(peer: Any, method: str) -> None:
    """501 (section 21.5.2); methods are told apart by case (section 7.1)."""
    peer.ask(method)

    assert refusal(peer).status == 501


@pytest.mark.parametrize("method", ["INVITE", "OPTIONS", "BYE"])
def test_an_extension_that_is_required(peer: Any, method: str) -> None:
    """420 names every extension that we do not have (section 8.2.2.3)."""
    peer.ask(method, headers=["Require: 100rel, timer", "Require: gruu"])

    response = refusal(peer)
    assert (response.status, response.headers.all("Unsupported")) == (420, ("100rel", "timer", "gruu"))
    assert peer.told(Arrived) == []


@pytest.mark.parametrize("method", ["BYE", "INFO", "UPDATE", "NOTIFY"])
def test_a_request_of_no_call(peer: Any, method: str) -> None:
    """481, with or without a tag that might be ours (section 12.2.2)."""
    peer.ask(method, branch="z9hG4bK1")
    peer.ask(method, branch="z9hG4bK2", to_tag="nobody")

    assert peer.starts() == ["481", "481"]


@pytest.mark.parametrize("method", ["INVITE", "OPTIONS"])
def test_an_unknown_tag(peer: Any, method: str) -> None:
    """A request within a dialog that we do not know gets 481, though it might open one without the tag."""
    peer.ask(method, to_tag="nobody", body=peer.sdp)

    assert (refusal(peer).status, peer.told(Arrived)) == (481, [])


def test_a_cancel_of_nothing(peer: Any) -> None:
    """481 (section 9.2)."""
    peer.ask("CANCEL")

    assert refusal(peer).status == 481


def test_an_ack_of_nothing(peer: Any) -> None:
    """An ACK is never answered."""
    peer.ask("ACK", to_tag="nobody")

    assert peer.wait(40.0) == []
    assert peer.take() == []


def test_another_scheme(peer: Any) -> None:
    """416 (section 8.2.2.1)."""
    peer.ask("INVITE", uri="tel:+14155550100", body=peer.sdp)

    assert refusal(peer).status == 416


@pytest.mark.parametrize("header", ["Content-Type: text/plain", "Content-Type: application/sdp\r\nContent-Encoding: gzip"])
def test_a_body_of_another_kind(peer: Any, header: str) -> None:
    """415 says what is accepted (section 8.2.3)."""
    peer.ask("INVITE", headers=[header], body="hello")

    response = refusal(peer)
    assert (response.status, response.headers.get("Accept")) == (415, "application/sdp")


@pytest.mark.parametrize("body", ["nonsense", "v=0\r\nm=video 4000 RTP/AVP 31\r\nc=IN IP4 192.0.2.9\r\n"])
def test_an_offer_that_cannot_be_used(peer: Any, body: str) -> None:
    """488 before anybody is bothered (section 13.3.1.3)."""
    peer.ask("INVITE", body=body)

    assert (refusal(peer).status, peer.told(Arrived)) == (488, [])


def test_an_invite_without_a_tag(peer: Any) -> None:
    """A caller of RFC 2543 cannot be known again: 400."""
    peer.hear(peer.request("INVITE", body=peer.sdp).replace(";tag=p", ""))

    assert (refusal(peer).status, peer.told(Arrived)) == (400, [])


def test_a_request_by_another_way(peer: Any) -> None:
    """The same INVITE on another branch was forked on its way: 482 (section 8.2.2.2), and one call."""
    peer.arrived()

    peer.ask("INVITE", branch="z9hG4bKp2", body=peer.sdp)

    assert (refusal(peer).status, len(peer.calls)) == (482, 1)


def test_hops_are_the_concern_of_proxies(peer: Any) -> None:
    """An INVITE that arrives with no hops left has arrived (section 8.1.1.6 has only proxies count)."""
    peer.hear(peer.request("INVITE", body=peer.sdp).replace("Max-Forwards: 70", "Max-Forwards: 0"))

    assert (peer.starts(), len(peer.calls)) == (["100"], 1)


def test_a_repeated_request_gets_the_same_refusal(peer: Any) -> None:
    """Same tag, same status: a repeat is no new request."""
    peer.ask("FROB")
    peer.ask("FROB")

    first, second = peer.take()

    assert (first.message.status, first.message.to.tag) == (second.message.status, second.message.to.tag)


def test_no_new_call_while_closing(peer: Any) -> None:
    """503 with Retry-After; what was accepted goes on."""
    call = peer.accepted()
    peer.agent.is_closing = True

    peer.ask("INVITE", branch="z9hG4bKp2", call_id="in2", body=peer.sdp)

    response = refusal(peer)
    assert (response.status, response.headers.get("Retry-After")) == (503, "10")
    peer.inside(call, "INFO")
    assert peer.starts() == ["200"]


@pytest.mark.parametrize("method", ["INVITE", "OPTIONS", "BYE", "REGISTER", "FROB"])
def test_a_stranger_gets_no_reply(strict: Any, method: str) -> None:
    """Deny by default: nothing is sent, no call arrives, and it is told whom we ignored."""
    strict.ask(method, source=STRANGER, body=strict.sdp)

    assert (strict.wait(40.0), strict.take(), strict.calls) == ([], [], [])
    assert strict.told(Ignored) == [Ignored(method=method, host="203.0.113.5")]


@pytest.mark.parametrize("damage", ["CSeq: 1 OPTIONS", "CSeq: x INVITE"])
def test_a_stranger_gets_no_reply_to_a_bad_request(strict: Any, damage: str) -> None:
    """Not even the 400 that a malformed request would get."""
    broken = strict.request("INVITE").replace("CSeq: 1 INVITE", damage)

    strict.hear(broken, STRANGER)

    assert strict.take() == []


def test_a_stranger_cannot_cancel(strict: Any) -> None:
    """A CANCEL of an INVITE that is not known is ignored from a source that may not call."""
    strict.ask("CANCEL", source=STRANGER)

    assert strict.take() == []


def test_a_stranger_within_a_call_is_heard(strict: Any) -> None:
    """Tags that nobody can guess are proof enough: a trunk may send from several addresses."""
    call, _ = strict.answered()

    strict.within(call, "BYE", source=STRANGER)

    assert strict.starts() == ["200"]
    assert len(strict.told(Over)) == 1
