"""How what was written is counted: words against what was said, and answers against what was meant."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from num2words import num2words
from rapidfuzz.distance import Levenshtein

from ringtrue.conversation.policies.end_of_turn import Kind


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """One clip: what was said, what was written, and whether its answer is the one that was meant (None: asked again)."""

    said: Sequence[str]
    written: Sequence[str]
    is_right: bool | None


@dataclass(frozen=True, kw_only=True)
class Rates:
    """Of many clips, in percent."""

    clips: int
    word_errors: float
    right: float
    asked_again: float
    wrong: float


def rates(outcomes: Iterable[Outcome]) -> Rates:
    """Word errors are of all words said; the three others of all clips."""
    all_ = list(outcomes)
    words = sum(len(one.said) for one in all_) or 1
    count = len(all_) or 1
    return Rates(
        clips=len(all_),
        word_errors=100 * sum(Levenshtein.distance(one.said, one.written) for one in all_) / words,
        right=100 * sum(one.is_right is True for one in all_) / count,
        asked_again=100 * sum(one.is_right is None for one in all_) / count,
        wrong=100 * sum(one.is_right is False for one in all_) / count,
    )


def scored(text: str, kind: Kind = "text") -> list[str]:
    """The words to be counted: digits one by one where a row of them was asked for, else as the number they write."""
    plain = text.lower().replace("'", "").replace("%", " percent ").replace("a.m.", "am").replace("p.m.", "pm")
    plain = _DIGITED.sub(lambda found: f" {_spelled(found, is_row=kind == 'digits')} ", plain)
    words = re.findall(r"[a-z]+", plain)
    return [_SAME.get(word, word) for word in words if kind != "number" or word != "and"]


_DIGITED = re.compile(r"(\d{1,2}):(\d\d)|(\d+)(st|nd|rd|th)\b|(\d[\d,]*(?:\.\d+)?)")
_SAME = {"dr": "doctor", "okay": "ok", "oh": "zero", "o": "zero", "oclock": "clock"}


def _spelled(found: re.Match[str], *, is_row: bool) -> str:
    hour, minute, ordinal, _, other = found.groups()
    if hour:
        rest = "" if minute == "00" else "oh " + num2words(int(minute)) if minute[0] == "0" else num2words(int(minute))
        return f"{num2words(int(hour))} {rest}"
    if ordinal:
        return str(num2words(int(ordinal), to="ordinal"))
    plain = other.replace(",", "")
    if is_row:
        return " ".join(num2words(int(digit)) for digit in plain if digit.isdigit())
    return str(num2words(float(plain) if "." in plain else int(plain))).replace(" and ", " ")
