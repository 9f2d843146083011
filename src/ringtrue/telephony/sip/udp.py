"""The rim of the user agent: one UDP socket, the clock, and names resolved. Everything else is in the pure core."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from collections.abc import Callable

from ringtrue import logs
from ringtrue.clock import Clock
from ringtrue.errors import cannot_listen
from ringtrue.telephony.sip.user_agent import UserAgent
from ringtrue.telephony.sip.wire import Address, Send, Told

_log = logs.get(__name__)

_IP_RECVERR, _IPV6_RECVERR = 11, 25  # linux/in.h: report ICMP errors of sent datagrams
_MOST_BYTES = 65535
_MOST_DATAGRAMS = 64  # read at once: a flood must not hold the media clock
_NAME_LIVES_SECONDS = 60.0


def bind(host: str, port: int) -> socket.socket:
    """The SIP socket. Raises SetupError when the address cannot be had."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_DGRAM)
    try:
        sock.bind((host, port))
    except OSError as exc:
        sock.close()
        raise cannot_listen("SIP", host, port, exc, option="--sip-", free_port=_free_port(family, host)) from exc
    if family == socket.AF_INET6:
        sock.setsockopt(socket.IPPROTO_IPV6, _IPV6_RECVERR, 1)
    else:
        sock.setsockopt(socket.IPPROTO_IP, _IP_RECVERR, 1)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
    sock.setblocking(False)
    return sock


def _free_port(family: socket.AddressFamily, host: str) -> int:
    """A port that is free now; 0, which takes any, where none can be found."""
    with socket.socket(family, socket.SOCK_DGRAM) as probe:
        try:
            probe.bind((host, 0))
        except OSError:
            return 0
        return int(probe.getsockname()[1])


class SipSocket:
    """Feeds the core and does what it says."""

    def __init__(self, sock: socket.socket, core: UserAgent, clock: Clock, on_told: Callable[[object, object], None]) -> None:
        self._sock = sock
        self._core = core
        self._clock = clock
        self._on_told = on_told
        self._loop = asyncio.get_running_loop()
        self._timer: asyncio.TimerHandle | None = None
        self._names: dict[str, tuple[str, float]] = {}
        self._resolving: set[asyncio.Task[None]] = set()
        self._is_closed = False
        self._loop.add_reader(sock.fileno(), self._readable)

    def close(self) -> None:
        """Send and hear no more."""
        if self._is_closed:
            return
        self._is_closed = True
        if self._timer is not None:
            self._timer.cancel()
        for task in self._resolving:
            task.cancel()
        self._loop.remove_reader(self._sock.fileno())
        self._sock.close()

    def tick(self) -> None:
        """Let the core see the time and do what it says; call after every method of the core."""
        if self._is_closed:
            return
        self._core.tick(self._clock.monotonic())
        while acts := self._core.take():
            for act in acts:
                if isinstance(act, Send):
                    self._send(act.datagram, act.destination)
                elif isinstance(act, Told):
                    self._on_told(act.call, act.event)
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        due = self._core.next_due()
        if due is not None:
            self._timer = self._loop.call_later(max(0.0, due - self._clock.monotonic()), self.tick)

    # --- reading ----------------------------------------------------------------------------------------------------

    def _readable(self) -> None:
        for _ in range(_MOST_DATAGRAMS):
            if self._is_closed:
                return
            try:
                datagram, source = self._sock.recvfrom(_MOST_BYTES)
            except BlockingIOError:
                break
            except OSError:
                self._read_errors()
                continue
            self._core.receive(datagram, (source[0], source[1]), self._clock.monotonic())
            self.tick()

    def _read_errors(self) -> None:
        """ICMP errors: each comes with the address that the datagram was for."""
        # libuv stops to poll a descriptor that reported an error: it is watched anew.
        self._loop.remove_reader(self._sock.fileno())
        self._loop.add_reader(self._sock.fileno(), self._readable)
        while True:
            try:
                _, _, _, destination = self._sock.recvmsg(0, 512, socket.MSG_ERRQUEUE)
            except OSError:
                break
            if destination:
                self._core.refused((destination[0], destination[1]), self._clock.monotonic())
        self.tick()

    # --- sending ----------------------------------------------------------------------------------------------------

    def _send(self, datagram: bytes, destination: Address) -> None:
        host, port = destination
        if not host or not port:
            return
        address = self._address(host)
        if address is None:
            self._resolve(datagram, host, port)
            return
        for _ in range(2):
            try:
                self._sock.sendto(datagram, (address, port))
            except BlockingIOError:
                return  # A full buffer: a lost datagram, which SIP repeats.
            except OSError as exc:
                _log.debug("sip.unsent", reason=exc.strerror)
                continue  # An error of an earlier datagram is reported on this one: once more.
            return

    def _address(self, host: str) -> str | None:
        try:
            ipaddress.ip_address(host)
        except ValueError:
            known = self._names.get(host)
            return known[0] if known is not None and known[1] > self._clock.monotonic() else None
        return host

    def _resolve(self, datagram: bytes, host: str, port: int) -> None:
        async def look_up() -> None:
            address = await resolve(host, self._sock.family)
            if address is not None and not self._is_closed:
                self._names[host] = (address, self._clock.monotonic() + _NAME_LIVES_SECONDS)
                self._send(datagram, (host, port))

        task = self._loop.create_task(look_up())
        self._resolving.add(task)
        task.add_done_callback(self._resolving.discard)


async def resolve(host: str, family: int) -> str | None:
    """The first address of a name, None when it has none."""
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, None, family=family, type=socket.SOCK_DGRAM)
    except OSError as exc:
        _log.warning("sip.name_unknown", reason=str(exc.strerror or exc))
        return None
    except UnicodeError:
        # What the far end wrote in its Contact need not be a name at all: an empty label, or one past 63 octets.
        _log.warning("sip.name_unknown", reason="not a host name")
        return None
    return str(found[0][4][0]) if found else None
