"""Resampling keeps the length to the sample and the sound."""

from __future__ import annotations

import numpy as np
import pytest

from ringtrue.audio.resample import resample


def tone(rate_hz: int, samples: int) -> np.ndarray[tuple[int], np.dtype[np.int16]]:
    """440 Hz."""
    return (np.sin(2 * np.pi * 440 * np.arange(samples) / rate_hz) * 10000).astype(np.int16)


@pytest.mark.parametrize(("from_hz", "to_hz"), [(22050, 8000), (8000, 16000), (48000, 8000), (8000, 22050)])
@pytest.mark.parametrize("samples", [1, 159, 160, 22050])
def test_the_length_is_what_the_ratio_says(from_hz: int, to_hz: int, samples: int) -> None:
    """To the sample, also for a few of them."""
    assert len(resample(tone(from_hz, samples), from_hz, to_hz)) == round(samples * to_hz / from_hz)


@pytest.mark.parametrize(("from_hz", "to_hz"), [(22050, 8000), (8000, 16000)])
def test_a_tone_stays_itself(from_hz: int, to_hz: int) -> None:
    """Away from its ends it is the tone that the other rate would have sampled."""
    heard = resample(tone(from_hz, from_hz), from_hz, to_hz).astype(np.float64)
    wanted = tone(to_hz, to_hz).astype(np.float64)

    middle = slice(to_hz // 4, to_hz // 2)
    assert float(np.abs(heard[middle] - wanted[middle]).max()) < 100


def test_the_same_rate_changes_nothing() -> None:
    """Not one sample."""
    pcm = tone(8000, 100)

    assert resample(pcm, 8000, 8000).tolist() == pcm.tolist()


def test_nothing_stays_nothing() -> None:
    """No samples at any rate."""
    assert len(resample(tone(8000, 0), 8000, 16000)) == 0
