"""The real voice: how long it speaks, where each word lies, and what it does with text nobody foresaw."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ringtrue.conversation.speech import SpokenPart
from ringtrue.errors import SetupError
from ringtrue.speech.catalogue import DEFAULT_VOICE
from ringtrue.speech.fetch import verify
from ringtrue.speech.piper import Piper
from ringtrue.speech.pool import SpeechConfig, SpeechPool

RATE = 8000


def loudness(pcm: np.ndarray[Any, Any]) -> float:
    """Root mean square."""
    return float(np.sqrt(np.mean(pcm.astype(float) ** 2)))


def test_the_voice_is_the_catalogues(models_dir: Path) -> None:
    """What was fetched has the hashes of the row."""
    assert verify(DEFAULT_VOICE, models_dir) == []


@pytest.mark.parametrize("text", ["Yes.", "You have an appointment on Thursday, March fourth, at ten thirty."])
def test_the_durations_sum_to_the_audio(joe: Piper, text: str) -> None:
    """The tensor that the appended output names is the one the audio was made by, to the sample."""
    for phonemes in joe._voice.phonemize(text):
        ids = joe._voice.phonemes_to_ids(phonemes)
        samples, durations = joe._voice.phoneme_ids_to_audio(ids, include_alignments=True)

        assert len(durations) == len(ids)
        assert int(durations.sum()) == len(samples)


@pytest.mark.parametrize(
    "text",
    [
        "Hello, this is the automated assistant of Bright Clinic.",
        "It is one of the best.",
        "Press 1 for yes, or 2 for no.",
        "Dr. Smith is here at 10:30 a.m. on Monday.",
        "I will be there in the morning - or not.",
        "Call 555-0100, or $12.50 of it, on the 3rd.",
    ],
)
def test_every_word_has_its_place(joe: Piper, text: str) -> None:
    """In order, within the audio, measured; joined and divided words too."""
    clause = joe.render(text, RATE)

    assert len(clause.bounds) == len(text.split())
    assert clause.timing == "measured"
    edge = 0
    for start, end in clause.bounds:
        assert edge <= start <= end <= len(clause.pcm)
        edge = end


def test_words_sound_within_their_bounds_and_pauses_do_not(joe: Piper) -> None:
    """Between words with a pause the voice is at least ten times quieter than in them."""
    clause = joe.render("Monday. Tuesday. Wednesday. Thursday.", RATE)

    words = [loudness(clause.pcm[start:end]) for start, end in clause.bounds]
    # A consonant's last breath reaches into the pause; its middle half is silence.
    pauses = [(end, start) for (_, end), (start, _) in zip(clause.bounds, clause.bounds[1:], strict=False)]
    quiet = [loudness(clause.pcm[a + (b - a) // 4 : b - (b - a) // 4]) for a, b in pauses]
    assert max(quiet) * 10 < min(words)


@pytest.mark.parametrize(
    "text", ["-", "... !", "\u200b \u200b", "\N{PILE OF POO}", "[[h@lO]]", "x" * 5000, "\x00 \x07", "a\ud800 b"]
)
def test_text_nobody_foresaw_is_rendered(joe: Piper, text: str) -> None:
    """Every word has a place, whatever it is, and no word takes a minute to say."""
    clause = joe.render(text, RATE)

    assert len(clause.bounds) == len(text.split())
    assert len(clause.pcm) < 20 * RATE


def test_a_text_joins_from_its_clauses(run: Callable[[Any], Any], models_dir: Path, tmp_path: Path) -> None:
    """Through the process: a short first part, positions across parts, and not a sample between them."""
    text = "Thank you, Anna. You have an appointment with Doctor Lee on Thursday, March fourth. Will you come?"
    pool = SpeechPool(SpeechConfig(engine="piper", models_dir=models_dir, cache_dir=tmp_path))

    async def main() -> list[SpokenPart]:
        await pool.start()
        try:
            return [part async for part in pool.speak(text, voice="default", rate_hz=RATE)]
        finally:
            await pool.close()

    parts = run(main())

    assert [word.text for part in parts for word in part.words] == text.split()
    assert [word.text for word in parts[0].words] == ["Thank", "you,", "Anna."]
    edge = 0
    for part in parts:
        assert edge <= part.words[0].start
        edge += len(part.pcm)
        assert part.words[-1].end <= edge


@pytest.mark.parametrize("content", [b"", b"no model"])
def test_a_damaged_voice_is_an_error_with_a_remedy(tmp_path: Path, content: bytes) -> None:
    """Not the engine's own words for it."""
    (tmp_path / "v.onnx").write_bytes(content)
    (tmp_path / "v.onnx.json").write_text("{")

    with pytest.raises(SetupError, match="ringtrue speech fetch v"):
        Piper(tmp_path / "v.onnx")


def test_a_missing_extra_is_an_error_with_a_remedy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It names the extra."""
    monkeypatch.setitem(sys.modules, "onnxruntime", None)

    with pytest.raises(SetupError, match=r"ringtrue\[local\]"):
        Piper(tmp_path / "v.onnx")
