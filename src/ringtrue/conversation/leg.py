"""The leg port: the signalling and audio between us and one party.

After the answer every event has a position: samples since the answer at the leg's rate, the same origin on both
channels. The leg sends one 20 ms block per tick of its clock; where nothing was given to play it sends silence, and where
the clock had to skip, the position skips with it.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, NewType, Protocol

import numpy as np
from numpy.typing import NDArray

from ringtrue.domain.disposition import Cause, Disposition
from ringtrue.ids import LegId

Position = NewType("Position", int)
Pcm = NDArray[np.int16]

EndedBy = Literal["us", "party", "carrier"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Ringing:
    """A provisional response above 100 came."""

    sip_status: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Answered:
    """The party answered; position 0 is now."""

    at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Digit:
    """A key was pressed (0-9, *, #, A-D); `at` is where its tone began on the caller channel."""

    at: Position
    digit: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Held:
    """The party put us on hold: nothing is sent and no silence or media timer runs until `Resumed`."""

    at: Position


@dataclass(frozen=True, kw_only=True, slots=True)
class Resumed:
    """The hold is over."""

    at: Position


@dataclass(frozen=True, kw_only=True, slots=True)
class Ended:
    """The leg is over, exactly once and last. `disposition` is what signalling alone says of the reason."""

    at: Position
    by: EndedBy
    disposition: Disposition
    cause: Cause | None = None


LegEvent = Ringing | Answered | Digit | Held | Resumed | Ended


class Tap(Protocol):
    """Hears both channels after the codec. Called from the media clock: must never block."""

    def sent(self, at: Position, pcm: Pcm) -> None:
        """One block as the party's decoder gets it, at its position on the agent channel."""
        ...

    def heard(self, at: Position, pcm: Pcm) -> None:
        """One decoded packet at its position on the caller channel; packets may come late, out of order or leave gaps."""
        ...


class Leg(Protocol):
    """One party on the line. All methods are called on the event loop that owns the leg."""

    @property
    def id(self) -> LegId:
        """The leg's id."""
        ...

    @property
    def rate_hz(self) -> int:
        """Samples per second of both channels; 8000 for G.711."""
        ...

    @property
    def sent(self) -> Position:
        """The first position not yet handed to the network."""
        ...

    def events(self) -> AsyncIterator[LegEvent]:
        """Every event in order, closed by `Ended`. One consumer."""
        ...

    def add_tap(self, tap: Tap) -> None:
        """Let `tap` hear both channels from now on."""
        ...

    def play(self, pcm: Pcm) -> Position:
        """Queue audio behind what is queued; returns the position at which its first sample will be sent.

        A hold and skips of the clock shift it.
        """
        ...

    def flush(self) -> Position:
        """Drop what is queued; returns the first position that was never sent."""
        ...

    @property
    def queued_samples(self) -> int:
        """How many samples wait to be sent; after the end, how many never were."""
        ...

    def send_digits(self, digits: Sequence[str]) -> None:
        """Queue RFC 4733 digits (or a no-op where the party did not offer them)."""
        ...

    async def hang_up(self, disposition: Disposition) -> None:
        """End the leg with what its stage needs (CANCEL, BYE or a rejection). Idempotent.

        `Ended` follows, carrying `disposition`.
        """
        ...
