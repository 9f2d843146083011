"""What a search for words found, made into readings: whose words are nobody's, which are the same, how much speaks for each."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

_LEAST_SHARE = 0.1  # less of a reading is not told
_MOST_READINGS = 4  # the likeliest ones; each may cost a look of the recogniser, see `opposites`
_WORD = re.compile(r"\w+")
_LOOP = re.compile(r"\b(.{2,60}?)(?:[\s,.!?]+\1\b){2,}[\s.,!?]*$", re.IGNORECASE)
_NOTE = re.compile(r"\[[^\]]*\]|\([^)\d]*\)|[♪♫*]+")  # "[BLANK_AUDIO]", "(music)": what is written of sounds; "(415)" is said
# What is written of a note of music or a breath. Said by somebody, it answers nothing either.
_SIGH, _HARDLY = re.compile(r"(?:oh|ah|uh|h+m+|m+|you|o{2,}[hf]?|huh)[.!?…]*", re.IGNORECASE), 0.2
_DIGITS = frozenset(
    [
        "zero",
        "oh",
        "o",
        "one",
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
        "eight",
        "nine",
        "ten",
        "double",
        "triple",
        "hundred",
        "thousand",
    ]
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Hypothesis:
    """What a search found: the text as it came, and its score, which is what its tokens' logarithms sum up to by their number."""

    raw: str
    score: float
    tokens: int

    @property
    def likelihood(self) -> float:
        """Of the whole, as a logarithm."""
        return self.score * self.tokens

    @property
    def mean(self) -> float:
        """Of a token's logarithm; the end is one too."""
        return self.likelihood / (self.tokens + 1)

    @property
    def sureness(self) -> float:
        """The mean probability of a token, 0..1."""
        return min(1.0, math.exp(self.mean))


def told_apart(found: Sequence[Hypothesis]) -> list[tuple[Hypothesis, float]]:
    """What was found, likeliest first, with the share of each, 0..1: the same words count as one, however they are written.

    Nothing where the likeliest of all has no words or is hardly one, or where one is a sigh and nothing is surer.
    """
    sighs = [one for one in found if is_sigh(tidy(one.raw), one.sureness)]
    is_unlikely = bool(sighs) and all(one.sureness < _HARDLY for one in found)
    if not found or not tidy(found[0].raw) or found[0] in sighs or is_unlikely:
        return []
    most = max(one.likelihood for one in found)
    weights: dict[tuple[str, ...], float] = {}
    firsts: dict[tuple[str, ...], Hypothesis] = {}
    for one in found:
        if one in sighs:
            continue
        words = tuple(_WORD.findall(tidy(one.raw).lower()))
        weights[words] = weights.get(words, 0.0) + math.exp(one.likelihood - most)
        firsts.setdefault(words, one)
    total = sum(math.exp(one.likelihood - most) for one in found)
    shares = sorted(((weight / total, words) for words, weight in weights.items() if words), reverse=True, key=lambda one: one[0])
    told = [(firsts[words], share) for share, words in shares[:_MOST_READINGS]]
    return told[:1] + [(one, share) for one, share in told[1:] if share >= _LEAST_SHARE]


def is_sigh(text: str, sureness: float) -> bool:
    """Whether this was probably nobody's word: "Oh" is written of a note of music, hardly likelier than silence."""
    return sureness < _HARDLY and _SIGH.fullmatch(text) is not None


def tidy(text: str) -> str:
    """What was said of what was written: no notes on sounds, no phrase three times and more at the end; digits may repeat."""
    text = " ".join(_NOTE.sub(" ", text).split())
    loop = _LOOP.search(text)
    if loop is not None and set(re.findall(r"[^\W\d_]+", loop[1].lower())) - _DIGITS:
        text = text[: loop.start()] + loop[1]
    return text if any(letter.isalnum() for letter in text) else ""
