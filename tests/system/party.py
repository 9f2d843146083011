"""SIPp as the party that we dial: the steps and the run that its scenarios share."""

from __future__ import annotations

from ringtrue.conversation import leg as legs

from . import sipp
from .carrier import events_of, line
from .sipp import Sipp, receive, respond, sdp

OK = respond(200, "OK", body=sdp())
BYE_OF_OURS = receive("BYE") + respond(200, "OK", tag="")


async def refused(steps: list[str], **options: object) -> tuple[list[legs.LegEvent], sipp.Outcome]:
    """Dial a peer with that scenario; what the leg told and how the scenario went."""
    peer = Sipp(steps)
    await peer.start()
    async with line(peer.port, **options) as ours:
        events = await events_of(ours.dial())
        return events, await peer.result()


def terminated() -> str:
    """487 to the INVITE, whose CSeq the last request (CANCEL) has with another method."""
    lines = [
        "SIP/2.0 487 Request Terminated", "[last_Via:]", "[last_From:]", "[last_To:];tag=peer[call_number]", "[last_Call-ID:]",
        "CSeq: 1 INVITE",
    ]  # fmt: skip
    return sipp.send(lines)


def kept_answer() -> str:
    """A 200 to the INVITE that may follow an ACK."""
    lines = [
        "SIP/2.0 200 OK", "[last_Via:]", "[last_From:]", "To: <sip:+14155550123@[local_ip]:[local_port]>;tag=peer[call_number]",
        "[last_Call-ID:]", "CSeq: 1 INVITE", "Contact: <sip:peer@[local_ip]:[local_port]>",
    ]  # fmt: skip
    return sipp.send(lines, sdp())
