"""The spectrogram beside one that is computed otherwise."""

from __future__ import annotations

import math

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import signal

from ringtrue.speech.mel import log_mel

RATE_HZ = 16_000


def mel_to_hz(mel: float) -> float:
    """Slaney's scale: 200/3 Hz a mel below 1000 Hz (15 mel), then 27 mel for each factor of 6.4."""
    return mel * 200 / 3 if mel < 15 else 1000 * 6.4 ** ((mel - 15) / 27)


def reference(samples: NDArray[np.float32], *, frames: int, mels: int) -> NDArray[np.float64]:
    """By scipy's transform and triangles drawn point by point, in double precision."""
    padded = np.concatenate([samples[: frames * 160], np.zeros(max(0, frames * 160 - len(samples)))]).astype(np.float64)
    padded = np.concatenate([padded[200:0:-1], padded, np.zeros(200)])
    window = signal.get_window("hann", 400, fftbins=True)
    _, _, spectrum = signal.stft(padded, window=window, nperseg=400, noverlap=240, boundary=None, padded=False, scaling="psd")
    power = np.abs(spectrum[:, :frames]) ** 2 * np.sum(window**2)
    top = 15 + 27 * math.log(8) / math.log(6.4)
    edges = [mel_to_hz(top * index / (mels + 1)) for index in range(mels + 2)]
    filters = np.zeros((mels, 201))
    for row in range(mels):
        low, middle, high = edges[row : row + 3]
        filters[row] = np.interp(np.arange(201) * 40.0, [low, middle, high], [0, 2 / (high - low), 0])
    decades = np.log10(np.maximum(filters @ power, 1e-10))
    return np.asarray((np.maximum(decades, decades.max() - 8) + 4) / 4)


def sounds() -> NDArray[np.float32]:
    """Two seconds of a sweep in noise, a click and quiet."""
    rng = np.random.default_rng(5)
    time = np.arange(2 * RATE_HZ) / RATE_HZ
    wave = 0.3 * signal.chirp(time, 80, 2, 7500) + 0.01 * rng.standard_normal(len(time))
    wave[20_000:26_000] *= 1e-3
    wave[30_000] = 0.9
    return wave.astype(np.float32)


@pytest.mark.parametrize("mels", [80, 128])
@pytest.mark.parametrize("seconds", [0.005, 0.5, 2.0])
def test_it_is_what_another_computation_gives(mels: int, seconds: float) -> None:
    """Within a hundredth of the scale, in which 1 is 40 dB, for sound that ends within and for hardly any."""
    samples = sounds()[: round(seconds * RATE_HZ)]

    ours = log_mel(samples, frames=300, mels=mels)

    assert np.abs(ours - reference(samples, frames=300, mels=mels)).max() < 0.01


def test_its_shape_is_what_was_asked_for() -> None:
    """However long the sound is: what is too long is cut, what is short is followed by silence."""
    for samples in (np.zeros(0, dtype=np.float32), sounds(), np.tile(sounds(), 3)):
        mel = log_mel(samples, frames=250, mels=80)

        assert mel.shape == (80, 250)
        assert mel.dtype == np.float32
        assert np.isfinite(mel).all()


def test_a_tone_stands_in_its_band() -> None:
    """1000 Hz is 15 of 45.2 mel, so near the 27th of 80 bands."""
    tone = np.sin(2 * np.pi * 1000 * np.arange(RATE_HZ) / RATE_HZ).astype(np.float32)

    mel = log_mel(tone, frames=90, mels=80)

    assert set(np.argmax(mel[:, 5:], axis=0).tolist()) <= {25, 26, 27}
