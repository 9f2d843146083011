"""Where each side sounds in a recording of two channels, by its energy alone, and the silence between a turn and its answer.

It knows nothing of what the program believed at the time: so it tells whether that was true.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ringtrue.audio import wav

_FRAME_MS = 10
_FLOOR_DB = -50.0  # line noise of a quiet G.711 call lies below -55 dB
_ABOVE_NOISE_DB = 10.0  # of the quietest tenth of the channel
_BELOW_LOUD_DB = 35.0  # under the loudest twentieth: speech has a range of some 30 dB
_PAUSE_MS = 100  # stops within a word are shorter
_SHORTEST_MS = 30  # a click is no speech
_EARLY_MS = 60  # a first sample may sound that much before where it was planned (one block and a frame)
_LEAD_MS = 1000  # of silence that a voice may begin with
_APART_MS = 1500  # between two opinions where the same speech ended


@dataclass(frozen=True, kw_only=True, slots=True)
class Stretch:
    """One stretch of sound."""

    start_ms: int
    end_ms: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Gap:
    """From where the party fell silent to where the agent began, below zero where the agent was first."""

    ended_ms: int
    began_ms: int

    @property
    def ms(self) -> int:
        """How long."""
        return self.began_ms - self.ended_ms


@dataclass(frozen=True, kw_only=True, slots=True)
class Sides:
    """Where each side sounds."""

    party: tuple[Stretch, ...]
    agent: tuple[Stretch, ...]


def sides(path: Path) -> Sides:
    """Both sides of a recording (caller left, agent right). Raises OSError and ValueError where there is none."""
    frames = wav.duration_samples(path)
    frame = wav.rate_hz(path) * _FRAME_MS // 1000
    if frames < frame:
        return Sides(party=(), agent=())
    samples = np.memmap(path, dtype="<i2", mode="r", offset=wav.HEADER_BYTES, shape=(frames, wav.CHANNELS))
    return Sides(party=stretches(samples[:, 0], frame), agent=stretches(samples[:, 1], frame))


def stretches(pcm: NDArray[np.int16], frame: int) -> tuple[Stretch, ...]:
    """Where a channel sounds; `frame` is 10 ms of it in samples."""
    levels = _levels(pcm, frame)
    if not len(levels):
        return ()
    quiet, loud = np.percentile(levels, (10, 95))
    active = np.flatnonzero(levels > max(_FLOOR_DB, min(quiet + _ABOVE_NOISE_DB, loud), loud - _BELOW_LOUD_DB))
    if not len(active):
        return ()
    breaks = np.flatnonzero(np.diff(active) > _PAUSE_MS // _FRAME_MS)
    starts = active[np.concatenate(([0], breaks + 1))]
    ends = active[np.concatenate((breaks, [len(active) - 1]))] + 1
    return tuple(
        Stretch(start_ms=int(start) * _FRAME_MS, end_ms=int(end) * _FRAME_MS)
        for start, end in zip(starts, ends, strict=True)
        if (end - start) * _FRAME_MS >= _SHORTEST_MS
    )


def _levels(pcm: NDArray[np.int16], frame: int) -> NDArray[np.float64]:
    """Decibels of full scale, frame by frame; a steady offset is not heard."""
    count = len(pcm) // frame
    levels = np.empty(count)
    step = 6000  # a minute at a time keeps an hour's recording out of memory
    for first in range(0, count, step):
        last = min(count, first + step)
        block = pcm[first * frame : last * frame].astype(np.float64).reshape(-1, frame)
        power = np.mean((block - block.mean()) ** 2, axis=1)
        levels[first:last] = 10 * np.log10(power / 32768.0**2 + 1e-10)
    return levels


def answer_gap(found: Sides, *, ended_ms: int, sent_ms: int, until_ms: int | None = None) -> Gap | None:
    """The gap before the answer whose first sample went out at `sent_ms`, to speech that ended about `ended_ms`.

    None where the recording shows no such speech or no such answer: it was cut before it sounded, by `until_ms`, or the agent
    was never silent before it.
    """
    earliest, latest = sent_ms - _EARLY_MS, sent_ms + _LEAD_MS
    began = _first(found.agent, earliest, latest if until_ms is None else min(latest, until_ms))
    if began is None or any(one.start_ms < earliest and one.end_ms > sent_ms for one in found.agent):
        return None
    before = [one.end_ms for one in found.party if one.start_ms < began]
    if not before or abs(before[-1] - ended_ms) > _APART_MS:
        return None
    return Gap(ended_ms=before[-1], began_ms=began)


def _first(found: Sequence[Stretch], low: int, high: int) -> int | None:
    return next((one.start_ms for one in found if low <= one.start_ms <= high), None)
