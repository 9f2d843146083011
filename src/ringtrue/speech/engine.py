"""What an engine of the speech process does: one clause of text to audio with its words."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np

from ringtrue.conversation.leg import Pcm
from ringtrue.conversation.speech import Timing

_AUDIBLE = 30  # of 32767, -61 dB: a voice's own silence is below
_LEAD_MS = 5


@dataclass(frozen=True, kw_only=True, slots=True)
class Clause:
    """A clause's audio; `bounds` holds start and end of each of its words, in samples of this clause."""

    pcm: Pcm
    bounds: tuple[tuple[int, int], ...]
    timing: Timing


class Engine(Protocol):
    """A voice that is loaded."""

    def render(self, text: str, rate_hz: int) -> Clause:
        """The clause's audio at that rate."""
        ...


def by_characters(words: list[str], samples: int) -> tuple[tuple[int, int], ...]:
    """Bounds in proportion to the words' lengths: right to about 75 ms in the median, 217 ms at p90."""
    total = sum(len(word) for word in words) or 1
    bounds, done = [], 0
    for word in words:
        start = samples * done // total
        done += len(word)
        bounds.append((start, samples * done // total))
    return tuple(bounds)


def without_lead(clause: Clause, rate_hz: int) -> Clause:
    """The clause from just before its first sound on: in front of it Piper's voices have 35 to 60 ms of silence."""
    audible = np.flatnonzero(np.abs(clause.pcm.astype(np.int32)) > _AUDIBLE)
    cut = max(0, int(audible[0]) - _LEAD_MS * rate_hz // 1000) if len(audible) else 0
    bounds = tuple((max(0, start - cut), max(0, end - cut)) for start, end in clause.bounds)
    return replace(clause, pcm=clause.pcm[cut:], bounds=bounds)
