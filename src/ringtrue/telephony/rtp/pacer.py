"""The pacer: one 20 ms clock for every stream of the process.

Tick n is due at the start plus n blocks. After a stall the ticks that were missed are skipped, never made up for: every
stream is told how many blocks to pass over, so that a phone's buffer is not flooded and positions stay those of the clock.
"""

from __future__ import annotations

from collections import deque
from typing import Protocol

from ringtrue import logs
from ringtrue.audio.block import BLOCK_MS
from ringtrue.clock import Clock

_log = logs.get(__name__)

BLOCK_SECONDS = BLOCK_MS / 1000
# Later than this, a block is skipped instead of sent late: one block and a half keeps a phone's 40-60 ms buffer alive.
_MOST_LATE_SECONDS = 1.5 * BLOCK_SECONDS
_REMEMBERED_TICKS = 250  # 5 s of lateness, for admission


class Paced(Protocol):
    """What the pacer drives."""

    def tick(self, skipped: int) -> None:
        """One block is due, after `skipped` blocks that are not to be sent."""
        ...


class Pacer:
    """Drives registered streams; see the module."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._streams: dict[Paced, None] = {}
        self._late: deque[float] = deque(maxlen=_REMEMBERED_TICKS)

    def register(self, stream: Paced) -> None:
        """Drive the stream from the next tick on."""
        self._streams[stream] = None

    def unregister(self, stream: Paced) -> None:
        """Drive it no more; harmless when repeated."""
        self._streams.pop(stream, None)

    def lateness_ms(self) -> float:
        """The 99th percentile of the last ticks' lateness."""
        if not self._late:
            return 0.0
        return sorted(self._late)[int(len(self._late) * 0.99)] * 1000

    async def run(self) -> None:
        """Tick until cancelled."""
        due = self._clock.monotonic() + BLOCK_SECONDS
        while True:
            await self._clock.sleep(due - self._clock.monotonic())
            late = self._clock.monotonic() - due
            self._late.append(max(0.0, late))
            skipped = int(late / BLOCK_SECONDS) if late > _MOST_LATE_SECONDS else 0
            for stream in tuple(self._streams):
                self._tick(stream, skipped)
            due += (1 + skipped) * BLOCK_SECONDS

    def _tick(self, stream: Paced, skipped: int) -> None:
        try:
            stream.tick(skipped)
        except Exception:
            # A bug in one stream must not stop the clock of all calls: it is logged whole, and that stream stands still.
            _log.exception("stream.broken")
            self.unregister(stream)
