"""A voice without a model: every word is a tone of its own pitch and length. Exact, instant, the same on every machine.

For tests and for trying a set-up: which words a recording holds can be read off the pitches.
"""

from __future__ import annotations

import zlib

import numpy as np

from ringtrue.speech.engine import Clause

_GAP_MS = 40
_MS_PER_CHARACTER = 45
_MOST_MS = 360
_AMPLITUDE = 8000
_LOWEST_HZ, _STEP_HZ, _PITCHES = 300, 50, 60


def pitch_hz(word: str) -> int:
    """The pitch of a word."""
    return _LOWEST_HZ + _STEP_HZ * (zlib.crc32(word.encode()) % _PITCHES)


class Tones:
    """See the module."""

    def render(self, text: str, rate_hz: int) -> Clause:
        """Tones with short gaps."""
        pieces, bounds, at = [], [], 0
        gap = np.zeros(rate_hz * _GAP_MS // 1000, dtype=np.int16)
        for word in text.split():
            tone = self._tone(word, rate_hz)
            bounds.append((at, at + len(tone)))
            pieces += [tone, gap]
            at += len(tone) + len(gap)
        pcm = np.concatenate(pieces) if pieces else np.zeros(0, dtype=np.int16)
        return Clause(pcm=pcm, bounds=tuple(bounds), timing="measured")

    def _tone(self, word: str, rate_hz: int) -> np.ndarray[tuple[int], np.dtype[np.int16]]:
        samples = rate_hz * min(_MOST_MS, _MS_PER_CHARACTER * max(2, len(word))) // 1000
        time = np.arange(samples) / rate_hz
        wave = np.sin(2 * np.pi * pitch_hz(word) * time) * _AMPLITUDE
        return np.asarray(wave, dtype=np.int16)
