"""Legs of a dead worker, ended by a user agent that knows nothing but the stored snapshot."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from typing import Any

import pytest

from ringtrue.domain.disposition import Disposition
from ringtrue.telephony.sip.auth import Credentials
from ringtrue.telephony.sip.events import Over
from ringtrue.worker.carrier import LegSnapshot

LOST = Disposition.ERROR_WORKER_LOST
PEER = ("192.0.2.9", 5062)
CAPPED = [0.5, 1.5, 3.5, 7.5, 11.5, 15.5, 19.5, 23.5, 27.5, 31.5]
ROUTES = ["Record-Route: <sip:192.0.2.20;lr>, <sip:192.0.2.21;lr>"]


def stored(snapshot: LegSnapshot) -> LegSnapshot:
    """What is left of it after a crash: it went through JSON."""
    fields = json.loads(json.dumps(asdict(snapshot)))
    return LegSnapshot(**{**fields, "route_set": tuple(fields["route_set"])})


def over(peer: Any) -> Over:
    """How the leg ended; told once."""
    [event] = peer.told(Over)
    assert isinstance(event, Over)
    return event


@pytest.fixture
def successor(make_peer: Any) -> Any:
    """Another user agent at the same address, and the same peer."""
    return make_peer()


def test_a_ringing_phone_is_cancelled(peer: Any, successor: Any) -> None:
    """The CANCEL has the very Via, From, To, Call-ID, number and Request-URI of the dead worker's INVITE."""
    call, invite = peer.rung()
    peer.answer(invite, 180)

    successor.agent.abandon(stored(call.snapshot), PEER, LOST)

    [packet] = successor.take()
    cancel = packet.message
    assert (packet.start, packet.to, cancel.uri) == ("CANCEL", PEER, invite.uri)
    assert (str(cancel.via), cancel.call_id, str(cancel.cseq)) == (str(invite.via), invite.call_id, "1 CANCEL")
    assert (cancel.headers.get("From"), cancel.headers.get("To")) == (invite.headers.get("From"), invite.headers.get("To"))


def test_a_cancelled_phone_is_over_with_its_200(peer: Any, successor: Any) -> None:
    """The end is told with the answer to the CANCEL; the 487 that follows is acknowledged on the INVITE's branch."""
    call, invite = peer.rung()
    peer.answer(invite, 180)
    successor.agent.abandon(stored(call.snapshot), PEER, LOST)
    cancel = successor.only("CANCEL")

    successor.answer(cancel, 200)
    successor.answer(invite, 487)

    [ack] = successor.take()
    assert (ack.start, ack.to, str(ack.message.via)) == ("ACK", PEER, str(invite.via))
    assert (ack.message.to.tag, str(ack.message.cseq)) == ("b1", "1 ACK")
    assert over(successor) == Over(by="us", disposition=LOST, status=200)


def test_each_copy_of_the_487_is_acknowledged(peer: Any, successor: Any) -> None:
    """The far end repeats it until it hears an ACK."""
    call, invite = peer.rung()
    peer.answer(invite, 180)
    successor.agent.abandon(stored(call.snapshot), PEER, LOST)
    successor.answer(successor.only("CANCEL"), 200)

    for _ in range(3):
        successor.answer(invite, 487)

    assert successor.starts() == ["ACK", "ACK", "ACK"]


def test_a_challenged_invite_is_cancelled_by_its_second_branch(make_peer: Any, successor: Any) -> None:
    """The snapshot moves with the challenge, so the CANCEL is of the INVITE that rings."""
    peer = make_peer(credentials=Credentials(username="a", password="b"))
    call, first = peer.rung()
    peer.answer(first, 401, headers=['WWW-Authenticate: Digest realm="r", nonce="n"'])
    second = peer.take()[1].message
    peer.answer(second, 180)

    successor.agent.abandon(stored(call.snapshot), PEER, LOST)

    cancel = successor.only("CANCEL")
    assert (str(cancel.via), str(cancel.cseq)) == (str(second.via), "2 CANCEL")


def test_an_answered_phone_gets_bye(peer: Any, successor: Any) -> None:
    """BYE by the route set to the target, with both tags and the next number."""
    call, invite = peer.rung()
    peer.answer(invite, 200, headers=ROUTES, body=peer.sdp)

    successor.agent.abandon(stored(call.snapshot), PEER, LOST)

    [packet] = successor.take()
    bye = packet.message
    assert (packet.start, packet.to, bye.uri) == ("BYE", ("192.0.2.21", 5060), "sip:callee@192.0.2.9:5062")
    assert bye.headers.all("Route") == ("<sip:192.0.2.21;lr>", "<sip:192.0.2.20;lr>")
    assert (bye.call_id, bye.from_.tag, bye.to.tag, str(bye.cseq)) == (invite.call_id, "ours", "b1", "2 BYE")
    assert bye.headers.get("Reason") == "Q.850;cause=41"
    successor.answer(bye, 200)
    assert over(successor) == Over(by="us", disposition=LOST, status=200)


