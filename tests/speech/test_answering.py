"""What a call makes of sounds with the real recogniser: no words where nobody speaks, and never yes for no.

A small part of `bench/speech.py`, whose results stand in docs/measurements.md.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from ringtrue.agents.scripted.slots.yes_no import YesNo
from ringtrue.conversation.leg import Pcm
from ringtrue.speech.spelled import Spelled, say
from ringtrue.speech.whisper import Whisper
from ringtrue.testing import answering, sounds

QUIET = (
    "silence 8", "hum 60 Hz", "30 clicks", "white noise 2500", "pink noise 1000", "brown noise 6000", "US ring-back", "US busy",
    "keys 4321", "modem 300", "chords 0", "breath 0", "bursts 0",
)  # fmt: skip
SAID = [
    ("Yes.", "yes"),
    ("Yes, I will be there.", "yes"),
    ("Of course.", "yes"),
    ("No, wait, yes.", "yes"),
    ("No.", "no"),
    ("No, thank you.", "no"),
    ("No, I can't make it.", "no"),
    ("Absolutely not.", "no"),
    ("Yes, no wait, no.", "no"),
    ("Maybe.", None),
    ("Who is this?", None),
]


@pytest.fixture(scope="module")
def clips() -> dict[str, Pcm]:
    """Clips without a voice by name."""
    return dict(sounds.others())


@pytest.mark.parametrize("name", QUIET)
def test_nothing_is_heard_where_nobody_speaks(tiny: Whisper, clips: dict[str, Pcm], name: str) -> None:
    """Not a word, though the recogniser by itself writes some for most such sounds."""
    assert answering.texts(clips[name], tiny) == []


@pytest.mark.parametrize("snr_db", [None, 15.0])
@pytest.mark.parametrize(("text", "sign"), SAID)
def test_a_yes_is_never_a_no(
    tiny: Whisper, caller: Callable[[str], Pcm], text: str, sign: str | None, snr_db: float | None
) -> None:
    """In noise too: what is not certain is asked again."""
    line = np.concatenate([sounds.silence(2.6), caller(text), sounds.silence(0.5)])
    line = line if snr_db is None else sounds.in_noise(line, snr_db=snr_db, seed=1)

    said = answering.answer(sounds.telephone(line), tiny, YesNo(), "yes_no")

    assert said.answer is None or said.answer.name == sign


@pytest.mark.parametrize("text", ["Yes.", "No, thank you.", "Yes, I will be there."])
def test_a_plain_answer_is_understood(tiny: Whisper, caller: Callable[[str], Pcm], text: str) -> None:
    """Asking again is no way out where the line is clean."""
    line = np.concatenate([sounds.silence(1), caller(text), sounds.silence(0.5)])

    said = answering.answer(sounds.telephone(line), tiny, YesNo(), "yes_no")

    assert said.answer is not None
    assert said.answer.name == text.split()[0].strip(",.").lower()


def test_a_turn_ends_as_in_a_call() -> None:
    """Words after a pause within the turn belong to it; what comes when it is over does not."""
    line = [sounds.silence(0.5), say("no", 8000), sounds.silence(0.4), say("wait yes", 8000), sounds.silence(2), say("no", 8000)]

    said = answering.answer(np.concatenate(line), Spelled(), YesNo(), "yes_no")

    assert said.answer is not None
    assert (said.answer.name, said.text, said.texts) == ("yes", "no wait yes", ("no", "no wait yes"))


def test_silence_is_no_answer() -> None:
    """Nothing was said."""
    assert answering.answer(sounds.silence(3), Spelled(), YesNo(), "yes_no") == answering.NOTHING_SAID
