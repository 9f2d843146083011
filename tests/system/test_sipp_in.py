"""SIPp calls us: every way in which a call that comes in can go, and what is refused before it is one."""

from __future__ import annotations

import asyncio
import re
import socket

import pytest

from ringtrue.conversation import leg as legs
from ringtrue.domain.disposition import Disposition
from ringtrue.telephony.rtp import packet

from . import sipp
from .caller import ACK, ANSWERED, BYE_OF_OURS, RINGING, alone, arrival_at, ask, called, invite
from .carrier import ended, events_of, line, until
from .sipp import Sipp, expect, pause, receive, sdp

pytestmark = [pytest.mark.realtime, pytest.mark.anyio]

D = Disposition


@pytest.fixture(autouse=True)
def _peer() -> None:
    sipp.present()


@pytest.mark.scenario("sipp-in-remote-bye")
async def test_a_caller_is_answered_and_hangs_up() -> None:
    """Answered with G.711 both ways named; BYE of the caller ends it."""
    async with line() as ours:
        arrival, leg, peer = await called(ours, [invite(), ANSWERED, ACK, pause(200), ask("BYE", cseq=2), expect(200)])
        events = await events_of(leg)
        outcome = await peer.result()

    assert outcome.passed, outcome.log
    assert (arrival.dialled, arrival.caller) == ("+14155550100", "+14155550199")
    assert [type(event) for event in events] == [legs.Answered, legs.Ended]
    assert (ended(events).disposition, ended(events).by) == (D.USER_HANGUP, "party")


@pytest.mark.scenario("sipp-in-our-bye")
async def test_we_hang_up_on_a_caller() -> None:
    """Our BYE follows the route set of the INVITE."""
    routes = "Record-Route: <sip:[local_ip]:[local_port];lr;hop=first>, <sip:[local_ip]:[local_port];lr;hop=second>"
    bye = receive("BYE", checks={"r": "Route: .*hop=first"})
    steps = [invite(headers=routes), ANSWERED, ACK, bye + BYE_OF_OURS.partition("\n")[2]]

    async with line() as ours:
        _, leg, peer = await called(ours, steps)
        await until(leg, legs.Answered)
        await asyncio.sleep(0.2)
        await leg.hang_up(D.AGENT_HANGUP)
        events = await events_of(leg)
        outcome = await peer.result()

    assert outcome.passed, outcome.log
    assert ended(events).disposition is D.AGENT_HANGUP
    assert [snapshot.state for snapshot in ours.snapshots] == ["confirmed", "over"]


@pytest.mark.scenario("sipp-in-rejections")
@pytest.mark.parametrize("status", [404, 480, 486, 503])
async def test_a_caller_is_refused(status: int) -> None:
    """The refusal is repeated until its ACK."""
    async with line() as ours:
        peer = Sipp([invite(), RINGING, expect(status), ACK.replace("[next_url]", "sip:+14155550100@[remote_ip]:[remote_port]")])
        await peer.start(remote=f"127.0.0.1:{ours.carrier.port}")
        await (await arrival_at(ours)).reject(status)
        outcome = await peer.result()

    assert outcome.passed, outcome.log


@pytest.mark.scenario("sipp-in-cancel")
async def test_a_caller_gives_up_before_the_answer() -> None:
    """CANCEL gets 200, the INVITE 487; the leg never connected."""
    steps = [
        invite(branch="z9hG4bKgiveup[call_number]"), RINGING.replace('optional="true" ', ""), pause(100),
        ask("CANCEL", tag=False, branch="z9hG4bKgiveup[call_number]"), expect(200), expect(487),
        ask("ACK", branch="z9hG4bKgiveup[call_number]").replace("[next_url]", "sip:+14155550100@[remote_ip]:[remote_port]"),
    ]  # fmt: skip
    async with line() as ours:
        peer = Sipp(steps)
        await peer.start(remote=f"127.0.0.1:{ours.carrier.port}")
        arrival = await arrival_at(ours)
        outcome = await peer.result()
        events = await events_of(await arrival.accept(ours.snapshots.append))

    assert outcome.passed, outcome.log
    assert [type(event) for event in events] == [legs.Ended]
    assert (ended(events).disposition, ended(events).by) == (D.USER_HANGUP, "party")


