"""One side of a line as samples by position: what came late, twice or not at all has its place. Pure."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ringtrue.conversation.leg import Pcm

_GROW = 1 << 16  # samples


class Timeline:
    """Samples from `floor` on; silence where nothing came. Holds at most `most` samples: what is older goes."""

    def __init__(self, *, most: int) -> None:
        self._most = most
        self._pcm = np.zeros(_GROW, dtype=np.int16)
        self._is_here = np.zeros(_GROW, dtype=np.bool_)
        self.floor = 0
        self.end = 0
        """Behind the last sample that came."""

    def write(self, at: int, pcm: Pcm) -> None:
        """Place samples; what lies before the floor is dropped."""
        if at < self.floor:
            pcm, at = pcm[self.floor - at :], self.floor
        if len(pcm) == 0:
            return
        end = at + len(pcm)
        pcm = pcm[-self._most :]
        self.forget(end - self._most)
        self._make_room(end - self.floor)
        place = slice(end - len(pcm) - self.floor, end - self.floor)
        self._pcm[place] = pcm
        self._is_here[place] = True
        self.end = max(self.end, end)

    def read(self, start: int, end: int) -> Pcm:
        """The samples of a stretch, silence where there are none."""
        out = np.zeros(max(0, end - start), dtype=np.int16)
        first, last = max(start, self.floor), min(end, self.end)
        if last > first:
            out[first - start : last - start] = self._pcm[first - self.floor : last - self.floor]
        return out

    def is_whole(self, start: int, end: int) -> bool:
        """Whether every sample of the stretch came."""
        return self.floor <= start and end <= self.end and bool(self._is_here[start - self.floor : end - self.floor].all())

    def forget(self, before: int) -> None:
        """Raise the floor; never lowers it."""
        by = before - self.floor
        if by <= 0:
            return
        left = max(0, self.end - before)
        for samples in (self._pcm, self._is_here):
            _shift(samples, by, left)
        self.floor = before
        self.end = max(self.end, before)

    def _make_room(self, size: int) -> None:
        short = size - len(self._pcm)
        if short > 0:
            self._pcm = np.concatenate([self._pcm, np.zeros(short + _GROW, dtype=np.int16)])
            self._is_here = np.concatenate([self._is_here, np.zeros(short + _GROW, dtype=np.bool_)])


def _shift(samples: NDArray[np.int16] | NDArray[np.bool_], by: int, left: int) -> None:
    samples[:left] = samples[by : by + left].copy()
    samples[left:] = 0
