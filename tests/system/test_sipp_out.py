"""SIPp is called: every way in which a call of ours can go, and the reason it ends with."""

from __future__ import annotations

import asyncio
import hashlib
import re
import socket
from datetime import timedelta

import pytest

from ringtrue.conversation import leg as legs
from ringtrue.domain.disposition import Disposition
from ringtrue.telephony.rtp import packet

from . import sipp
from .carrier import T1_MS, ended, events_of, line, until
from .sipp import Sipp, expect, pause, receive, request, respond, sdp

pytestmark = [pytest.mark.realtime, pytest.mark.anyio]

D = Disposition
OK = respond(200, "OK", body=sdp())
BYE_OF_OURS = receive("BYE") + respond(200, "OK", tag="")


@pytest.fixture(autouse=True)
def _peer() -> None:
    sipp.present()


async def refused(steps: list[str], **options: object) -> tuple[list[legs.LegEvent], sipp.Outcome]:
    """Dial a peer with that scenario; what the leg told and how the scenario went."""
    peer = Sipp(steps)
    await peer.start()
    async with line(peer.port, **options) as ours:
        events = await events_of(ours.dial())
        return events, await peer.result()


REFUSALS = [
    (486, "", D.DIAL_BUSY),
    (600, "", D.DIAL_BUSY),
    (603, "", D.USER_DECLINED),
    (607, "", D.USER_DECLINED),
    (608, "", D.MARKED_AS_SPAM),
    (404, "", D.INVALID_DESTINATION),
    (410, "", D.INVALID_DESTINATION),
    (484, "", D.INVALID_DESTINATION),
    (604, "", D.INVALID_DESTINATION),
    (480, "", D.DIAL_NO_ANSWER),
    (408, "", D.TELEPHONY_PROVIDER_UNAVAILABLE),
    (403, "", D.TELEPHONY_PROVIDER_PERMISSION_DENIED),
    (401, "", D.TELEPHONY_PROVIDER_PERMISSION_DENIED),
    (407, "", D.TELEPHONY_PROVIDER_PERMISSION_DENIED),
    (500, "", D.TELEPHONY_PROVIDER_UNAVAILABLE),
    (502, "", D.TELEPHONY_PROVIDER_UNAVAILABLE),
    (503, "", D.TELEPHONY_PROVIDER_UNAVAILABLE),
    (504, "", D.TELEPHONY_PROVIDER_UNAVAILABLE),
    (416, "", D.SIP_ROUTING_ERROR),
    (482, "", D.SIP_ROUTING_ERROR),
    (483, "", D.SIP_ROUTING_ERROR),
    (302, "", D.DIAL_FAILED),
    (415, "", D.DIAL_FAILED),
    (488, "", D.DIAL_FAILED),
    (606, "", D.DIAL_FAILED),
    (499, "", D.DIAL_FAILED),
    (503, "17", D.DIAL_BUSY),
    (503, "21", D.USER_DECLINED),
    (500, "1", D.INVALID_DESTINATION),
    (500, "22", D.INVALID_DESTINATION),
    (500, "28", D.INVALID_DESTINATION),
    (500, "18", D.DIAL_NO_ANSWER),
    (500, "19", D.DIAL_NO_ANSWER),
    (486, "34", D.TELEPHONY_PROVIDER_UNAVAILABLE),
    (486, "38", D.TELEPHONY_PROVIDER_UNAVAILABLE),
    (486, "41", D.TELEPHONY_PROVIDER_UNAVAILABLE),
    (486, "42", D.TELEPHONY_PROVIDER_UNAVAILABLE),
    (486, "25", D.SIP_ROUTING_ERROR),
    (486, "16", D.DIAL_BUSY),
    (486, "31", D.DIAL_BUSY),
]


@pytest.mark.scenario("sipp-out-refusals")
async def test_every_refusal_has_its_reason() -> None:
    """A final refusal is acknowledged and gives the reason of the table; a specific Q.850 cause wins."""

    async def one(status: int, q850: str) -> tuple[Disposition, int | None, int | None, bool]:
        headers = f"Reason: Q.850;cause={q850}" if q850 else ""
        events, outcome = await refused([receive("INVITE"), respond(status, "No", headers=headers), receive("ACK")])
        end = ended(events)
        cause = end.cause
        return end.disposition, cause.sip_status if cause else None, cause.q850 if cause else None, outcome.passed

    gate = asyncio.Semaphore(6)

    async def gated(status: int, q850: str) -> tuple[Disposition, int | None, int | None, bool]:
        async with gate:
            return await one(status, q850)

    found = await asyncio.gather(*(gated(status, q850) for status, q850, _ in REFUSALS))

    assert found == [(wanted, status, int(q850) if q850 else None, True) for status, q850, wanted in REFUSALS]


@pytest.mark.scenario("sipp-out-408-after-ringing")
async def test_a_timeout_after_ringing_is_no_answer() -> None:
    """408 behind a 180 means that nobody answered."""
    steps = [receive("INVITE"), respond(180, "Ringing"), pause(50), respond(408, "Timeout"), receive("ACK")]

    events, outcome = await refused(steps)

    assert outcome.passed, outcome.log
    assert isinstance(events[0], legs.Ringing)
    assert ended(events).disposition is D.DIAL_NO_ANSWER


