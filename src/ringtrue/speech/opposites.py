"""Texts that mean the opposite of a text and sound nearly like it: "I can come", "I can't come". Pure; English.

An unstressed "n't" is hardly audible on a telephone, and recognisers write what is said more often. Which of the two was said is
decided by how much likelier the recogniser finds it, and what was written must be likelier by more where it has no "n't". So is
a lone "no" or "no, no", which recognisers make of many an "uh-huh".
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass

_SURE = 50.0  # nats: no more is told apart
_MOST = 3  # of a text: each costs a look of the recogniser
# In nats, for what is said in one syllable either way and for what has one more when denied. On telephone speech in noise, wrong
# "can", "will", "want to" and "correct" were likelier by -0.1 to 3.9, right ones mostly by 5 and more; no wrong "can't" was seen.
_ALIKE, _LONGER, _DENIED = 4.5, 2.0, 0.0
_PAIRS = (
    ("can", "can't", _ALIKE), ("will", "won't", _ALIKE), ("do", "don't", _ALIKE), ("are", "aren't", _ALIKE),
    ("were", "weren't", _ALIKE), ("correct", "incorrect", _ALIKE), ("is", "isn't", _LONGER), ("was", "wasn't", _LONGER),
    ("did", "didn't", _LONGER), ("does", "doesn't", _LONGER), ("would", "wouldn't", _LONGER), ("could", "couldn't", _LONGER),
    ("should", "shouldn't", _LONGER), ("has", "hasn't", _LONGER), ("have", "haven't", _LONGER),
)  # fmt: skip
# With nothing before or behind it to tell by ("I didn't."): of five voices wrong affirmations were likelier by up to 7.6, right
# ones mostly by 5 to 11, and a wrong denial by 1.9.
_LITTLE = r"(?:\s+(?:be|do|to|it|so|that))"
_BARE = re.compile(
    r"\s*(?:i|we|you|he|she|it|that|they)(?:"
    rf"\s+(?:can|does|did|is|are|was|were|would|could|should|has|have)(?:n't)?{_LITTLE}*|\s+can't{_LITTLE}*|"
    rf"(?:'ll|\s+will|\s+do){_LITTLE}+"  # alone these sound otherwise: "won't", "don't"
    r")[\s.!…]*",
    re.IGNORECASE,
)
_BARE_AFFIRMED, _BARE_DENIED = 8.5, 2.5
# Of four voices at nine rates and pitches, "no, no" that was "uh-huh" was likelier than it by 0.7 to 5.5, in noise 7; what was
# said by 8 and more, mostly by 11.
_ONLY_NO, _UH_HUH, _HUMMED = re.compile(r"\s*no(?:[\s,.]+no)*[\s.!…]*", re.IGNORECASE), " Uh-huh.", 8.0
_OTHER_FORMS = (("'ll", " won't", _ALIKE), ("want to", "won't", _ALIKE), ("and correct", "incorrect", _ALIKE))


@dataclass(frozen=True, kw_only=True, slots=True)
class Opposite:
    """A text, and by how many nats the one that was written should be likelier."""

    text: str
    by: float


def opposites(text: str) -> tuple[Opposite, ...]:
    """The likeliest few; none where nothing in the text could be heard so."""
    if _ONLY_NO.fullmatch(text):
        return (Opposite(text=_UH_HUH, by=_HUMMED),)
    plain = text.replace("’", "'")
    is_bare = _BARE.fullmatch(plain) is not None
    affirmed, denied = (_BARE_AFFIRMED, _BARE_DENIED) if is_bare else (0.0, _DENIED)
    ways = [(word, instead, max(by, affirmed)) for word, instead, by in (*_OTHER_FORMS, *_PAIRS)]
    ways += [(instead, word, denied) for word, instead, _ in _PAIRS]
    return tuple(one for word, instead, by in ways for one in _swapped(plain, word, instead, by))[:_MOST]


def ahead(text: str, likelihood: Callable[[str], float]) -> float:
    """How likely the text was said rather than its opposite that sounds nearly like it: 0..1, 1 where it has none.

    `likelihood` is that of a text, as a logarithm.
    """
    others = opposites(text)
    if not others:
        return 1.0
    by = min(likelihood(text) - likelihood(other.text) - other.by for other in others)
    return 1 / (1 + math.exp(-max(-_SURE, min(_SURE, by))))


def _swapped(text: str, word: str, instead: str, by: float) -> list[Opposite]:
    edge = "" if word.startswith("'") else r"\b"
    parts = ((at[0], text[: at.start()], text[at.end() :]) for at in re.finditer(rf"{edge}{word}\b(?!')", text, re.IGNORECASE))
    return [Opposite(text=before + _fitting(said, instead, before) + after, by=by) for said, before, after in parts]


def _fitting(said: str, instead: str, before: str) -> str:
    """With a capital where one was."""
    return instead[0].upper() + instead[1:] if said[0].isupper() and not before.strip() else instead