@pytest.mark.scenario("sipp-in-retransmitted-invite")
async def test_a_repeated_invite_is_one_call() -> None:
    """The same INVITE three times: one arrival, one tag."""
    same = "z9hG4bKsame[call_number]"
    steps = [
        invite(branch=same), RINGING.replace('optional="true" ', ""), invite(branch=same), pause(100), invite(branch=same),
        expect(100, optional=True), expect(200), ACK, pause(200), ask("BYE", cseq=2), expect(200),
    ]  # fmt: skip
    async with line() as ours:
        peer = Sipp(steps)
        await peer.start(remote=f"127.0.0.1:{ours.carrier.port}")
        arrival = await arrival_at(ours)
        await asyncio.sleep(0.3)
        leg = await arrival.accept(ours.snapshots.append)
        await events_of(leg)
        outcome = await peer.result()
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(arrival_at(ours), 0.2)

    assert outcome.passed, outcome.log
    assert len(set(re.findall(r"^To: .*;tag=(\w+)", outcome.log, re.MULTILINE))) == 1


@pytest.mark.scenario("sipp-in-lost-ack")
async def test_our_answer_is_repeated_until_acknowledged() -> None:
    """The first 200s are lost on the way back, as it were: the third is acknowledged, and the call goes on."""
    steps = [invite(), RINGING, expect(200), pause(300), ACK, pause(200), ask("BYE", cseq=2), expect(200)]
    async with line() as ours:
        _, leg, peer = await called(ours, steps)
        events = await events_of(leg)
        outcome = await peer.result()

    assert outcome.passed, outcome.log
    assert outcome.log.count("SIP/2.0 200 OK") == 5  # at 0, 1, 3 and 7 times T1, and to the BYE
    assert ended(events).disposition is D.USER_HANGUP


@pytest.mark.scenario("sipp-in-never-acknowledged")
async def test_an_answer_that_nobody_acknowledges() -> None:
    """After 64 x T1: BYE, and the provider is unavailable."""
    async with line() as ours:
        _, leg, peer = await called(ours, [invite(), ANSWERED, pause(int(64 * 40 * 0.9)), '<recv request="BYE"/>\n'])
        events = await events_of(leg)
        outcome = await peer.result()

    assert "BYE sip:caller@" in outcome.log
    assert ended(events).disposition is D.TELEPHONY_PROVIDER_UNAVAILABLE


@pytest.mark.scenario("sipp-in-hold-and-resume")
async def test_a_caller_holds_and_resumes() -> None:
    """`inactive`, the old hold of 0.0.0.0, then back: nothing is sent while it lasts."""
    old_hold = sdp().replace("c=IN IP4 [local_ip]", "c=IN IP4 0.0.0.0")
    steps = [
        invite(), ANSWERED, ACK, pause(100),
        ask("INVITE", cseq=2, body=sdp(direction="inactive")), RINGING, expect(200), ask("ACK", cseq=2), pause(100),
        ask("INVITE", cseq=3, body=sdp()), RINGING, expect(200), ask("ACK", cseq=3), pause(100),
        ask("INVITE", cseq=4, body=old_hold), RINGING, expect(200), ask("ACK", cseq=4), pause(100),
        ask("UPDATE", cseq=5, body=sdp()), expect(200), pause(100),
        ask("BYE", cseq=6), expect(200),
    ]  # fmt: skip
    async with line() as ours:
        _, leg, peer = await called(ours, steps)
        events = await events_of(leg)
        outcome = await peer.result()

    assert outcome.passed, outcome.log
    assert [type(event) for event in events] == [legs.Answered, legs.Held, legs.Resumed, legs.Held, legs.Resumed, legs.Ended]


@pytest.mark.scenario("sipp-in-late-offer")
async def test_an_invite_without_an_offer() -> None:
    """Ours goes out in the 200, the answer comes in the ACK, and only then there is a line."""
    steps = [
        invite(body=""), RINGING, expect(200, checks={"offer": "m=audio [0-9]+ RTP/AVP 0 8 101"}),
        ask("ACK", body=sdp()), pause(200), ask("BYE", cseq=2), expect(200),
    ]  # fmt: skip
    async with line() as ours:
        _, leg, peer = await called(ours, steps)
        events = await events_of(leg)
        outcome = await peer.result()

    assert outcome.passed, outcome.log
    assert [type(event) for event in events] == [legs.Answered, legs.Ended]


