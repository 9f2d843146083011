"""The log-mel spectrogram that Whisper was trained on: 25 ms windows every 10 ms, Slaney's mel scale. Pure."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

RATE_HZ = 16_000
HOP = 160
_WINDOW = 400
_RANGE = 8.0  # tens of decibels: what is further below the loudest counts as that
_LINEAR_HZ, _LINEAR_STEP = 1000.0, 200.0 / 3  # Slaney: linear up to 1 kHz, then 27 steps for a factor of 6.4
_LOG_STEP = np.log(6.4) / 27


def log_mel(samples: NDArray[np.float32], *, frames: int, mels: int) -> NDArray[np.float32]:
    """`mels` rows and `frames` columns; silence follows the samples."""
    padded = np.zeros(frames * HOP + _WINDOW, dtype=np.float32)
    centred = samples[: frames * HOP]
    padded[_WINDOW // 2 : _WINDOW // 2 + len(centred)] = centred
    head = centred[1 : _WINDOW // 2 + 1][::-1]
    padded[_WINDOW // 2 - len(head) : _WINDOW // 2] = head  # mirrored, as in training
    windows = np.lib.stride_tricks.sliding_window_view(padded, _WINDOW)[::HOP][:frames]
    power = np.square(np.abs(np.fft.rfft(windows * _taper(), axis=1))).T.astype(np.float32)
    decades = np.log10(np.maximum(_filters(mels) @ power, 1e-10))
    scaled: NDArray[np.float32] = ((np.maximum(decades, decades.max() - _RANGE) + 4.0) / 4.0).astype(np.float32)
    return scaled


@lru_cache(maxsize=1)
def _taper() -> NDArray[np.float32]:
    return np.hanning(_WINDOW + 1)[:-1].astype(np.float32)


@lru_cache(maxsize=2)
def _filters(mels: int) -> NDArray[np.float32]:
    """Triangles of equal area."""
    edges = _hz(np.linspace(0.0, _mel(RATE_HZ / 2), mels + 2))
    bins = np.arange(_WINDOW // 2 + 1) * RATE_HZ / _WINDOW
    rising = (bins - edges[:-2, None]) / np.diff(edges)[:-1, None]
    falling = (edges[2:, None] - bins) / np.diff(edges)[1:, None]
    triangles = np.maximum(0.0, np.minimum(rising, falling))
    return (triangles * (2.0 / (edges[2:] - edges[:-2]))[:, None]).astype(np.float32)


def _mel(hz: float) -> float:
    return float(_LINEAR_HZ / _LINEAR_STEP + np.log(hz / _LINEAR_HZ) / _LOG_STEP)


def _hz(mel: NDArray[np.float64]) -> NDArray[np.float64]:
    bend = _LINEAR_HZ / _LINEAR_STEP
    return np.where(mel < bend, mel * _LINEAR_STEP, _LINEAR_HZ * np.exp(_LOG_STEP * (mel - bend)))
