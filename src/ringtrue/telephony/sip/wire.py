"""What every part of the user agent shares: the time it was told, its timers, its address, and the tray of what is to happen.

The core never waits and never reads a clock. Whoever feeds it says what time it is, then empties the tray.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable
from dataclasses import dataclass, field

from ringtrue import ids
from ringtrue.telephony.sip.message import Message, serialize

Address = tuple[str, int]
MAGIC_COOKIE = "z9hG4bK"  # RFC 3261 section 8.1.1.7
ALLOW = "INVITE, ACK, BYE, CANCEL, OPTIONS, INFO, UPDATE, NOTIFY"


@dataclass(frozen=True, kw_only=True, slots=True)
class Times:
    """The timers of RFC 3261 table 4, in seconds; all follow from T1."""

    t1: float = 0.5
    t2: float = 4.0
    t4: float = 5.0

    @property
    def patience(self) -> float:
        """64 x T1: Timers B, F, H, J, L, M; 32 s by default."""
        return 64 * self.t1


@dataclass(frozen=True, kw_only=True, slots=True)
class Identity:
    """What Via and Contact name."""

    host: str
    port: int

    @property
    def host_port(self) -> str:
        """As it stands in a URI."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Send:
    """A datagram is to leave."""

    datagram: bytes
    destination: Address


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """Something happened that the owner of `call` must hear."""

    call: object
    event: object


Act = Send | Told


class Timer:
    """One thing that is due at a time, until it is cancelled."""

    __slots__ = ("_act",)

    def __init__(self, act: Callable[[], None]) -> None:
        self._act: Callable[[], None] | None = act

    @property
    def is_live(self) -> bool:
        """Whether it is still to happen."""
        return self._act is not None

    def cancel(self) -> None:
        """Never do it; harmless when it was done."""
        self._act = None

    def fire(self) -> None:
        """Do it, once."""
        act, self._act = self._act, None
        if act is not None:
            act()


@dataclass(slots=True)
class Wire:
    """See the module. `now` is what the last feed said, in monotonic seconds."""

    identity: Identity
    times: Times
    now: float = 0.0
    acts: list[Act] = field(default_factory=list)
    _due: list[tuple[float, int, Timer]] = field(default_factory=list)
    _count: int = 0

    def after(self, seconds: float, act: Callable[[], None]) -> Timer:
        """Do `act` that much later."""
        timer = Timer(act)
        self._count += 1
        heapq.heappush(self._due, (self.now + seconds, self._count, timer))
        return timer

    def run_timers(self, now: float) -> None:
        """Do all that is due, in order, each at its own time."""
        while self._due and self._due[0][0] <= now:
            due, _, timer = heapq.heappop(self._due)
            self.now = max(self.now, due)
            timer.fire()
        self.now = max(self.now, now)

    def next_due(self) -> float | None:
        """When the next timer is due."""
        while self._due and not self._due[0][2].is_live:
            heapq.heappop(self._due)
        return self._due[0][0] if self._due else None

    def send(self, message: Message, destination: Address) -> bytes:
        """Let a message leave; returns its bytes, for repeats."""
        datagram = serialize(message)
        self.acts.append(Send(datagram=datagram, destination=destination))
        return datagram

    def resend(self, datagram: bytes, destination: Address) -> None:
        """Let the same bytes leave again."""
        self.acts.append(Send(datagram=datagram, destination=destination))

    def tell(self, call: object, event: object) -> None:
        """Let the owner of `call` hear of it."""
        self.acts.append(Told(call=call, event=event))

    def take(self) -> list[Act]:
        """Empty the tray."""
        acts, self.acts = self.acts, []
        return acts

    def via(self, branch: str) -> str:
        """Our Via; `rport` asks for the answer at the port we sent from (RFC 3581)."""
        return f"SIP/2.0/UDP {self.identity.host_port};branch={branch};rport"

    def contact(self, user: str | None = None) -> str:
        """Our Contact."""
        return f"<sip:{user}@{self.identity.host_port}>" if user else f"<sip:{self.identity.host_port}>"


def new_branch() -> str:
    """A fresh Via branch."""
    return MAGIC_COOKIE + ids.token_hex(10)
