"""Which answer fits what the agent asked: by the words heard, where the recogniser may have erred, the latest part first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

from ringtrue.agents.scripted.words import UNITS, tokens
from ringtrue.testing.callee.traits import Answer

# Of 100. "will you come" heard as "will you calm" is 85; prompts of the example that are not meant stay below 65.
_LEAST_SCORE = 78.0
# A question of 13 letters heard exactly outweighs one of 26 that shares its end and scores 83, not one of 33 that scores 88
# because of a slip of the recogniser.
_EXACTNESS = 6
_SAME_END = 6  # characters: endings nearer than this are the same question, and the longer one is meant


@dataclass(frozen=True, kw_only=True, slots=True)
class Fit:
    """How well a question was heard: where it ended in the text, and how much of it."""

    end: int
    weight: float


def fit(question: str, heard: str) -> Fit | None:
    """The question in what was heard; None where it was not asked."""
    wanted, text = plain(question), plain(heard)
    if not wanted or not text:
        return None
    found = fuzz.partial_ratio_alignment(wanted, text, score_cutoff=_LEAST_SCORE)
    if found is None or found.dest_end - found.dest_start < len(wanted) * _LEAST_SCORE / 100:
        return None  # the second: a short text is "within" any long question
    return Fit(end=_last_end(wanted, text, found.dest_end), weight=(found.score / 100) ** _EXACTNESS * len(wanted))


def plain(text: str) -> str:
    """Lower case, no punctuation, contractions written out, small numbers in digits."""
    return " ".join(str(UNITS.get(word, word)) for word in tokens(text))


class Answers:
    """The answers of one call: of several to the same question, the next one each time it is asked again."""

    def __init__(self, answers: Sequence[Answer]) -> None:
        self._answers = answers
        self._given = [0] * len(answers)

    def match(self, heard: str) -> int | None:
        """The answer to what was heard, by its place in the list. None where nothing fits."""
        fits = {question: found for question in self._open() if (found := fit(question, heard)) is not None}
        if not fits:
            return None
        latest = max(found.end for found in fits.values())
        question = max((q for q, found in fits.items() if latest - found.end <= _SAME_END), key=lambda q: fits[q].weight)
        return self._next(question)

    def give(self, place: int) -> int:
        """That answer is given; how often it was before."""
        self._given[place] += 1
        return self._given[place] - 1

    def _open(self) -> list[str]:
        """The questions to which an answer is left."""
        return [question for question in dict.fromkeys(answer.to for answer in self._answers) if self._next(question) is not None]

    def _next(self, question: str) -> int | None:
        """The first answer to it that is left. Without `times`, one that others follow is given once, the last for ever."""
        places = [place for place, answer in enumerate(self._answers) if answer.to == question]
        for place in places:
            times = self._answers[place].times
            most = times if times is not None else (None if place == places[-1] else 1)
            if most is None or self._given[place] < most:
                return place
        return None


def _last_end(wanted: str, text: str, first_end: int) -> int:
    """Where the question ended when it was asked last: the agent may have asked twice."""
    later = fuzz.partial_ratio_alignment(wanted, text[first_end:], score_cutoff=_LEAST_SCORE)
    if later is None or later.dest_end - later.dest_start < len(wanted) * _LEAST_SCORE / 100:
        return first_end
    return _last_end(wanted, text, first_end + later.dest_end)
