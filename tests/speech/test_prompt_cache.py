"""Prompts kept on disk."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from ringtrue.conversation.speech import SpokenPart, SpokenWord
from ringtrue.speech.cache import PromptCache

KEY = ("tones", "voice", "Hello there.", "8000")


def prompt(samples: int = 100) -> list[SpokenPart]:
    """A prompt of two parts."""
    pcm = np.arange(samples, dtype=np.int16)
    return [
        SpokenPart(pcm=pcm, words=(SpokenWord(text="Hello", start=0, end=90, timing="measured"),)),
        SpokenPart(pcm=-pcm, words=(SpokenWord(text="thé", start=100, end=190, timing="estimated"),), is_last=True),
    ]


def as_data(parts: list[SpokenPart] | None) -> object:
    """Parts that can be compared."""
    return None if parts is None else [(part.pcm.tolist(), part.words, part.is_last) for part in parts]


def the_file(folder: Path) -> Path:
    """The only prompt's file."""
    (file,) = folder.glob("*/*")
    return file


def test_a_prompt_comes_back_as_it_was(tmp_path: Path) -> None:
    """Samples, words with their timing, and which part is the last."""
    PromptCache(tmp_path).put(KEY, prompt())

    assert as_data(PromptCache(tmp_path).get(KEY)) == as_data(prompt())


@pytest.mark.parametrize(
    "other", [("piper", *KEY[1:]), (KEY[0], "other", *KEY[2:]), (*KEY[:2], "Hello.", KEY[3]), (*KEY[:3], "1")]
)
def test_another_engine_voice_text_or_rate_is_another_prompt(tmp_path: Path, other: tuple[str, ...]) -> None:
    """Each part of the key counts."""
    PromptCache(tmp_path).put(KEY, prompt())

    assert PromptCache(tmp_path).get(other) is None


def test_a_damaged_prompt_is_not_there_and_is_written_anew(tmp_path: Path) -> None:
    """Whichever byte is wrong, and however much is missing."""
    cache = PromptCache(tmp_path)
    cache.put(KEY, prompt(20))
    file = the_file(tmp_path)
    whole = file.read_bytes()

    for at in range(len(whole)):
        file.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        assert cache.get(KEY) is None, f"byte {at}"
        file.write_bytes(whole[:at])
        assert cache.get(KEY) is None, f"cut at {at}"

    cache.put(KEY, prompt(20))
    assert as_data(cache.get(KEY)) == as_data(prompt(20))


def test_the_oldest_prompts_make_room(tmp_path: Path) -> None:
    """What was used last stays."""
    cache = PromptCache(tmp_path, most_bytes=4 * 2000)
    for index, name in enumerate(("old", "used", "new")):
        cache.put((name,), prompt(450))
        newest = max(tmp_path.glob("*/*"), key=lambda file: file.stat().st_mtime_ns)
        os.utime(newest, (index, index))
    assert cache.get(("used",)) is not None

    cache.put(("newest",), prompt(450))

    assert [name for name in ("old", "used", "new", "newest") if cache.get((name,)) is not None] == ["used", "new", "newest"]


def test_a_disk_that_takes_nothing_harms_nobody(tmp_path: Path) -> None:
    """A prompt that cannot be kept was spoken all the same."""
    blocked = tmp_path / "cache"
    blocked.write_text("a file where the folder should be")

    PromptCache(blocked).put(KEY, prompt())

    assert PromptCache(blocked).get(KEY) is None
