"""Our carrier in the test's own loop, with the pacer that drives its media."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta

from ringtrue import ids
from ringtrue.clock import SystemClock
from ringtrue.conversation import leg as legs
from ringtrue.conversation.leg import Leg, LegEvent
from ringtrue.telephony.rtp.pacer import Pacer
from ringtrue.telephony.sip_carrier import SipCarrier
from ringtrue.telephony.sip_config import SipConfig, Trunk
from ringtrue.worker.carrier import LegSnapshot

T1_MS = 40
LONG = timedelta(seconds=60)


@dataclass
class Line:
    """A carrier and what became of its legs."""

    carrier: SipCarrier
    snapshots: list[LegSnapshot] = field(default_factory=list)

    def dial(self, *, ring: float = 10.0) -> Leg:
        """Ring the trunk."""
        intent = self.carrier.intend(
            leg_id=ids.new_leg(SystemClock().now()),
            to_number="+14155550123",
            from_number="+14155550100",
            ring=timedelta(seconds=ring),
        )
        return self.carrier.dial(intent, self.snapshots.append)


@asynccontextmanager
async def line(trunk_port: int | None = None, **options: object) -> AsyncIterator[Line]:
    """A started carrier, closed at the end. `user` and `password` are the trunk's."""
    clock = SystemClock()
    pacer = Pacer(clock)
    ticking = asyncio.create_task(pacer.run())
    low = 34000 + (os.getpid() % 20) * 200
    user, password = options.pop("user", None), options.pop("password", None)
    trunk = None
    if trunk_port is not None:
        trunk = Trunk(host="127.0.0.1", port=trunk_port, user=user, password=password)  # type: ignore[arg-type]
    settings = {"no_audio": LONG, "audio_lost": LONG, "t1_ms": T1_MS, "host": "127.0.0.1", **options}
    carrier = SipCarrier(SipConfig(port=0, rtp_ports=(low, low + 199), trunk=trunk, **settings), clock=clock, pacer=pacer)  # type: ignore[arg-type]
    await carrier.start()
    try:
        yield Line(carrier)
    finally:
        await carrier.close()
        ticking.cancel()


async def events_of(leg: Leg, *, seconds: float = 20.0) -> list[LegEvent]:
    """Every event of the leg to its end."""

    async def read() -> list[LegEvent]:
        return [event async for event in leg.events()]

    return await asyncio.wait_for(read(), seconds)


async def until(leg: Leg, kind: type[LegEvent], *, seconds: float = 10.0) -> LegEvent:
    """The leg's next event of that kind."""

    async def read() -> LegEvent:
        async for event in leg.events():
            if isinstance(event, kind):
                return event
        raise AssertionError(f"the leg ended without {kind.__name__}")

    return await asyncio.wait_for(read(), seconds)


def ended(events: list[LegEvent]) -> legs.Ended:
    """The last event, which is the end."""
    last = events[-1]
    assert isinstance(last, legs.Ended)
    return last
