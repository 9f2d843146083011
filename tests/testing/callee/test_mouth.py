"""The voice of a callee."""

from __future__ import annotations

import asyncio
import wave
from pathlib import Path

import numpy as np
import pytest

from ringtrue.errors import SetupError
from ringtrue.testing import voices
from ringtrue.testing.callee.mouth import Mouth, active_rms, read_wav, trimmed
from ringtrue.testing.callee.traits import Chance, Range, Speaker, Traits

TONE = (np.sin(np.arange(8000) * 0.3) * 10_000).astype(np.int16)
TRAITS = Traits(
    voices=(Speaker(engine="flite", name="slt"), Speaker(engine="flite", name="rms")),
    speed=Range(low=0.9, high=1.1),
    pitch=Range(low=-2, high=2),
    level_db=Range(low=-6, high=-6),
    pause=Range(low=1, high=1),
)
needs_flite = pytest.mark.skipif(not voices.has("flite"), reason="flite is not installed")


def mouth(seed: int) -> Mouth:
    """A mouth of that seed."""
    return Mouth(TRAITS, Chance(seed), rate_hz=8000, models_dir=Path("none"))


def test_silence_at_the_ends_is_no_speech() -> None:
    """So that where something begins to be said it also begins to sound."""
    padded = np.concatenate([np.zeros(4000, dtype=np.int16), TONE, np.zeros(3000, dtype=np.int16)])

    assert 8000 <= len(trimmed(padded, 8000)) <= 8000 + 2 * (240 + 80)


def test_a_weak_consonant_is_kept() -> None:
    """An "s" of a telephone lies far below the vowel behind it, and without it another word is heard."""
    hiss = np.random.default_rng(1).normal(0, 40, 1200).astype(np.int16)

    assert len(trimmed(np.concatenate([np.zeros(4000, dtype=np.int16), hiss, TONE]), 8000)) >= 1200 + 8000


def test_the_level_of_a_voice_knows_no_pauses() -> None:
    """Silence between the words does not make it weaker."""
    paused = np.concatenate([TONE, np.zeros(16_000, dtype=np.int16), TONE])

    assert active_rms(paused, 8000) == pytest.approx(active_rms(TONE, 8000), rel=0.01)


def test_the_seed_chooses_the_voice() -> None:
    """The same for the same seed, and more than one among several."""
    assert mouth(1).voice == mouth(1).voice
    assert {mouth(seed).voice.name for seed in range(10)} == {"slt", "rms"}


@needs_flite
def test_a_pause_written_in_the_text_is_that_long() -> None:
    """Between words that sound."""
    both = asyncio.run(mouth(1).pcm("Yes, [0.6] I will."))
    parts = [asyncio.run(mouth(1).pcm(text)) for text in ("Yes,", "I will.")]

    assert len(both) == len(parts[0]) + len(parts[1]) + 4800


@needs_flite
def test_the_level_is_lowered_as_asked() -> None:
    """Six decibels below the peak of -9."""
    pcm = asyncio.run(mouth(1).pcm("Yes."))

    assert int(np.abs(pcm).max()) == pytest.approx(12_000 * 10 ** (-6 / 20), rel=0.01)


def test_a_wav_file_of_another_rate_is_resampled(tmp_path: Path) -> None:
    """It lasts as long as before."""
    path = tmp_path / "yes.wav"
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(16_000)
        file.writeframes(TONE.astype("<i2").tobytes())

    assert len(read_wav(path, 8000)) == 4000


def test_what_is_no_wav_file_is_a_sentence(tmp_path: Path) -> None:
    """No traceback."""
    path = tmp_path / "yes.wav"
    path.write_text("yes")

    with pytest.raises(SetupError, match="cannot be read"):
        read_wav(path, 8000)
