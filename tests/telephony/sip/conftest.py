"""A peer that talks SIP text with the user agent's core, datagram by datagram, on virtual time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import NamedTuple

import pytest

from ringtrue.ids import LegId
from ringtrue.telephony.sip.auth import Credentials
from ringtrue.telephony.sip.events import Arrived
from ringtrue.telephony.sip.incoming import IncomingCall
from ringtrue.telephony.sip.line import Line
from ringtrue.telephony.sip.message import BadMessage, Request, Response, parse
from ringtrue.telephony.sip.outgoing import OutgoingCall
from ringtrue.telephony.sip.user_agent import UserAgent
from ringtrue.telephony.sip.wire import Address, Identity, Send, Times, Told, Wire
from ringtrue.testing.clock import ManualClock
from ringtrue.worker.carrier import LegSnapshot

US: Address = ("192.0.2.1", 5060)
PEER: Address = ("192.0.2.9", 5062)
SDP = (
    "v=0\r\no=peer 1 {version} IN IP4 192.0.2.9\r\ns=-\r\nc=IN IP4 192.0.2.9\r\nt=0 0\r\n"
    "m=audio 4000 RTP/AVP 0 101\r\na=rtpmap:101 telephone-event/8000\r\na={direction}\r\n"
)


class Packet(NamedTuple):
    """One datagram of ours: when and where it left, and what it says."""

    at: float
    to: Address
    message: Request | Response

    @property
    def start(self) -> str:
        """The method, or the status as text."""
        return self.message.method if isinstance(self.message, Request) else str(self.message.status)


@dataclass
class Wiretap:
    """A wire on virtual time with every datagram and event that came of it."""

    wire: Wire
    clock: ManualClock
    tick: Callable[[float], None]

    def __post_init__(self) -> None:
        self.sent: list[Packet] = []
        self.events: list[object] = []
        self.calls: list[IncomingCall] = []
        self.must_be_readable = True  # not where a reply repeats the faults of what it answers

    def note(self) -> None:
        """Empty the core's tray."""
        for act in self.wire.take():
            if isinstance(act, Send):
                self.sent += self._read(act)
            elif isinstance(act, Told):
                self.events.append(act.event)
                self.calls += [act.call] if isinstance(act.call, IncomingCall) and isinstance(act.event, Arrived) else []

    def _read(self, act: Send) -> list[Packet]:
        try:
            return [Packet(round(self.wire.now, 6), act.destination, parse(act.datagram))]
        except BadMessage:
            if self.must_be_readable:
                raise
            return []

    def wait(self, seconds: float) -> list[Packet]:
        """Let time pass, timer by timer; returns what was sent meanwhile."""
        self.note()
        before = len(self.sent)
        until = round(self.clock.monotonic() + seconds, 6)
        while (due := self.wire.next_due()) is not None and due <= until:
            self.tick(due)
            self.note()
        self.clock.advance(timedelta(seconds=until - self.clock.monotonic()))
        self.tick(until)
        self.note()
        return self.sent[before:]

    def take(self) -> list[Packet]:
        """What was sent since it was last asked."""
        self.note()
        sent, self.sent = self.sent, []
        return sent

    def starts(self) -> list[str]:
        """What was sent since it was last asked, as methods and statuses."""
        return [packet.start for packet in self.take()]

    def told(self, kind: type) -> list[object]:
        """The events of that kind so far."""
        self.note()
        return [event for event in self.events if isinstance(event, kind)]