@pytest.mark.scenario("sipp-out-remote-bye")
async def test_the_party_hangs_up() -> None:
    """Answer, then BYE of the party."""
    steps = [
        receive("INVITE", keep_dialog=True), respond(180, "Ringing"), OK, receive("ACK"), pause(100), request("BYE"), expect(200),
    ]  # fmt: skip

    events, outcome = await refused(steps)

    assert outcome.passed, outcome.log
    assert [type(event) for event in events] == [legs.Ringing, legs.Answered, legs.Ended]
    assert (ended(events).disposition, ended(events).by) == (D.USER_HANGUP, "party")


@pytest.mark.scenario("sipp-out-answer-and-our-bye")
async def test_we_hang_up() -> None:
    """Answer, then BYE of ours with a Q.850 reason."""
    peer = Sipp(
        [
            receive("INVITE"),
            OK,
            receive("ACK"),
            receive("BYE", checks={"why": "Reason: Q.850;cause=16"}),
            respond(200, "OK", tag=""),
        ]
    )
    await peer.start()

    async with line(peer.port) as ours:
        leg = ours.dial()
        await until(leg, legs.Answered)
        await leg.hang_up(D.AGENT_HANGUP)
        events = await events_of(leg)
        outcome = await peer.result()

    assert outcome.passed, outcome.log
    assert ended(events).disposition is D.AGENT_HANGUP
    assert [snapshot.state for snapshot in ours.snapshots] == ["confirmed", "over"]


@pytest.mark.scenario("sipp-out-no-answer")
async def test_ring_time_runs_out() -> None:
    """CANCEL after the ring time, 487: nobody answered."""
    steps = [
        receive("INVITE"), respond(180, "Ringing"), receive("CANCEL"), respond(200, "OK", tag=""),
        _terminated(), receive("ACK"),
    ]  # fmt: skip
    peer = Sipp(steps)
    await peer.start()

    async with line(peer.port) as ours:
        events = await events_of(ours.dial(ring=0.4))
        outcome = await peer.result()

    assert outcome.passed, outcome.log
    assert ended(events).disposition is D.DIAL_NO_ANSWER


def _terminated() -> str:
    """487 to the INVITE, whose CSeq the last request (CANCEL) has with another method."""
    lines = [
        "SIP/2.0 487 Request Terminated", "[last_Via:]", "[last_From:]", "[last_To:];tag=peer[call_number]", "[last_Call-ID:]",
        "CSeq: 1 INVITE",
    ]  # fmt: skip
    return sipp.send(lines)


@pytest.mark.scenario("sipp-out-cancelled")
async def test_a_cancelled_call_stops_ringing() -> None:
    """A cancel while it rings puts CANCEL on the wire."""
    steps = [
        receive("INVITE"),
        respond(180, "Ringing"),
        receive("CANCEL"),
        respond(200, "OK", tag=""),
        _terminated(),
        receive("ACK"),
    ]
    peer = Sipp(steps)
    await peer.start()

    async with line(peer.port) as ours:
        leg = ours.dial()
        await until(leg, legs.Ringing)
        await leg.hang_up(D.CANCELLED)
        events = await events_of(leg)
        outcome = await peer.result()

    assert outcome.passed, outcome.log
    assert [type(event) for event in events] == [legs.Ended]
    assert ended(events).disposition is D.CANCELLED


@pytest.mark.scenario("sipp-out-cancel-waits-for-provisional")
async def test_cancel_waits_for_the_first_provisional() -> None:
    """No CANCEL before a provisional response came (RFC 3261 section 9.1)."""
    steps = [
        receive("INVITE"), pause(300), respond(180, "Ringing"), receive("CANCEL"), respond(200, "OK", tag=""),
        _terminated(), receive("ACK"),
    ]  # fmt: skip
    peer = Sipp(steps)
    await peer.start()

    async with line(peer.port, t1_ms=500) as ours:
        leg = ours.dial()
        await leg.hang_up(D.CANCELLED)
        events = await events_of(leg)
        outcome = await peer.result()

    assert outcome.passed, outcome.log
    assert ended(events).disposition is D.CANCELLED


@pytest.mark.scenario("sipp-out-cancel-crosses-200")
async def test_a_cancel_that_crosses_the_answer() -> None:
    """The answer is on its way when we cancel: ACK, then BYE, and the call never connected."""
    steps = [
        receive("INVITE"), respond(180, "Ringing"), receive("CANCEL"),
        sipp.send(
            ["SIP/2.0 200 OK", "[last_Via:]", "[last_From:]", "[last_To:];tag=peer[call_number]", "[last_Call-ID:]",
             "CSeq: 1 INVITE", "Contact: <sip:peer@[local_ip]:[local_port]>"], sdp(),
        ),
        receive("ACK"), receive("BYE"), respond(200, "OK", tag=""),
    ]  # fmt: skip
    peer = Sipp(steps)
    await peer.start()

    async with line(peer.port) as ours:
        leg = ours.dial()
        await until(leg, legs.Ringing)
        await leg.hang_up(D.CANCELLED)
        events = await events_of(leg)
        outcome = await peer.result()

    assert outcome.passed, outcome.log
    assert [type(event) for event in events] == [legs.Ended]
    assert ended(events).disposition is D.CANCELLED


