"""A leg for tests: the line of a simulated party on the loop's own time, which may be virtual.

It keeps the port's promises: one 20 ms block a tick, silence where nothing is queued, positions that go on while the party
holds, and one `Ended`, last.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import datetime

import numpy as np

from ringtrue.audio.block import BLOCK_SAMPLES, TELEPHONE_RATE_HZ
from ringtrue.conversation.leg import (
    Answered,
    Digit,
    Ended,
    EndedBy,
    Held,
    LegEvent,
    Pcm,
    Position,
    Resumed,
    Ringing,
    Tap,
)
from ringtrue.domain.disposition import Cause, Disposition
from ringtrue.ids import LegId

_BLOCK_SECONDS = BLOCK_SAMPLES / TELEPHONE_RATE_HZ


class FakeLeg:
    """One simulated party. The upper half is the port; the lower half is what the party does."""

    rate_hz = TELEPHONE_RATE_HZ

    def __init__(self, id: str = "leg_1") -> None:
        self.id = LegId(id)
        self.heard_by_party: list[Pcm] = []
        self.digits_sent: list[str] = []
        self.hang_ups: list[Disposition] = []
        self._events: asyncio.Queue[LegEvent] = asyncio.Queue()
        self._taps: list[Tap] = []
        self._queue: Pcm = np.zeros(0, dtype=np.int16)
        self._sent = 0
        self._is_held = False
        self._is_over = False
        self._line: asyncio.Task[None] | None = None

    # --- the port ---------------------------------------------------------------------------------------------------

    @property
    def sent(self) -> Position:
        """The first position not yet sent."""
        return Position(self._sent)

    @property
    def queued_samples(self) -> int:
        """How many samples wait."""
        return len(self._queue)

    async def events(self) -> AsyncIterator[LegEvent]:
        """Every event in order, closed by `Ended`."""
        while True:
            event = await self._events.get()
            yield event
            if isinstance(event, Ended):
                return

    def add_tap(self, tap: Tap) -> None:
        """Let `tap` hear both channels."""
        self._taps.append(tap)

    def play(self, pcm: Pcm) -> Position:
        """Queue audio; after the end it stays there."""
        start = self._sent + len(self._queue)
        self._queue = np.concatenate([self._queue, pcm])
        return Position(start)

    def flush(self) -> Position:
        """Drop what is queued."""
        self._queue = self._queue[:0]
        return Position(self._sent)

    def send_digits(self, digits: Sequence[str]) -> None:
        """Note the keys."""
        self.digits_sent.extend(digits)

    async def hang_up(self, disposition: Disposition) -> None:
        """End the leg; only the first time does anything."""
        self.hang_ups.append(disposition)
        self._end("us", disposition, None)

    # --- the party --------------------------------------------------------------------------------------------------

    def ring(self, sip_status: int = 180) -> None:
        """The party's phone rings."""
        self._events.put_nowait(Ringing(sip_status=sip_status))

    def answer(self, at: datetime) -> None:
        """The party answers: position 0 is now."""
        self._events.put_nowait(Answered(at=at))
        self._line = asyncio.get_running_loop().create_task(self._run())

    def press(self, digit: str) -> None:
        """The party presses a key."""
        self._events.put_nowait(Digit(at=self.sent, digit=digit))

    def hold(self) -> None:
        """The party holds the line."""
        self._is_held = True
        self._events.put_nowait(Held(at=self.sent))

    def resume(self) -> None:
        """The party is back."""
        self._is_held = False
        self._events.put_nowait(Resumed(at=self.sent))

    def party_hangs_up(self, disposition: Disposition = Disposition.USER_HANGUP, cause: Cause | None = None) -> None:
        """The party ends the leg, or refuses it."""
        self._end("party", disposition, cause)

    def say(self, pcm: Pcm) -> None:
        """The party's voice, from now on."""
        for tap in self._taps:
            tap.heard(self.sent, pcm)

    @property
    def is_over(self) -> bool:
        """Whether the leg ended."""
        return self._is_over

    def _end(self, by: EndedBy, disposition: Disposition, cause: Cause | None) -> None:
        if self._is_over:
            return
        self._is_over = True
        if self._line is not None:
            self._line.cancel()
        self._events.put_nowait(Ended(at=self.sent, by=by, disposition=disposition, cause=cause))

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(_BLOCK_SECONDS)
            self.pass_block()

    def pass_block(self) -> None:
        """20 ms pass on the line."""
        if not self._is_held:
            self._send_block()
        self._sent += BLOCK_SAMPLES

    def _send_block(self) -> None:
        block = np.zeros(BLOCK_SAMPLES, dtype=np.int16)
        head = self._queue[:BLOCK_SAMPLES]
        block[: len(head)] = head
        self._queue = self._queue[BLOCK_SAMPLES:]
        self.heard_by_party.append(block)
        for tap in self._taps:
            tap.sent(self.sent, block)