def test_a_caller_that_we_answered_gets_bye(peer: Any, successor: Any, line: Any) -> None:
    """From and To change sides; the numbers of our side begin with this request."""
    call = peer.arrived(headers=ROUTES)
    call.accept(line)
    peer.confirm(call)

    successor.agent.abandon(stored(call.snapshot), None, LOST)

    [packet] = successor.take()
    bye = packet.message
    assert (packet.start, packet.to, bye.uri) == ("BYE", ("192.0.2.20", 5060), "sip:caller@192.0.2.9:5062")
    assert bye.headers.all("Route") == ("<sip:192.0.2.20;lr>", "<sip:192.0.2.21;lr>")
    assert (bye.call_id, bye.from_.tag, bye.to.tag, str(bye.cseq)) == ("in1", call.to_tag, "p", "1 BYE")


def test_a_caller_that_was_never_answered_is_left_to_its_timers(peer: Any, successor: Any) -> None:
    """There is no transaction any more that a refusal could be sent on; it is over at once."""
    call = peer.arrived()

    successor.agent.abandon(stored(call.snapshot), None, LOST)

    assert (successor.take(), over(successor)) == ([], Over(by="us", disposition=LOST))


def test_what_is_over_is_left_alone(successor: Any, intent: Any) -> None:
    """A leg that ended needs nothing."""
    successor.agent.abandon(replace(intent, state="over"), PEER, LOST)

    assert (successor.take(), over(successor)) == ([], Over(by="us", disposition=LOST))


def test_an_intent_is_cancelled_though_it_may_never_have_left(successor: Any, intent: Any) -> None:
    """The worker may have died before or after its INVITE left: a CANCEL of nothing gets 481 and that is the end."""
    successor.agent.abandon(stored(intent), PEER, LOST)

    successor.answer(successor.only("CANCEL"), 481)

    assert (successor.take(), over(successor).status) == ([], 481)


def test_a_cancel_that_finds_no_ringing_becomes_bye(peer: Any, successor: Any) -> None:
    """It was answered, and the answer never got into the snapshot: 481 to the CANCEL, so BYE in the early dialog."""
    call, invite = peer.rung()
    peer.answer(invite, 180)
    successor.agent.abandon(stored(call.snapshot), PEER, LOST)

    successor.answer(successor.only("CANCEL"), 481)

    bye = successor.only("BYE")
    assert (bye.to.tag, str(bye.cseq)) == ("b1", "2 BYE")
    assert successor.told(Over) == []
    successor.answer(bye, 200)
    assert over(successor).status == 200


def test_a_late_answer_is_acknowledged_and_ended(peer: Any, successor: Any) -> None:
    """A 200 that crosses the CANCEL of the successor leaves nobody talking to nobody."""
    call, invite = peer.rung()
    peer.answer(invite, 180)
    successor.agent.abandon(stored(call.snapshot), PEER, LOST)
    successor.answer(successor.only("CANCEL"), 200)

    successor.answer(invite, 200, body=peer.sdp)

    ack, bye = successor.take()
    assert (ack.start, bye.start) == ("ACK", "BYE")
    assert (ack.message.uri, bye.message.to.tag) == ("sip:callee@192.0.2.9:5062", "b1")


@pytest.mark.parametrize(("state", "start"), [("early", "CANCEL"), ("confirmed", "BYE")])
def test_silence_ends_it_after_64_t1(peer: Any, successor: Any, state: str, start: str) -> None:
    """The request is repeated as Timer E wants; then it is over without a status."""
    call, invite = peer.rung()
    peer.answer(invite, 180 if state == "early" else 200, body=peer.sdp)
    successor.agent.abandon(stored(call.snapshot), PEER, LOST)
    sent = successor.wait(31.999)
    assert [(packet.at, packet.start) for packet in sent] == [(at, start) for at in CAPPED]
    assert successor.told(Over) == []

    successor.wait(0.001)

    assert over(successor) == Over(by="us", disposition=LOST)


def test_a_challenged_bye_is_proven(peer: Any, make_peer: Any) -> None:
    """The successor has the trunk's password as the dead worker had."""
    call, _ = peer.answered()
    successor = make_peer(credentials=Credentials(username="a", password="b"))
    successor.agent.abandon(stored(call.snapshot), PEER, LOST)

    successor.answer(successor.only("BYE"), 407, headers=['Proxy-Authenticate: Digest realm="r", nonce="n"'])

    bye = successor.only("BYE")
    assert (str(bye.cseq), "Proxy-Authorization" in dict(bye.headers.items())) == ("3 BYE", True)
    assert successor.told(Over) == []
