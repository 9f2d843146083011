"""What the agent's voice has on its way into the leg: counted, dropped, or kept while the agent holds its tongue."""

from __future__ import annotations

from collections import deque

from ringtrue.conversation.leg import Leg, Pcm, Position


class Playout:
    """The audio given to one leg. `consumed` is how much of all that was ever given has left for the network."""

    def __init__(self, leg: Leg) -> None:
        self._leg = leg
        self._given = 0
        self._recent: deque[Pcm] = deque()  # what may still wait in the leg's queue, the newest last
        self._recent_samples = 0
        self._kept: list[Pcm] | None = None
        self._kept_samples = 0

    @property
    def consumed(self) -> int:
        """Samples that left the queue."""
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
        self._kept, self._kept_samples = [], waiting
        while waiting > 0:
            pcm = self._recent.pop()
            self._kept.insert(0, pcm[-waiting:])
            waiting -= len(pcm)
        self._forget()

    def go_on(self) -> None:
        """Send on what was kept."""
        kept, self._kept, self._kept_samples = self._kept, None, 0
        for pcm in kept or ():
            self._send(pcm)

    def drop(self) -> None:
        """Forget all that was not sent."""
        consumed = self.consumed
        self._leg.flush()
        self._kept, self._kept_samples = None, 0
        self._given = consumed
        self._forget()

    def _send(self, pcm: Pcm) -> Position:
        waiting = self._leg.queued_samples
        while self._recent and self._recent_samples - len(self._recent[0]) >= waiting:
            self._recent_samples -= len(self._recent.popleft())
        self._recent.append(pcm)
        self._recent_samples += len(pcm)
        return self._leg.play(pcm)

    def _forget(self) -> None:
        self._recent.clear()
        self._recent_samples = 0
