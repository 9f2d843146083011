"""SIPp answers and goes on: what a call of ours meets once it stands, or when its route is odd."""

from __future__ import annotations

import asyncio
import re
import socket
from datetime import timedelta

import pytest

from ringtrue.conversation import leg as legs
from ringtrue.domain.disposition import Disposition
from ringtrue.telephony.rtp import packet

from . import sipp
from .carrier import ended, events_of, line, until
from .party import OK, kept_answer, refused
from .sipp import Sipp, expect, pause, receive, request, respond, sdp

pytestmark = [pytest.mark.realtime, pytest.mark.anyio]

D = Disposition


@pytest.fixture(autouse=True)
def _peer() -> None:
    sipp.present()


@pytest.mark.scenario("sipp-out-lost-ack")
async def test_each_repeated_answer_gets_its_ack() -> None:
    """The peer lost our ACK and repeats the 200."""
    peer = Sipp(
        [
            receive("INVITE"),
            kept_answer(),
            receive("ACK"),
            pause(50),
            kept_answer(),
            receive("ACK"),
            receive("BYE"),
            respond(200, "OK", tag=""),
        ]
    )
    await peer.start()

    async with line(peer.port) as ours:
        leg = ours.dial()
        await until(leg, legs.Answered)
        await asyncio.sleep(0.4)
        await leg.hang_up(D.AGENT_HANGUP)
        await events_of(leg)
        outcome = await peer.result()

    assert outcome.passed, outcome.log


@pytest.mark.scenario("sipp-out-record-route")
async def test_the_route_set_is_followed() -> None:
    """ACK and BYE carry the Record-Route of the answer in reverse, and go to its first hop."""
    rr = "Record-Route: <sip:[local_ip]:[local_port];lr;hop=b>, <sip:[local_ip]:[local_port];lr;hop=a>"
    steps = [
        receive("INVITE"), respond(200, "OK", headers=rr, body=sdp()),
        receive("ACK", checks={"r1": "Route: <sip:[^>]*hop=a>.*"}),
        receive("BYE", checks={"r2": "Route: <sip:[^>]*hop=a>.*"}), respond(200, "OK", tag=""),
    ]  # fmt: skip
    peer = Sipp(steps)
    await peer.start()

    async with line(peer.port) as ours:
        leg = ours.dial()
        await until(leg, legs.Answered)
        await leg.hang_up(D.AGENT_HANGUP)
        await events_of(leg)
        outcome = await peer.result()

    assert outcome.passed, outcome.log
    routes = [part for part in outcome.log.split("\n") if part.startswith("Route:")]
    assert [route.split("hop=")[1][0] for route in routes[:2]] == ["a", "b"]


@pytest.mark.scenario("sipp-out-hold-and-resume")
async def test_the_party_holds_and_resumes() -> None:
    """A re-INVITE with sendonly holds the leg, one with sendrecv resumes it."""
    steps = [
        receive("INVITE", keep_dialog=True), OK, receive("ACK"), pause(100),
        request("INVITE", body=sdp(direction="sendonly"), cseq=1), expect(200, checks={"held": "a=recvonly"}),
        request("ACK", cseq=1), pause(100),
        request("INVITE", body=sdp(), cseq=2), expect(200, checks={"back": "a=sendrecv"}), request("ACK", cseq=2), pause(100),
        request("BYE", cseq=3), expect(200),
    ]  # fmt: skip

    events, outcome = await refused(steps)

    assert outcome.passed, outcome.log
    assert [type(event) for event in events] == [legs.Answered, legs.Held, legs.Resumed, legs.Ended]


@pytest.mark.scenario("sipp-out-update")
async def test_an_update_refreshes_the_session() -> None:
    """UPDATE without a body is answered 200, one with an offer gets an answer, one we cannot use 488; the call goes on."""
    foreign = sdp(formats="9", maps="a=rtpmap:9 G722/8000")
    steps = [
        receive("INVITE", keep_dialog=True), OK, receive("ACK"),
        request("UPDATE", cseq=1, headers="Session-Expires: 90;refresher=uac"), expect(200),
        request("UPDATE", cseq=2, body=sdp()), expect(200, checks={"line": "m=audio"}),
        request("UPDATE", cseq=3, body=foreign), expect(488),
        request("BYE", cseq=4), expect(200),
    ]  # fmt: skip

    events, outcome = await refused(steps)

    assert outcome.passed, outcome.log
    assert ended(events).disposition is D.USER_HANGUP


@pytest.mark.scenario("sipp-out-in-dialog-requests")
async def test_other_requests_within_a_call() -> None:
    """INFO 200, OPTIONS 200, NOTIFY 481, MESSAGE 405, an unknown method 501, Require 420, an old number 500."""
    steps = [
        receive("INVITE", keep_dialog=True), OK, receive("ACK"),
        request("INFO", cseq=1), expect(200),
        request("OPTIONS", cseq=2), expect(200, checks={"allow": "Allow: INVITE"}),
        request("NOTIFY", cseq=3, headers="Event: refer"), expect(481),
        request("MESSAGE", cseq=4), expect(405),
        request("WHATEVER", cseq=5), expect(501),
        request("UPDATE", cseq=6, headers="Require: whatever"), expect(420, checks={"u": "Unsupported: whatever"}),
        request("INFO", cseq=1), expect(500),
        request("BYE", cseq=7), expect(200),
    ]  # fmt: skip

    _, outcome = await refused(steps)

    assert outcome.passed, outcome.log


