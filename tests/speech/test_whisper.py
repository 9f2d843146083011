"""The real recogniser: what it writes, what of that is kept, and how it fails."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from ringtrue.agents.scripted.readings import SURE_ENOUGH
from ringtrue.agents.scripted.slots.slot import Answer
from ringtrue.agents.scripted.slots.yes_no import YesNo
from ringtrue.conversation.leg import Pcm
from ringtrue.errors import SetupError
from ringtrue.speech.recognizer import NOTHING, Written
from ringtrue.speech.whisper import Whisper
from ringtrue.testing import sounds

RATE_HZ = 8000


def heard(tiny: Whisper, pcm: Pcm, *, rate_hz: int = RATE_HZ, language: str = "en-US", options: tuple[str, ...] = ()) -> Written:
    """What it writes of it."""
    return tiny.decode(pcm, rate_hz=rate_hz, language=language, options=options)


def test_a_sentence_is_written(tiny: Whisper, caller: Callable[[str], Pcm]) -> None:
    """At 8 kHz through G.711, with certainty."""
    written = heard(tiny, sounds.telephone(caller("I would like to change my appointment to Monday.")))

    assert "appointment" in written.text
    assert "Monday" in written.text
    assert written.confidence > 0.6


def test_a_list_of_options_helps_with_names(tiny: Whisper, caller: Callable[[str], Pcm]) -> None:
    """They are spelled as the list has them."""
    said = sounds.telephone(caller("Doctor Kowalski, please."))

    written = heard(tiny, said, options=("Dr. Patel", "Dr. Kowalski"))

    assert any("Kowalski" in one.text for one in (written, *written.others))


def test_a_long_list_leaves_room_for_the_words(tiny: Whisper, caller: Callable[[str], Pcm]) -> None:
    """Its beginning is used, the rest is not."""
    options = tuple(f"Option number {number} of the long list" for number in range(500))

    assert "yes" in heard(tiny, caller("Yes, please."), options=options).text.lower()


def test_noise_has_little_certainty_or_no_words(tiny: Whisper) -> None:
    """The gate before it keeps noise out; what comes through is at least doubted."""
    assert heard(tiny, sounds.noise(2, level=1500, seed=1)).confidence < 0.6


@pytest.mark.parametrize("seconds", [0.0, 0.01, 40.0])
def test_any_length_is_borne(tiny: Whisper, seconds: float) -> None:
    """Nothing at all, less than a window, more than the model takes."""
    assert isinstance(heard(tiny, sounds.silence(seconds)), Written)


@pytest.mark.parametrize(
    ("said", "sign"),
    [
        ("I can't make it.", "no"),
        ("I can make it.", "yes"),
        ("I won't be there.", "no"),
        ("I will be there.", "yes"),
        ("That is incorrect.", "no"),
    ],
)
@pytest.mark.parametrize("seed", range(3))
def test_the_opposite_is_never_certain(tiny: Whisper, caller: Callable[[str], Pcm], said: str, sign: str, seed: int) -> None:
    """In noise "can't" is written as "can"; then it is so little certain that it is asked again."""
    noisy = sounds.telephone(sounds.in_noise(caller(said), snr_db=10, seed=seed))

    written = heard(tiny, noisy)

    meant = YesNo().hear(written.text)
    is_taken = isinstance(meant, Answer) and meant.score * written.confidence >= SURE_ENOUGH
    assert not is_taken or meant.name == sign


def test_a_model_of_english_only_hears_english_in_any_language(tiny: Whisper, caller: Callable[[str], Pcm]) -> None:
    """It knows no other; the call goes on."""
    assert heard(tiny, caller("Yes, please."), language="de-DE").text


def test_what_nobody_wants_any_more_is_left(tiny: Whisper, caller: Callable[[str], Pcm]) -> None:
    """Asked half-way."""
    said = caller("Yes, I will be there.")

    assert tiny.decode(said, rate_hz=8000, language="en", options=(), is_wanted=lambda: False) is NOTHING


def test_the_voice_model_is_one_for_each_line(tiny: Whisper) -> None:
    """They have a memory of their own."""
    assert tiny.voice_model(RATE_HZ) is not tiny.voice_model(RATE_HZ)


def test_nothing_is_nothing() -> None:
    """No words, no certainty."""
    assert Written(text="", confidence=0.0) == NOTHING


def test_a_missing_model_is_an_error_with_a_remedy(tmp_path: Path) -> None:
    """The command that fetches it."""
    with pytest.raises(SetupError, match="ringtrue speech fetch base"):
        Whisper(tmp_path / "base")


def test_a_damaged_model_is_an_error_with_a_remedy(tmp_path: Path) -> None:
    """Not the engine's own words for it."""
    (tmp_path / "base").mkdir()
    (tmp_path / "base" / "model.bin").write_bytes(b"no model")
    (tmp_path / "base" / "tokenizer.json").write_text("{")

    with pytest.raises(SetupError, match="ringtrue speech fetch base"):
        Whisper(tmp_path / "base")


def test_a_missing_extra_is_an_error_with_a_remedy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It names the extra."""
    monkeypatch.setitem(sys.modules, "ctranslate2", None)

    with pytest.raises(SetupError, match=r"ringtrue\[local\]"):
        Whisper(tmp_path / "base")


def test_the_window_does_not_cut_what_was_said(tiny: Whisper, caller: Callable[[str], Pcm]) -> None:
    """A word at the end of 14 s is written as well: the window follows the utterance."""
    said = np.concatenate([caller("The first word of it."), sounds.silence(11), caller("Please call me on Thursday.")])

    assert "Thursday" in heard(tiny, sounds.telephone(said)).text