@pytest.mark.scenario("sipp-out-no-response")
async def test_nobody_responds() -> None:
    """INVITE is repeated until Timer B; then the provider is unavailable."""
    peer = Sipp([receive("INVITE"), pause(int(64 * T1_MS * 1.2))])
    await peer.start()

    async with line(peer.port) as ours:
        events = await events_of(ours.dial(ring=30))
        outcome = await peer.result()

    assert outcome.passed, outcome.log
    assert outcome.log.count("\nINVITE ") == 7  # at 0, 1, 3, 7, 15, 31 and 63 times T1
    assert (ended(events).disposition, ended(events).cause) == (D.TELEPHONY_PROVIDER_UNAVAILABLE, None)


@pytest.mark.scenario("sipp-out-port-refused")
async def test_a_closed_port_is_known_at_once() -> None:
    """ICMP says that nobody listens: no waiting for Timer B."""
    async with line(sipp.free_port("127.0.0.1"), t1_ms=5000) as ours:
        events = await events_of(ours.dial(), seconds=3)

    assert ended(events).disposition is D.TELEPHONY_PROVIDER_UNAVAILABLE


@pytest.mark.scenario("sipp-out-lost-ack")
async def test_each_repeated_answer_gets_its_ack() -> None:
    """The peer lost our ACK and repeats the 200."""
    peer = Sipp(
        [
            receive("INVITE"),
            _kept_answer(),
            receive("ACK"),
            pause(50),
            _kept_answer(),
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


def _kept_answer() -> str:
    """A 200 to the INVITE that may follow an ACK."""
    lines = [
        "SIP/2.0 200 OK", "[last_Via:]", "[last_From:]", "To: <sip:+14155550123@[local_ip]:[local_port]>;tag=peer[call_number]",
        "[last_Call-ID:]", "CSeq: 1 INVITE", "Contact: <sip:peer@[local_ip]:[local_port]>",
    ]  # fmt: skip
    return sipp.send(lines, sdp())


CHALLENGES = [
    (401, "WWW-Authenticate", "Authorization"),
    (407, "Proxy-Authenticate", "Proxy-Authorization"),
]


@pytest.mark.scenario("sipp-out-digest")
@pytest.mark.parametrize(("status", "challenge", "header"), CHALLENGES)
async def test_digest_is_answered(status: int, challenge: str, header: str) -> None:
    """A challenge is answered once with the right proof, on a new branch and number."""
    steps = [
        receive("INVITE"),
        respond(status, "Who", headers=f'{challenge}: Digest realm="peer", nonce="abc", algorithm=MD5, qop="auth"'),
        receive("ACK"), receive("INVITE", checks={"proof": f"{header}: Digest"}),
        OK, receive("ACK", checks={"again": f"{header}: Digest"}), receive("BYE"),
        respond(200, "OK", tag=""),
    ]  # fmt: skip
    peer = Sipp(steps)
    await peer.start()

    async with line(peer.port, user="clinic", password="secret") as ours:
        leg = ours.dial()
        await until(leg, legs.Answered)
        await leg.hang_up(D.AGENT_HANGUP)
        await events_of(leg)
        outcome = await peer.result()

    assert outcome.passed, outcome.log
    assert _is_proven(outcome.log, header)


def _is_proven(log: str, header: str) -> bool:
    """Compute the proof as a server would (RFC 7616 section 3.4.1), from what stood on the wire."""
    line = next(line for line in log.split("\n") if line.startswith(f"{header}: Digest"))
    fields = dict(re.findall(r'(\w+)="?([^",\r]+)"?', line.partition("Digest ")[2]))

    def md5(text: str) -> str:
        return hashlib.md5(text.encode()).hexdigest()

    secret, request_hash = md5("clinic:peer:secret"), md5(f"INVITE:{fields['uri']}")
    return fields["response"] == md5(f"{secret}:abc:{fields['nc']}:{fields['cnonce']}:auth:{request_hash}")


@pytest.mark.scenario("sipp-out-digest-wrong")
@pytest.mark.parametrize(("status", "challenge", "header"), CHALLENGES)
async def test_a_wrong_password_is_denied(status: int, challenge: str, header: str) -> None:
    """Challenged again after our proof: denied, and not tried a third time."""
    again = respond(status, "Who", headers=f'{challenge}: Digest realm="peer", nonce="[call_id]", algorithm=MD5')
    steps = [
        receive("INVITE"),
        again,
        receive("ACK"),
        receive("INVITE", checks={"p": f"{header}: Digest"}),
        again,
        receive("ACK"),
    ]

    events, outcome = await refused(steps, user="clinic", password="wrong")

    assert outcome.passed, outcome.log
    assert ended(events).disposition is D.TELEPHONY_PROVIDER_PERMISSION_DENIED


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
