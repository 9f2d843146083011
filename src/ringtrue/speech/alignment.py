"""Which word of a text is which stretch of what a phonemizer made of it.

A phonemizer says some words as one ("of the") and some as several ("10:30"), so that counting does not tell. Each word is
therefore said alone as well, and the cheapest way through both lists is taken, by edit distance of their sounds. Pure.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

_MOST_JOINED = 4  # words said as one: "out of the", "it is in the"
_CHANGED = 100  # of one sound, against one word joined to another: joined only where the sounds say so
_STRESS = "ˈˌ"
_LENGTHENED = "ːˑʲ"
_SILENT = ".,;:!?'\"()[]-–—…¡¿«»“”‘’ "

Bounds = tuple[int, int]


@dataclass(frozen=True, kw_only=True, slots=True)
class Group:
    """Phonemes between two spaces: where each starts, in samples, and where the last ends."""

    phonemes: tuple[str, ...]
    starts: tuple[int, ...]
    end: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Alignment:
    """Start and end of every word; `is_exact` when none had to be divided by guess."""

    bounds: tuple[Bounds, ...]
    is_exact: bool


def is_sound(phoneme: str) -> bool:
    """Whether a phoneme belongs to a word: no space and no punctuation."""
    return phoneme not in _SILENT


def sounds(phonemes: Sequence[str]) -> str:
    """What is left without stress, length and punctuation, which a word's neighbours change."""
    return "".join(phoneme for phoneme in phonemes if is_sound(phoneme) and phoneme not in _STRESS + _LENGTHENED)


def align(alone: Sequence[Sequence[str]], groups: Sequence[Group]) -> Alignment | None:
    """Place words among groups; `alone` holds for each word the sounds of its groups when said alone.

    A word without sounds ("-") takes no time. None when nothing fits.
    """
    path = _cheapest(["".join(parts) for parts in alone], [len(parts) for parts in alone], [sounds(g.phonemes) for g in groups])
    if path is None:
        return None
    bounds: list[Bounds] = []
    is_exact, at = True, 0
    for first_word, last_word, first_group, last_group in path:
        if first_group == last_group:
            bounds.append((at, at))
            continue
        begin, at = groups[first_group].starts[0], groups[last_group - 1].end
        if last_word - first_word == 1:
            bounds.append((begin, at))
            continue
        lengths = [len("".join(parts)) for parts in alone[first_word:last_word]]
        cuts, is_sure = _cut(groups[first_group], lengths)
        is_exact = is_exact and is_sure
        bounds += zip([begin, *cuts], [*cuts, at], strict=True)
    return Alignment(bounds=tuple(bounds), is_exact=is_exact)


_Step = tuple[int, int, int, int]
"""From this word to before that, from this group to before that."""


def _cheapest(words: list[str], counts: list[int], groups: list[str]) -> list[_Step] | None:
    """One word is some groups, or some words are one group."""
    if len(words) == len(groups) and all(count == 1 for count in counts):
        return [(i, i + 1, i, i + 1) for i in range(len(words))]
    best: dict[tuple[int, int], tuple[int, _Step | None]] = {(0, 0): (0, None)}
    for i in range(len(words)):
        for j in range(len(groups) + 1):
            if (i, j) not in best:
                continue
            so_far = best[i, j][0]
            for step in _steps(i, j, counts, len(groups)):
                changed = _distance("".join(words[step[0] : step[1]]), "".join(groups[step[2] : step[3]]))
                cost = so_far + changed * _CHANGED + (step[1] - step[0] - 1)
                there = step[1], step[3]
                if there not in best or cost < best[there][0]:
                    best[there] = cost, step
    at = len(words), len(groups)
    if at not in best:
        return None
    path: list[_Step] = []
    while (step_back := best[at][1]) is not None:
        path.append(step_back)
        at = step_back[0], step_back[2]
    return path[::-1]


def _steps(i: int, j: int, counts: list[int], most_groups: int) -> list[_Step]:
    one_word = [(i, i + 1, j, j + k) for k in range(min(counts[i] + 1, most_groups - j) + 1)]
    if j == most_groups:
        return one_word
    return one_word + [(i, i + m, j, j + 1) for m in range(2, min(_MOST_JOINED, len(counts) - i) + 1)]


def _distance(a: str, b: str) -> int:
    """Levenshtein's."""
    if a == b:
        return 0
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        previous, row[0] = row[0], i
        for j, y in enumerate(b, 1):
            previous, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, previous + (x != y))
    return row[-1]


def _cut(group: Group, lengths: list[int]) -> tuple[list[int], bool]:
    """Where the words of one group meet, by their sounds; sure when the sounds are as many as the words' alone."""
    heard = [index for index, phoneme in enumerate(group.phonemes) if sounds((phoneme,))]
    cuts, done = [], 0
    for length in lengths[:-1]:
        done += length
        index = heard[min(len(heard) - 1, len(heard) * done // max(1, sum(lengths)))]
        while index > 0 and group.phonemes[index - 1] in _STRESS:
            index -= 1
        cuts.append(group.starts[index])
    return cuts, len(heard) == sum(lengths)
