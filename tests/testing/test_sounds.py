"""Sounds of telephone lines, as tests and benches use them."""

from __future__ import annotations

import numpy as np
import pytest

from ringtrue.testing import sounds


def rms(pcm: sounds.Pcm) -> float:
    """Root mean square."""
    return float(np.sqrt(np.mean(np.square(pcm.astype(float)))))


def test_there_are_a_hundred_clips_without_a_voice() -> None:
    """The same each time, other ones for another seed."""
    clips, again, others = (list(sounds.others(seed)) for seed in (1, 1, 2))

    assert len(clips) == 100
    assert all(np.array_equal(one, two) for (_, one), (_, two) in zip(clips, again, strict=True))
    assert not all(np.array_equal(one, two) for (_, one), (_, two) in zip(clips, others, strict=True))


def test_none_of_them_is_clipped_for_long() -> None:
    """They are sounds of lines, not of broken ones."""
    for name, clip in sounds.others():
        assert np.mean(np.abs(clip.astype(int)) > 32_000) < 0.01, name


@pytest.mark.parametrize("snr_db", [20.0, 10.0])
def test_noise_lies_as_far_below_the_voice_as_was_asked(snr_db: float) -> None:
    """Pauses of the voice do not count."""
    voice = np.concatenate([sounds.silence(2), sounds.tone((300, 900), 2, level=3000), sounds.silence(2)])

    noisy = sounds.in_noise(voice, snr_db=snr_db, seed=1)

    assert 20 * np.log10(3000 / rms(noisy[:16_000])) == pytest.approx(snr_db, abs=0.5)


def test_colours_fall_with_the_frequency() -> None:
    """3 dB an octave for pink, 6 for brown, none for white."""
    falls = []
    for colour in ("white", "pink", "brown"):
        power = np.square(np.abs(np.fft.rfft(sounds.noise(20, level=2000, seed=1, colour=colour).astype(float))))
        hertz = np.fft.rfftfreq(20 * 8000, 1 / 8000)
        low, high = (power[(hertz > edge) & (hertz < 2 * edge)].mean() for edge in (500, 1000))
        falls.append(10 * np.log10(low / high))

    assert falls == pytest.approx([0, 3, 6], abs=0.5)
