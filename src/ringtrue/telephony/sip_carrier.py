"""The carrier over SIP: rings phones through the trunk, hears of phones that ring us, ends what a dead worker left."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

from ringtrue import ids, logs
from ringtrue.clock import Clock
from ringtrue.conversation.leg import Leg
from ringtrue.domain import causes
from ringtrue.domain.disposition import Cause, Disposition
from ringtrue.ids import LegId
from ringtrue.telephony.dial_format import written
from ringtrue.telephony.rtp.pacer import Pacer
from ringtrue.telephony.rtp.ports import PortRange, PortsExhausted
from ringtrue.telephony.rtp.stream import RtpStream
from ringtrue.telephony.sip import events, udp
from ringtrue.telephony.sip.abandoned import Abandoned
from ringtrue.telephony.sip.auth import Credentials
from ringtrue.telephony.sip.grammar import Uri
from ringtrue.telephony.sip.guard import Guard
from ringtrue.telephony.sip.incoming import IncomingCall
from ringtrue.telephony.sip.line import Line
from ringtrue.telephony.sip.outgoing import OutgoingCall
from ringtrue.telephony.sip.parties import caller_user, dialled_user
from ringtrue.telephony.sip.udp import SipSocket
from ringtrue.telephony.sip.user_agent import UserAgent
from ringtrue.telephony.sip.wire import Address, Identity, Times, Wire, new_branch
from ringtrue.telephony.sip_config import SipConfig, Trunk, advertised_address, is_loopback
from ringtrue.telephony.sip_leg import SipLeg, Watch
from ringtrue.worker.carrier import Arrival, DialIntent, LegSnapshot, OnSnapshot

_log = logs.get(__name__)

_TRUNK_LOOK_UP_SECONDS = 60.0
_CLOSE_SECONDS = 1.0


class SipCarrier:
    """See `ringtrue.worker.carrier.Carrier`. `start` binds the port, `close` gives it back."""

    def __init__(self, config: SipConfig, *, clock: Clock, pacer: Pacer, ports: PortRange | None = None) -> None:
        """`ports` stands in for those of the configuration, with a network of its own."""
        self._config = config
        self._clock = clock
        self._pacer = pacer
        self._ports = ports or PortRange(*config.rtp_ports)
        self._watch = Watch(no_audio=config.no_audio, audio_lost=config.audio_lost)
        allowed = [*config.allow, *(["127.0.0.0/8", "::1/128"] if is_loopback(config.host) else [])]
        self._guard = Guard(allowed, say=_log.warning)
        self._legs: dict[object, SipLeg] = {}
        self._abandoning: dict[object, asyncio.Future[Cause | None]] = {}
        self._arrivals: asyncio.Queue[Arrival] = asyncio.Queue()
        self._trunk_address: Address | None = None
        self._looking_up: asyncio.Task[None] | None = None
        self._core: UserAgent
        self._socket: SipSocket
        self._advertised = config.public_address or config.host
        self.port = config.port

    @property
    def advertised(self) -> str:
        """The address that the far end is told."""
        return self._advertised

    async def start(self) -> None:
        """Bind the SIP port and resolve the trunk. Raises SetupError."""
        sock = udp.bind(self._config.host, self._config.port)
        self.port = sock.getsockname()[1]
        self._advertised = advertised_address(self._config)
        t1 = self._config.t1_ms / 1000
        wire = Wire(
            identity=Identity(host=self.advertised, port=self.port),
            times=Times(t1=t1, t2=8 * t1, t4=10 * t1),
            now=self._clock.monotonic(),
        )
        trunk = self._config.trunk
        credentials = None
        if trunk is not None and trunk.password is not None:
            credentials = Credentials(username=trunk.user or "", password=trunk.password)
        self._core = UserAgent(
            wire,
            is_allowed=self._guard.is_allowed,
            new_leg_id=lambda: ids.new_leg(self._clock.now()),
            credentials=credentials,
        )
        self._socket = SipSocket(sock, self._core, self._clock, self._told)
        if trunk is not None:
            self._family = sock.family
            await self._look_up(trunk)
            self._looking_up = asyncio.get_running_loop().create_task(self._keep_looking_up(trunk))

    async def close(self) -> None:
        """Refuse new calls, give our last requests a moment to be answered, and free the port."""
        self._core.is_closing = True
        until = self._clock.monotonic() + _CLOSE_SECONDS
        while not self._core.is_idle and self._clock.monotonic() < until:
            await self._clock.sleep(0.05)
        if self._looking_up is not None:
            self._looking_up.cancel()
        for leg in list(self._legs.values()):
            leg.close()
        self._socket.close()

    async def _look_up(self, trunk: Trunk) -> None:
        address = await udp.resolve(trunk.host, self._family)
        if address is not None:
            self._trunk_address = (address, trunk.port)
            self._guard.trust([address])

    async def _keep_looking_up(self, trunk: Trunk) -> None:
        while True:
            await self._clock.sleep(_TRUNK_LOOK_UP_SECONDS)
            await self._look_up(trunk)

    # --- out --------------------------------------------------------------------------------------------------------

    def intend(self, *, leg_id: LegId, to_number: str, from_number: str, ring: timedelta) -> DialIntent:
        """The intent of one ring, with fresh SIP identifiers. Sends nothing."""
        trunk = self._config.trunk
        host, port = (trunk.host, trunk.port) if trunk is not None else ("invalid", 5060)
        target = to_number
        if not to_number.startswith("sip:"):
            user = written(to_number, self._config.dial_format, self._config.home_country)
            target = str(Uri(scheme="sip", user=user, host=_bracketed(host), port=None if port == 5060 else port))
        caller = Uri(scheme="sip", user=from_number, host=_bracketed(self.advertised))
        snapshot = LegSnapshot(
            leg_id=leg_id,
            side="uac",
            state="intended",
            sip_call_id=f"{ids.token_hex(16)}@{self.advertised}",
            local_uri=f"<{caller}>",
            remote_uri=f"<{target}>",
            local_tag=ids.token_hex(8),
            local_cseq=1,
            request_uri=target,
            branch=new_branch(),
            destination=f"{host} {port}",
        )
        return DialIntent(snapshot=snapshot, ring=ring)

    def dial(self, intent: DialIntent, on_snapshot: OnSnapshot) -> Leg:
        """Ring once, as intended."""
        stream = self._open_stream()
        leg = self._new_leg(intent.snapshot.leg_id, stream, on_snapshot)
        destination = self._trunk_address or _destination(intent.snapshot)
        assert destination is not None
        call = self._core.dial(intent.snapshot, destination, self._line(stream), ring_seconds=intent.ring.total_seconds())
        self._own(call, leg)
        self._socket.tick()
        return leg

    async def abandon(self, snapshot: LegSnapshot, disposition: Disposition) -> Cause | None:
        """End a leg whose worker died: CANCEL or BYE from the snapshot, repeated until answered or Timer F."""
        done: asyncio.Future[Cause | None] = asyncio.get_running_loop().create_future()
        leg = self._core.abandon(snapshot, self._trunk_address or _destination(snapshot), disposition)
        self._abandoning[leg] = done
        self._socket.tick()
        return await done

    # --- in ---------------------------------------------------------------------------------------------------------

    async def arrivals(self) -> AsyncIterator[Arrival]:
        """Inbound calls in order of arrival."""
        while True:
            yield await self._arrivals.get()

    async def accept(self, call: IncomingCall, on_snapshot: OnSnapshot) -> Leg:
        """Answer an arrival. Raises RingtrueError (after refusing it) when there is no media port."""
        try:
            stream = self._open_stream()
        except PortsExhausted:
            await self.reject(call, 503)
            raise
        leg = self._new_leg(call.snapshot.leg_id, stream, on_snapshot)
        self._own(call, leg)
        if call.is_over:
            leg.told(events.Over(by="party", disposition=Disposition.USER_HANGUP, status=487))
        else:
            call.accept(self._line(stream))
        self._socket.tick()
        return leg

    def progress(self, call: IncomingCall, sip_status: int) -> None:
        """Send a provisional response."""
        call.progress(sip_status)
        self._socket.tick()

    async def reject(self, call: IncomingCall, sip_status: int) -> None:
        """Refuse an arrival."""
        call.reject(sip_status)
        self._core.forget(call)
        self._socket.tick()

    # --- both -------------------------------------------------------------------------------------------------------

    def _open_stream(self) -> RtpStream:
        return RtpStream.open(ports=self._ports, bind_host=self._config.host, pacer=self._pacer, clock=self._clock)

    def _line(self, stream: RtpStream) -> Line:
        return Line(address=self.advertised, port=stream.local_port, origin=ids.random_bits(31))

    def _new_leg(self, leg_id: LegId, stream: RtpStream, on_snapshot: OnSnapshot) -> SipLeg:
        return SipLeg(
            leg_id, stream=stream, clock=self._clock, watch=self._watch, on_snapshot=on_snapshot, touch=self._socket.tick
        )

    def _own(self, call: OutgoingCall | IncomingCall, leg: SipLeg) -> None:
        leg.attach(call)
        self._legs[call] = leg

    def _told(self, call: object, event: object) -> None:
        if isinstance(call, IncomingCall) and isinstance(event, events.Arrived):
            self._arrivals.put_nowait(SipArrival(self, call))
        elif isinstance(event, events.Ignored):
            self._guard.ignored(event.method, event.host, self._clock.monotonic())
        elif isinstance(call, Abandoned) and isinstance(event, events.Over):
            done = self._abandoning.pop(call, None)
            if done is not None and not done.done():
                done.set_result(causes.cause(sip_status=event.status, q850=event.q850))
        elif isinstance(call, OutgoingCall | IncomingCall):
            leg = self._legs.get(call)
            if leg is not None:
                leg.told(event)
            if isinstance(event, events.Over):
                self._legs.pop(call, None)
                self._core.forget(call)


class SipArrival:
    """See `ringtrue.worker.carrier.Arrival`."""

    def __init__(self, carrier: SipCarrier, call: IncomingCall) -> None:
        self._carrier = carrier
        self._call = call
        self.sip_call_id = call.invite.call_id
        self.remote_tag = call.invite.from_.tag or ""
        self.dialled = dialled_user(call.invite.uri)
        self.caller = caller_user(call.invite.from_.uri)

    def snapshot(self) -> LegSnapshot:
        """The leg as it stands."""
        return self._call.snapshot

    @property
    def is_over(self) -> bool:
        """Whether the caller gave up."""
        return self._call.is_over

    def progress(self, sip_status: int) -> None:
        """Send a provisional response, such as 180."""
        self._carrier.progress(self._call, sip_status)

    async def accept(self, on_snapshot: OnSnapshot) -> Leg:
        """Answer with 200."""
        return await self._carrier.accept(self._call, on_snapshot)

    async def reject(self, sip_status: int) -> None:
        """Refuse with the status."""
        await self._carrier.reject(self._call, sip_status)


def _destination(snapshot: LegSnapshot) -> Address | None:
    host, _, port = snapshot.destination.rpartition(" ")
    return (host, int(port)) if host and port.isdigit() else None


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host