class Peer(Wiretap):
    """The far end: a phone or trunk at PEER, and the user agent it talks with."""

    def __init__(self, credentials: Credentials | None, allowed: Callable[[str], bool], times: Times) -> None:
        wire = Wire(identity=Identity(host=US[0], port=US[1]), times=times)
        self.agent = UserAgent(wire, is_allowed=allowed, new_leg_id=lambda: LegId("leg_1"), credentials=credentials)
        self.sdp = SDP.format(version=1, direction="sendrecv")
        super().__init__(wire, ManualClock(), self.agent.tick)

    def hear(self, datagram: bytes | str, source: Address = PEER) -> None:
        """Let a datagram reach the user agent."""
        data = datagram.encode() if isinstance(datagram, str) else datagram
        self.agent.receive(data, source, self.clock.monotonic())
        self.note()

    # --- as the callee ----------------------------------------------------------------------------------------------

    def rung(self, *, ring_seconds: float = 60.0) -> tuple[OutgoingCall, Request]:
        """A call that we place, and its INVITE as the peer got it."""
        call = self.agent.dial(intended(), PEER, a_line(), ring_seconds=ring_seconds)
        return call, self.only("INVITE")

    def only(self, start: str) -> Request:
        """The one datagram that was sent, which must be this."""
        sent = self.take()
        assert [packet.start for packet in sent] == [start]
        message = sent[0].message
        assert isinstance(message, Request)
        return message

    def answer(
        self, request: Request, status: int, *, tag: str | None = "b1", headers: Sequence[str] = (), body: str = ""
    ) -> None:
        """Answer a request of ours."""
        to = request.headers.get("To") or ""
        contact = ["Contact: <sip:callee@192.0.2.9:5062>"] if request.method == "INVITE" and 100 < status < 300 else []
        lines = [
            f"SIP/2.0 {status} Whatever",
            *(f"Via: {via}" for via in request.headers.all("Via")),
            f"From: {request.headers.get('From')}",
            f"To: {to}" if tag is None or "tag=" in to else f"To: {to};tag={tag}",
            f"Call-ID: {request.call_id}",
            f"CSeq: {request.cseq}",
            *contact,
            *headers,
        ]
        self.hear(text(lines, body))

    def answered(self, **options: float) -> tuple[OutgoingCall, Request]:
        """A call that we placed and that is answered and acknowledged: with it its INVITE."""
        call, invite = self.rung(**options)
        self.answer(invite, 200, body=self.sdp)
        self.only("ACK")
        return call, invite

    # --- as the caller ----------------------------------------------------------------------------------------------

    def arrived(self, **parts: object) -> IncomingCall:
        """A call that comes in and waits for us; its 100 is taken."""
        self.ask("INVITE", **{"body": self.sdp, **parts})
        [call] = self.calls
        assert self.starts() == ["100"]
        return call

    def accepted(self, **parts: object) -> IncomingCall:
        """A call that came in, was answered and is acknowledged."""
        call = self.arrived(**parts)
        call.accept(a_line())
        self.confirm(call)
        self.take()
        return call

    def confirm(self, call: IncomingCall, *, cseq: int = 1, body: str = "") -> None:
        """Acknowledge a 200."""
        self.inside(call, "ACK", cseq=cseq, body=body)

    def inside(self, call: IncomingCall, method: str, *, cseq: int = 2, **parts: object) -> None:
        """Send a request within a call that came in."""
        known = {"to_tag": call.to_tag, "from_tag": call.invite.from_.tag, "call_id": call.invite.call_id}
        self.ask(method, cseq=cseq, **{**known, "branch": f"z9hG4bK{method}{cseq}", **parts})

    def ask(self, method: str, *, source: Address = PEER, **parts: object) -> None:
        """Send a request to us; see `request`."""
        self.hear(self.request(method, **parts), source)

    def request(
        self, method: str, *, cseq: int = 1, branch: str = "z9hG4bKp1", to_tag: str | None = None, from_tag: str = "p",
        call_id: str = "in1", uri: str = "sip:+14155550100@192.0.2.1", headers: Sequence[str] = (), body: str = "",
    ) -> str:  # fmt: skip
        """A request of the peer's as text."""
        lines = [
            f"{method} {uri} SIP/2.0",
            f"Via: SIP/2.0/UDP 192.0.2.9:5062;branch={branch};rport",
            "Max-Forwards: 70",
            f"From: <sip:caller@192.0.2.9>;tag={from_tag}",
            f"To: <sip:+14155550100@192.0.2.1>{f';tag={to_tag}' if to_tag else ''}",
            f"Call-ID: {call_id}",
            f"CSeq: {cseq} {method}",
            "Contact: <sip:caller@192.0.2.9:5062>",
            *headers,
        ]
        return text(lines, body)

    def within(self, call: OutgoingCall, method: str, *, cseq: int = 1, from_tag: str = "b1", **parts: object) -> None:
        """Send a request within a call that we placed."""
        snapshot = call.snapshot
        known = {"to_tag": snapshot.local_tag, "call_id": snapshot.sip_call_id, "branch": f"z9hG4bK{method}{cseq}"}
        self.ask(method, cseq=cseq, from_tag=from_tag, **{**known, **parts})


def text(lines: Sequence[str], body: str) -> str:
    """Lines and body as one datagram."""
    kind = ["Content-Type: application/sdp"] if body and not any(line.startswith("Content-Type") for line in lines) else []
    return "\r\n".join([*lines, *kind, f"Content-Length: {len(body)}", "", body])


def intended() -> LegSnapshot:
    """What is committed before a call goes out."""
    return LegSnapshot(
        leg_id=LegId("leg_out"),
        side="uac",
        state="intended",
        sip_call_id="out1@192.0.2.1",
        local_uri="<sip:+14155550100@192.0.2.1>",
        remote_uri="<sip:+14155550123@192.0.2.9:5062>",
        local_tag="ours",
        request_uri="sip:+14155550123@192.0.2.9:5062",
        branch="z9hG4bKours",
        destination="192.0.2.9 5062",
    )


def a_line() -> Line:
    """Our end of the audio."""
    return Line(address=US[0], port=30000, origin=7)


@pytest.fixture
def make_peer() -> Callable[..., Peer]:
    """A peer of a user agent with these credentials, this guard, these timers."""

    def make(
        *, credentials: Credentials | None = None, allowed: Callable[[str], bool] = lambda _host: True, times: Times | None = None
    ) -> Peer:
        return Peer(credentials, allowed, times or Times())

    return make


@pytest.fixture
def peer(make_peer: Callable[..., Peer]) -> Peer:
    """A peer that may call in."""
    return make_peer()


@pytest.fixture
def line() -> Line:
    """Our end of the audio."""
    return a_line()


@pytest.fixture
def intent() -> LegSnapshot:
    """What is committed before a call goes out."""
    return intended()


@pytest.fixture
def sdp_of() -> Callable[..., str]:
    """The peer's description with that direction and version."""
    return lambda direction="sendrecv", version=1: SDP.format(version=version, direction=direction)