@pytest.mark.scenario("sipp-out-early-media")
async def test_early_media_comes_before_position_zero() -> None:
    """A 183 with a description rings; only the 200 answers, and its description may be left out."""
    steps = [
        receive("INVITE", keep_dialog=True), respond(183, "Progress", body=sdp()), pause(200), respond(200, "OK"),
        receive("ACK"), pause(100), request("BYE"), expect(200),
    ]  # fmt: skip

    events, outcome = await refused(steps)

    assert outcome.passed, outcome.log
    assert events[0] == legs.Ringing(sip_status=183)
    assert [type(event) for event in events] == [legs.Ringing, legs.Answered, legs.Ended]
    assert 0 < ended(events).at < 8000


@pytest.mark.scenario("sipp-out-foreign-codecs")
async def test_an_answer_we_cannot_use() -> None:
    """An answer without G.711: ACK, then BYE, and the dial failed."""
    steps = [
        receive("INVITE"), respond(200, "OK", body=sdp(formats="9", maps="a=rtpmap:9 G722/8000")), receive("ACK"), receive("BYE"),
        respond(200, "OK", tag=""),
    ]  # fmt: skip

    events, outcome = await refused(steps)

    assert outcome.passed, outcome.log
    assert [type(event) for event in events] == [legs.Ended]
    assert ended(events).disposition is D.DIAL_FAILED


@pytest.mark.scenario("sipp-out-advertised-address")
async def test_the_advertised_address_stands_everywhere() -> None:
    """Behind NAT Via, Contact and the description name the public address, and rport brings the answers back."""
    checks = {
        "via": "Via: SIP/2.0/UDP 198.51.100.7:[0-9]+;branch=z9hG4bK[^;]+;rport",
        "contact": "Contact: <sip:198.51.100.7:",
        "origin": "o=- [0-9]+ [0-9]+ IN IP4 198.51.100.7",
        "line": "c=IN IP4 198.51.100.7",
    }
    steps = [receive("INVITE", checks=checks), respond(486, "Busy"), receive("ACK")]

    events, outcome = await refused(steps, public_address="198.51.100.7")

    assert outcome.passed, outcome.log
    assert ended(events).disposition is D.DIAL_BUSY


@pytest.mark.scenario("sipp-out-stray-answer")
async def test_a_fork_that_answers_second_is_ended() -> None:
    """A second 200 with another tag gets ACK and BYE; the first call goes on."""
    second = (
        respond(200, "OK", body=sdp(), tag="other[call_number]")
        .replace("[last_To:];tag=", "To: <sip:+14155550123@[local_ip]:[local_port]>;tag=")
        .replace("[last_CSeq:]", "CSeq: 1 INVITE")
    )
    steps = [
        receive("INVITE"), OK, receive("ACK"), second,
        receive("ACK", checks={"again": "To: .*tag=other"}),
        receive("BYE", checks={"tag": "To: .*tag=other"}), respond(200, "OK", tag=""), pause(100),
    ]  # fmt: skip
    peer = Sipp(steps)
    await peer.start()

    async with line(peer.port) as ours:
        leg = ours.dial()
        await until(leg, legs.Answered)
        outcome = await peer.result()
        is_still_up = ours.snapshots[-1].state == "confirmed"

    assert outcome.passed, outcome.log
    assert is_still_up


@pytest.mark.scenario("sipp-out-no-audio")
async def test_a_party_that_sends_nothing() -> None:
    """No RTP at all after the answer: the call ends as `error_no_audio_received`, with BYE."""
    steps = [receive("INVITE"), OK, receive("ACK"), receive("BYE"), respond(200, "OK", tag="")]

    events, outcome = await refused(steps, no_audio=timedelta(seconds=0.6))

    assert outcome.passed, outcome.log
    assert ended(events).disposition is D.ERROR_NO_AUDIO_RECEIVED


@pytest.mark.scenario("sipp-out-audio-lost")
async def test_a_party_that_falls_silent_on_the_wire() -> None:
    """RTP came and stopped while nobody holds: the call ends as `error_no_audio_received`."""
    peer = Sipp([receive("INVITE"), OK, receive("ACK"), receive("BYE"), respond(200, "OK", tag="")])
    await peer.start()

    async with line(peer.port, audio_lost=timedelta(seconds=0.6)) as ours:
        leg = ours.dial()
        await until(leg, legs.Answered)
        media_port = int(re.findall(r"m=audio (\d+)", (await peer.messages()))[0])
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as phone:
            for number in range(20):
                phone.sendto(
                    packet.build(0, marker=False, sequence=number, timestamp=number * 160, ssrc=7, payload=bytes(160)),
                    ("127.0.0.1", media_port),
                )
                await asyncio.sleep(0.02)
        events = await events_of(leg)
        outcome = await peer.result()

    assert outcome.passed, outcome.log
    assert ended(events).disposition is D.ERROR_NO_AUDIO_RECEIVED
    assert ended(events).at > 8000 * 0.6
