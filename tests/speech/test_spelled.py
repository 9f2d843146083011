"""The voice of tones and the recogniser that reads it back."""

from __future__ import annotations

from typing import get_args

import numpy as np
import pytest

from ringtrue.conversation.leg import Pcm
from ringtrue.speech import spelled
from ringtrue.speech.recognizer import NOTHING
from ringtrue.speech.spelled import MS_PER_LETTER, Spelled
from ringtrue.testing import sounds

RATE_HZ = 8000


def read(pcm: Pcm, rate_hz: int = RATE_HZ) -> str:
    """What the recogniser makes of it."""
    return Spelled().decode(pcm, rate_hz=rate_hz, language="en-US", options=()).text


def padded(text: str) -> Pcm:
    """Said with silence around it."""
    return np.concatenate([sounds.silence(0.2), spelled.say(text, RATE_HZ), sounds.silence(0.2)])


@pytest.mark.parametrize("rate_hz", [8000, 16000])
@pytest.mark.parametrize("text", ["yes", "no, i can't!", "4321", "half past ten, please.", "aaaa bb", "well -- who?"])
def test_what_is_said_is_read(text: str, rate_hz: int) -> None:
    """Every letter, doubled ones too, at both rates."""
    assert read(spelled.say(text, rate_hz), rate_hz) == text


def test_it_speaks_as_fast_as_it_says() -> None:
    """Tests count on it."""
    assert len(spelled.say("four", RATE_HZ)) == 4 * MS_PER_LETTER * RATE_HZ // 1000


def test_capitals_and_unknown_letters_are_no_sounds() -> None:
    """A capital sounds like its small letter, what has no pitch is silent."""
    assert read(spelled.say("YES ~ ok", RATE_HZ)) == "yes ok"


def test_it_comes_through_a_telephone_line_in_noise() -> None:
    """G.711 and noise 15 dB below, whatever its colour."""
    for seed, colour in enumerate(get_args(sounds.Colour)):
        noisy = sounds.in_noise(padded("i will be there"), snr_db=15, seed=seed, colour=colour)

        assert read(sounds.telephone(noisy)) == "i will be there"


def test_a_lost_packet_takes_a_letter_or_two() -> None:
    """Never more, and puts none in their place; a word may fall in two."""
    said = padded("i will be there")
    said[5 * 480 + 1600 : 5 * 480 + 1760] = 0

    left = read(said).replace(" ", "")

    assert left.startswith("iw")
    assert left.endswith("bethere")
    assert 10 <= len(left) <= 12


@pytest.mark.parametrize("sound", [sounds.silence(1), sounds.silence(0), sounds.noise(1, level=1000, seed=2)])
def test_what_is_no_tone_has_no_letters(sound: Pcm) -> None:
    """Silence, nothing and noise."""
    assert Spelled().decode(sound, rate_hz=RATE_HZ, language="en-US", options=()) == NOTHING


def test_it_is_certain_of_what_it_reads() -> None:
    """It has no other word for it."""
    assert Spelled().decode(padded("yes"), rate_hz=RATE_HZ, language="de", options=("no",)).confidence == 1.0


def test_any_sound_is_a_voice() -> None:
    """There is no model to ask."""
    assert Spelled().voice_model(RATE_HZ).probability(np.zeros(256, dtype=np.int16)) == 1.0
