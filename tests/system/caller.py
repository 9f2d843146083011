"""SIPp as the caller: the requests and runs that its scenarios share."""

from __future__ import annotations

import asyncio

from ringtrue.conversation.leg import Leg
from ringtrue.telephony.sip_carrier import SipArrival

from .carrier import Line, line
from .sipp import Outcome, Sipp, expect, sdp, send


def ask(
    method: str,
    *,
    cseq: int = 1,
    body: str = "",
    headers: str = "",
    tag: bool = True,
    user: str = "+14155550100",
    branch: str = "[branch]",
) -> str:
    """A request of SIPp as the caller; with `tag` it lies within the dialog."""
    lines = [
        f"{method} {'[next_url]' if tag else f'sip:{user}@[remote_ip]:[remote_port]'} SIP/2.0",
        f"Via: SIP/2.0/UDP [local_ip]:[local_port];branch={branch}",
        "Max-Forwards: 70",
        "From: <sip:+14155550199@[local_ip]:[local_port]>;tag=caller[call_number]",
        f"To: <sip:{user}@[remote_ip]:[remote_port]>{'[peer_tag_param]' if tag else ''}",
        "Call-ID: [call_id]",
        f"CSeq: {cseq} {method}",
        "Contact: <sip:caller@[local_ip]:[local_port]>",
        *(["[routes]"] if tag else []),
        *([headers] if headers else []),
    ]
    return send(lines, body)


def invite(**options: object) -> str:
    """The first INVITE, with an offer unless told otherwise."""
    return ask("INVITE", tag=False, **{"body": sdp(), **options})  # type: ignore[arg-type]


RINGING = expect(100, optional=True)
ANSWERED = RINGING + expect(200, attributes='rtd="true"')
ACK = ask("ACK")
BYE_OF_OURS = '<recv request="BYE"/>\n' + send(
    ["SIP/2.0 200 OK", "[last_Via:]", "[last_From:]", "[last_To:]", "[last_Call-ID:]", "[last_CSeq:]"]
)


async def arrival_at(ours: Line) -> SipArrival:
    """The next call that comes in."""

    async def first() -> SipArrival:
        async for arrival in ours.carrier.arrivals():
            assert isinstance(arrival, SipArrival)
            return arrival
        raise AssertionError

    return await asyncio.wait_for(first(), 10)


async def called(ours: Line, steps: list[str]) -> tuple[SipArrival, Leg, Sipp]:
    """SIPp calls with these steps and is answered."""
    peer = Sipp(steps)
    await peer.start(remote=f"127.0.0.1:{ours.carrier.port}")
    arrival = await arrival_at(ours)
    return arrival, await arrival.accept(ours.snapshots.append), peer


async def alone(steps: list[str], **options: object) -> Outcome:
    """How SIPp fares with requests that need nobody here."""
    async with line(**options) as ours:
        peer = Sipp(steps)
        await peer.start(remote=f"127.0.0.1:{ours.carrier.port}")
        return await peer.result()