@pytest.mark.scenario("sipp-in-a-law")
async def test_a_caller_with_a_law_only() -> None:
    """A-law and a telephone-event number of the caller's own are taken as they are; its keys are heard."""
    maps = "a=rtpmap:8 PCMA/8000\na=rtpmap:96 telephone-event/8000"
    steps = [
        invite(body=sdp(formats="8 96", maps=maps)), RINGING,
        expect(200, checks={"line": "m=audio [0-9]+ RTP/AVP 8 96"}), ACK, pause(900), ask("BYE", cseq=2), expect(200),
    ]  # fmt: skip
    async with line() as ours:
        _, leg, peer = await called(ours, steps)
        await until(leg, legs.Answered)
        await _press(await _our_port(peer), 96, 5)
        events = await events_of(leg)
        outcome = await peer.result()

    assert outcome.passed, outcome.log
    assert [event.digit for event in events if isinstance(event, legs.Digit)] == ["5"]


async def _our_port(peer: Sipp) -> int:
    """Where we want our media, from the answer behind SIPp's offer; its trace may lag behind the wire."""
    for _ in range(500):
        ports = re.findall(r"m=audio (\d+) RTP/AVP 8 96", await peer.messages())
        if len(ports) > 1:
            return int(ports[1])
        await asyncio.sleep(0.01)
    raise AssertionError("SIPp traced no answer")


async def _press(port: int, payload_type: int, digit: int) -> None:
    """One key as RFC 4733 packets: begin, go on, and the end three times."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as phone:
        for number in range(8):
            is_end = number >= 5
            payload = bytes([digit, 0x8A if is_end else 0x0A]) + (160 * min(number + 1, 6)).to_bytes(2, "big")
            phone.sendto(
                packet.build(payload_type, marker=number == 0, sequence=number, timestamp=1600, ssrc=9, payload=payload),
                ("127.0.0.1", port),
            )
            await asyncio.sleep(0.02)


@pytest.mark.scenario("sipp-in-foreign-codecs")
async def test_a_caller_without_g711() -> None:
    """488 before anybody is asked."""
    foreign = sdp(formats="9", maps="a=rtpmap:9 G722/8000")
    ack = ask("ACK").replace("[next_url]", "sip:+14155550100@[remote_ip]:[remote_port]")

    outcome = await alone([invite(body=foreign), RINGING, expect(488), ack])

    assert outcome.passed, outcome.log


REFUSED = [
    ("OPTIONS", {}, 200, "Allow: INVITE"),
    ("REGISTER", {}, 405, "Allow: INVITE"),
    ("SUBSCRIBE", {"headers": "Event: presence"}, 405, "Allow"),
    ("WHATEVER", {}, 501, "501"),
    ("NOTIFY", {"headers": "Event: refer"}, 481, "481"),
    ("BYE", {}, 481, "481"),
    ("CANCEL", {}, 481, "481"),
    ("OPTIONS", {"headers": "Require: nothing-we-know"}, 420, "Unsupported: nothing-we-know"),
]


@pytest.mark.scenario("sipp-in-outside-a-call")
@pytest.mark.parametrize(("method", "options", "status", "text"), REFUSED)
async def test_requests_outside_a_call(method: str, options: dict[str, str], status: int, text: str) -> None:
    """Each gets the answer of its kind."""
    outcome = await alone([ask(method, tag=False, **options), expect(status, checks={"t": text})])  # type: ignore[arg-type]

    assert outcome.passed, outcome.log


@pytest.mark.scenario("sipp-in-media-type")
async def test_a_body_that_is_no_description() -> None:
    """415 names what would be taken."""
    ack = ask("ACK").replace("[next_url]", "sip:+14155550100@[remote_ip]:[remote_port]")
    invitation = invite().replace("application/sdp", "text/plain")

    outcome = await alone([invitation, expect(415, checks={"accept": "Accept: application/sdp"}), ack])

    assert outcome.passed, outcome.log


@pytest.mark.scenario("sipp-in-not-allowed")
async def test_a_source_that_is_not_allowed_hears_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    """No reply at all, however often it asks; the log names the option, once."""
    async with line(host="0.0.0.0") as ours:
        peer = Sipp([invite(), pause(600), invite(), pause(300)])
        await peer.start(remote=f"127.0.0.1:{ours.carrier.port}")
        outcome = await peer.result()

    assert outcome.passed, outcome.log
    assert "message received" not in outcome.log
    said = [text for text in capsys.readouterr().out.splitlines() if "ignored INVITE" in text]
    assert len(said) == 1
    assert "ignored INVITE from 127.0.0.1: add --allow-sip 127.0.0.1/32" in said[0]
