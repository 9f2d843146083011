"""Where the words of a stretch sounded, about: spread over its voice by their lengths, never over its pauses. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from ringtrue.conversation.leg import Position
from ringtrue.conversation.speech import HeardWord


def place(words: Sequence[str], runs: Sequence[tuple[int, int]]) -> tuple[HeardWord, ...]:
    """Each word within the voice of `runs`, in order; it may span a pause, but neither starts nor ends in one."""
    voiced = sum(end - start for start, end in runs)
    letters = sum(len(word) for word in words)
    if not voiced or not letters:
        return ()
    placed, done = [], 0
    for word in words:
        first = voiced * done // letters
        done += len(word)
        start, end = _at(first, runs), _at(max(first, voiced * done // letters - 1), runs) + 1
        placed.append(HeardWord(text=word, start=Position(start), end=Position(end)))
    return tuple(placed)


def _at(voiced: int, runs: Sequence[tuple[int, int]]) -> int:
    """The position before which there are so many samples of voice."""
    for start, end in runs:
        if voiced < end - start:
            return start + voiced
        voiced -= end - start
    return runs[-1][1] - 1
