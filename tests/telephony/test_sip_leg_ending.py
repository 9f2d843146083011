"""The end of a leg over SIP waits for keys that are being sent, and for nothing else."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from ringtrue.domain.disposition import Disposition
from ringtrue.ids import LegId
from ringtrue.telephony.sip_leg import SipLeg, Watch
from ringtrue.testing.clock import LoopClock, run_virtual


class Signalling:
    """Notes when it was told to hang up."""

    def __init__(self, clock: LoopClock) -> None:
        self._clock = clock
        self.hung_up_at: list[float] = []

    def hang_up(self, disposition: Disposition) -> None:
        """BYE."""
        self.hung_up_at.append(round(self._clock.monotonic(), 2))


def hang_up(while_waiting: Callable[[Any, SipLeg], None]) -> list[float]:
    """Hang up a leg with a key to be sent; after a second something happens. When was the BYE sent?"""

    async def run() -> list[float]:
        clock = LoopClock()
        stream: Any = SimpleNamespace(digits_pending=True, on_digit=None)
        minute = timedelta(minutes=1)
        leg = SipLeg(
            LegId("leg_1"),
            stream=stream,
            clock=clock,
            watch=Watch(no_audio=minute, audio_lost=minute),
            on_snapshot=lambda _snapshot: None,
            touch=lambda: None,
        )
        signalling: Any = Signalling(clock)
        leg.attach(signalling)
        asyncio.get_running_loop().call_later(1.0, while_waiting, stream, leg)
        await asyncio.wait_for(leg.hang_up(Disposition.AGENT_HANGUP), 10)
        found: list[float] = signalling.hung_up_at
        return found

    return run_virtual(run())


def sent(stream: Any, _leg: SipLeg) -> None:
    """The last key went out."""
    stream.digits_pending = False


def held(_stream: Any, leg: SipLeg) -> None:
    """The party put us on hold: nothing goes out any more."""
    leg._is_held = True


def gone(_stream: Any, leg: SipLeg) -> None:
    """The party hung up."""
    leg._is_over = True


def test_the_last_key_is_heard_before_the_line_goes() -> None:
    """A moment lies between its end and the BYE."""
    (at,) = hang_up(sent)

    assert 1.15 <= at <= 1.2


@pytest.mark.parametrize("happened", [held, gone])
def test_keys_that_never_will_be_sent_hold_nothing_up(happened: Callable[[Any, SipLeg], None]) -> None:
    """A leg on hold can be ended, and one that is gone lets its call end."""
    (at,) = hang_up(happened)

    assert at <= 1.05
