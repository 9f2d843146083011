"""Phrases that were nearly said, as recognisers write names and menu entries: fuzzy, but never across a negation."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeVar

from rapidfuzz import fuzz

from ringtrue.agents.scripted.slots.polarity_words import DENIALS
from ringtrue.agents.scripted.words import Tokens, word_set

T = TypeVar("T")

NEAR_NAME = 65.0
"""How alike (0..100) a name of at most three words must be. Measured on telephone speech against lists of names: 94 % of the
names right, 2 % wrong, 4 % asked again; with noise 66, 2 and 32."""

NEAR_SENTENCE = 75.0
"""Sentences share more words by chance ("call you back", "call me back") than names do."""

NEAR_WITHIN = 82.0
"""A phrase within more words has many places in which to be found by chance."""

MARGIN = 10.0
"""The runner-up must be this much less alike; else the two are asked for again."""

_SHORT = 4
_NEAR_SHORT = 80.0
_MOST_WORDS = 25
_IDLE = word_set(
    "the a an i would will like want to please with for of my is it that one need see speak talk about question have can could "
    "some get me you do we go number option doctor dr mr mrs ms miss yes yeah okay ok sure think take choose pick"
)


def near(said: Tokens, phrases: Sequence[Tokens]) -> float:
    """How alike the nearest of the phrases is to what was said, 0 below the line."""
    if not said or len(said) > _MOST_WORDS:
        return 0.0
    return max((_alike(said, phrase) for phrase in phrases), default=0.0)


def best(scores: Iterable[tuple[T, float]]) -> tuple[list[T], float]:
    """Whatever is as good as the best by less than the margin, and the best score."""
    found = [(one, score) for one, score in scores if score > 0]
    top = max((score for _, score in found), default=0.0)
    return [one for one, score in found if score > top - MARGIN], top


def _alike(said: Tokens, phrase: Tokens) -> float:
    denials = [word for word in said if word in DENIALS]
    if denials != [word for word in phrase if word in DENIALS]:
        return 0.0
    text = " ".join(phrase)
    core, bare = _core(said), _core(phrase)
    whole = max(fuzz.ratio(text, " ".join(said)), fuzz.ratio(" ".join(bare), " ".join(core)))
    line = NEAR_SENTENCE if len(phrase) > 3 else NEAR_NAME if len("".join(bare)) > _SHORT else _NEAR_SHORT
    if whole >= line:
        return whole
    if denials or len("".join(bare)) <= _SHORT or len(core) <= len(bare):
        return 0.0
    size = len(bare)
    windows = (" ".join(core[start : start + size]) for start in range(len(core) - size + 1))
    within = max((fuzz.ratio(" ".join(bare), window) for window in windows), default=0.0)
    return within if within >= NEAR_WITHIN else 0.0


def _core(words: Tokens) -> Tokens:
    """The words that tell options apart; all of them where there are no such."""
    return tuple(word for word in words if word not in _IDLE) or words
