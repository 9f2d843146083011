"""What the agent's voice has on its way into the leg: counted, dropped, or kept while the agent holds its tongue."""

from __future__ import annotations

from collections import deque

import numpy as np

from ringtrue.conversation.leg import Leg, Pcm, Position

_REACH = 16_000  # samples that can be sent again: two seconds of a telephone line, which no word lasts


class Playout:
    """The audio given to one leg. `consumed` is how much of all that was ever given has left for the network."""

    def __init__(self, leg: Leg) -> None:
        self._leg = leg
        self._given = 0
        self._recent: deque[Pcm] = deque()  # what waits in the leg's queue and, before it, what left it last
        self._recent_samples = 0
        self._kept: list[Pcm] | None = None
        self._kept_samples = 0

    @property
    def consumed(self) -> int:
        """Samples that left the queue. What is to be sent again is taken back from it."""
        return self._given - self._leg.queued_samples - self._kept_samples

    def play(self, pcm: Pcm) -> tuple[int, Position]:
        """Give audio to the leg; returns how many samples were given before, and where its first sample will lie."""
        offset = self._given
        self._given += len(pcm)
        if self._kept is not None:
            start = Position(int(self._leg.sent) + self._kept_samples)
            self._kept.append(pcm)
            self._kept_samples += len(pcm)
            return offset, start
        return offset, self._send(pcm)

    def hush(self) -> None:
        """Send no more, but keep it."""
        if self._kept is not None:
            return
        waiting = self._leg.queued_samples
        self._leg.flush()
        said, kept = _split(self._recent, waiting)
        self._remember([said])
        self._kept, self._kept_samples = [kept], waiting

    def go_on(self, back: int = 0) -> None:
        """Send on what was kept, after the last `back` samples that were sent, or as many of them as are known."""
        if self._kept is None:
            return
        said, again = _split(self._recent, back)
        pieces = [again, *self._kept]
        self._remember([said])
        self._kept, self._kept_samples = None, 0
        for pcm in pieces:
            self._send(pcm)

    def drop(self) -> None:
        """Forget all that was not sent."""
        consumed = self.consumed
        self._leg.flush()
        self._kept, self._kept_samples = None, 0
        self._given = consumed
        self._remember([])

    def _send(self, pcm: Pcm) -> Position:
        needed = self._leg.queued_samples + _REACH
        while self._recent and self._recent_samples - len(self._recent[0]) >= needed:
            self._recent_samples -= len(self._recent.popleft())
        self._recent.append(pcm)
        self._recent_samples += len(pcm)
        return self._leg.play(pcm)

    def _remember(self, pieces: list[Pcm]) -> None:
        self._recent = deque(pieces)
        self._recent_samples = sum(map(len, pieces))


def _split(pieces: deque[Pcm], last: int) -> tuple[Pcm, Pcm]:
    """The pieces as one, and the last samples of them apart."""
    whole = np.concatenate((np.zeros(0, dtype=np.int16), *pieces))
    said, rest = np.split(whole, [max(0, len(whole) - last)])
    return said, rest
