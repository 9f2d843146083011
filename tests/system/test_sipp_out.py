"""SIPp is called: every way in which dialling can end, and the reason it ends with."""

from __future__ import annotations

import asyncio

import pytest

from ringtrue.conversation import leg as legs
from ringtrue.domain.disposition import Disposition

from . import sipp
from .carrier import T1_MS, ended, events_of, line, until
from .party import OK, refused, terminated
from .sipp import Sipp, expect, pause, receive, request, respond, sdp

pytestmark = [pytest.mark.realtime, pytest.mark.anyio]

D = Disposition


@pytest.fixture(autouse=True)
def _peer() -> None:
    sipp.present()


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
        terminated(), receive("ACK"),
    ]  # fmt: skip
    peer = Sipp(steps)
    await peer.start()

    async with line(peer.port) as ours:
        events = await events_of(ours.dial(ring=0.4))
        outcome = await peer.result()

    assert outcome.passed, outcome.log
    assert ended(events).disposition is D.DIAL_NO_ANSWER


@pytest.mark.scenario("sipp-out-cancelled")
async def test_a_cancelled_call_stops_ringing() -> None:
    """A cancel while it rings puts CANCEL on the wire."""
    steps = [
        receive("INVITE"),
        respond(180, "Ringing"),
        receive("CANCEL"),
        respond(200, "OK", tag=""),
        terminated(),
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
        terminated(), receive("ACK"),
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
