"""Whether words mean yes or no. A wrong sign is the worst mistake of all: whatever is mixed, hedged or unknown means neither.

The words are read once from left to right as the longest known phrases and short statements, each with a mark; what is left is
unknown. A yes or no counts when all marks agree. Three things are allowed beside that: what takes back ("no wait", "I mean")
makes only the rest count; "but" lets a denial stand against kind words before it; and "yeah no, I can't" means its statement.
Unknown words may follow a plain yes or no, not stand alone, and none of them may lean the other way.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from ringtrue.agents.scripted.slots.polarity_words import AFTER_NO, BY_FIRST_WORD, DENIALS, LEANS_NO, LEANS_YES, Mark
from ringtrue.agents.scripted.slots.statement import statement
from ringtrue.agents.scripted.slots.whole import may_end
from ringtrue.agents.scripted.words import MAX_CHARACTERS, tokens

Sign = Literal["yes", "no"]

MOST_WORDS = 30
"""Whoever says more than this tells a story; its yes or no is not to be guessed."""

_PAUSE = re.compile(r"(?<!\d)[.,;:!?…—–]+|[.,;!?…—–]+(?!\d)|\s-+\s|--+|\n")
# Nobody ends with "I'm": what stood behind it was lost, and "I'm afraid I'm" means nothing.
_CUT_OFF = re.compile(r"\b(?:i|we|you|they|he|she|it|that)['’](?:m|re|ll|ve|d)[\s.…]*$", re.IGNORECASE)
_ABBREVIATION = re.compile(r"\b([ap])\.\s?m\b\.?", re.IGNORECASE)
_YES_MARKS = frozenset({Mark.YES, Mark.AFFIRM, Mark.ACK, Mark.STATE})
_NO_MARKS = frozenset({Mark.NO, Mark.DENY})
_SAYS = {Mark.YES: 1.0, Mark.NO: 1.0, Mark.DENY: 0.95, Mark.STATE: 0.9, Mark.AFFIRM: 0.9, Mark.ACK: 0.9}
_WITH_UNKNOWN = 0.6  # "Yeah, San Nook" was "yes and no": a recogniser must be sure of what it cannot know the meaning of
_TAKEN_BACK = 0.85
_UNFINISHED = 0.8


@dataclass(frozen=True, kw_only=True, slots=True)
class Judged:
    """A sign and how sure it is, 0..1."""

    sign: Sign
    score: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Item:
    """A stretch of words with its mark. `after_pause`: it begins the answer or follows a comma or the like."""

    mark: Mark
    words: tuple[str, ...]
    after_pause: bool


def polarity(text: str) -> Sign | None:
    """The sign of an answer, None when it is not certain."""
    judged = judge(text)
    return None if judged is None else judged.sign


def judge(text: str) -> Judged | None:
    """The sign of an answer and how sure it is, None when it is not certain."""
    text = _CUT_OFF.sub("", text)
    items = read(text)
    judged = None if items is None else _judged(items)
    if judged is None or may_end(text):
        return judged
    return Judged(sign=judged.sign, score=judged.score * _UNFINISHED)


def read(text: str) -> list[Item] | None:
    """The answer as marked stretches; None where it is too long, or asks."""
    words, pauses, asks = _words(text)
    if not words or len(words) > MOST_WORDS:
        return None
    items: list[Item] = []
    at = 0
    while at < len(words):
        stop = next((pause for pause in pauses if pause > at), len(words))
        mark, end = _next(words, at, stop, pauses)
        if end in asks and (mark not in (Mark.SUPPORT, Mark.YES) or words[at:end] == ["yes"]):
            return None
        items.append(Item(mark=mark, words=tuple(words[at:end]), after_pause=at == 0 or at in pauses))
        at = end
    return items


def rest_after_correction(text: str) -> str | None:
    """What counts where something was taken back: the words after it; None where nothing was."""
    items = read(text)
    if items is None or not any(item.mark is Mark.TAKE_BACK for item in items):
        return None
    last = max(index for index, item in enumerate(items) if item.mark is Mark.TAKE_BACK)
    return " ".join(word for item in items[last + 1 :] for word in item.words)


def _words(text: str) -> tuple[list[str], list[int], frozenset[int]]:
    """The words, before which of them a pause stands, and before which a question mark."""
    words: list[str] = []
    pauses: list[int] = []
    asks: set[int] = set()
    start = 0
    text = _ABBREVIATION.sub(r"\1m", text[:MAX_CHARACTERS])
    for found in (*_PAUSE.finditer(text), None):
        words += tokens(text[start : found.start() if found else len(text)])
        pauses.append(len(words))
        if found and "?" in found[0]:
            asks.add(len(words))
        start = found.end() if found else len(text)
    return words, sorted(set(pauses)), frozenset(asks)


def _next(words: Sequence[str], at: int, stop: int, pauses: Sequence[int]) -> tuple[Mark, int]:
    """The mark of the longest stretch that is known from here, and where it ends."""
    known = next(
        (
            (mark, at + len(phrase))
            for phrase, mark in BY_FIRST_WORD.get(words[at], ())
            if tuple(words[at : at + len(phrase)]) == phrase and (at + len(phrase) <= stop or mark is Mark.TAKE_BACK)
        ),
        None,
    )
    said = statement(words, at, stop)
    if said is not None and (known is None or said[1] > known[1] or (said[1] == known[1] and known[0] is Mark.PLAIN)):
        return said
    if known is not None and known[0] is Mark.NO and words[known[1] - 1] in ("no", "n", "way", "chance"):
        is_answer = known[1] >= stop or words[known[1]] in AFTER_NO
        return (Mark.NO if is_answer else Mark.RISK), known[1]
    if known is not None and words[at : known[1]] == ["never"]:
        return (Mark.NO if len(words) == 1 else Mark.RISK), known[1]
    if known is not None:
        return known
    return (Mark.RISK if words[at] in DENIALS else Mark.UNKNOWN), at + 1


def _judged(items: Sequence[Item]) -> Judged | None:
    taken_back = [index for index, item in enumerate(items) if item.mark is Mark.TAKE_BACK]
    if taken_back:
        return _after_correction(items[: taken_back[0]], items[taken_back[-1] + 1 :])
    if any(item.mark in (Mark.HEDGE, Mark.RISK) for item in items):
        return None
    if any(item.mark is Mark.BUT for item in items):
        return _around_but(items)
    if _is_lost_after_soft(items):
        return None
    agreed = _agreed(items)
    if agreed is not None:
        return agreed
    soft = [index for index, item in enumerate(items) if item.mark is Mark.SOFT and index > 0]
    if soft and _is_explicit(items[soft[-1] + 1 : soft[-1] + 2]):
        return _after_correction(items[: soft[-1]], items[soft[-1] + 1 :])
    return _after_yeah_no(items)


def _is_lost_after_soft(items: Sequence[Item]) -> bool:
    """ "No, actually" and then words that nobody knows: they may be what it was taken back for."""
    soft = [index for index, item in enumerate(items) if item.mark is Mark.SOFT and index > 0]
    return bool(soft) and any(item.mark is Mark.UNKNOWN for item in items[soft[-1] + 1 :])


def _after_correction(before: Sequence[Item], after: Sequence[Item]) -> Judged | None:
    """Only what came last counts, and against what was said before only when it is said outright."""
    rest = _judged(after)
    if rest is None:
        return None
    said = {_sign(item.mark) for item in before} - {None}
    is_outright = any(item.mark in (Mark.YES, Mark.NO, Mark.DENY) for item in after)
    if not is_outright and (said - {rest.sign} or any(item.mark in (Mark.HEDGE, Mark.RISK, Mark.UNKNOWN) for item in before)):
        return None
    return Judged(sign=rest.sign, score=rest.score * _TAKEN_BACK)


def _around_but(items: Sequence[Item]) -> Judged | None:
    """ "I would love to, but I can't" denies; "yes, but ..." and "no, but ..." may mean anything."""
    at = max(index for index, item in enumerate(items) if item.mark is Mark.BUT)
    before, after = [item for item in items[:at] if item.mark is not Mark.BUT], items[at + 1 :]
    is_idle = all(item.mark is Mark.PLAIN for item in after)
    if is_idle and after:
        return _agreed(before)
    rest = _agreed(after)
    if rest is None or rest.sign == "yes" or any(item.mark in (Mark.YES, Mark.AFFIRM, Mark.ACK) for item in before):
        return None
    return Judged(sign="no", score=rest.score * _TAKEN_BACK)


def _after_yeah_no(items: Sequence[Item]) -> Judged | None:
    """ "Yeah no, I can't": plain yes and no together mean nothing, the statement after them does when it agrees with the last."""
    spoken = [item for item in items if item.mark is not Mark.PLAIN]
    lead = 0
    while lead < len(spoken) and spoken[lead].words[0] in _PLAINEST and len(spoken[lead].words) == 1:
        lead += 1
    rest = spoken[lead:]
    if not lead or not rest or any(item.words == ("and",) for item in items):
        return None
    last = spoken[lead - 1]
    said = _agreed([last, *rest])
    is_stated = any(item.mark in (Mark.STATE, Mark.DENY) for item in rest)
    return Judged(sign=said.sign, score=said.score * _TAKEN_BACK) if said is not None and is_stated else None


def _agreed(items: Sequence[Item]) -> Judged | None:
    """The sign in which everything agrees."""
    said = [item for item in items if item.mark in _YES_MARKS | _NO_MARKS]
    if said and said[0].mark is Mark.ACK and any(item.mark in _NO_MARKS for item in said):
        # "Okay, no": heard and denied. "No, okay" is no such thing.
        said = said[1:]
    signs = {_sign(item.mark) for item in said}
    if len(signs) != 1:
        return None
    (sign,) = signs
    if sign is None or (sign == "no" and any(item.mark is Mark.SUPPORT for item in items)):
        return None
    score = max(_SAYS[item.mark] for item in said)
    if not any(item.mark is Mark.UNKNOWN for item in items):
        return Judged(sign=sign, score=score)
    return Judged(sign=sign, score=score * _WITH_UNKNOWN) if _bears_unknown(items, sign) else None


def _bears_unknown(items: Sequence[Item], sign: Sign) -> bool:
    """Whether the sign stands so plainly that words nobody knows do not matter."""
    leaning = LEANS_NO if sign == "yes" else LEANS_YES
    if any(word in leaning for item in items if item.mark is Mark.UNKNOWN for word in item.words):
        return False
    spoken = [item for item in items if item.mark is not Mark.PLAIN]
    first, last = spoken[0], spoken[-1]
    if first.mark in (Mark.YES, Mark.NO):
        return True
    if first.mark in (Mark.DENY, Mark.STATE):
        unknown = next(index for index, item in enumerate(items) if item.mark is Mark.UNKNOWN)
        return items[unknown].after_pause or items[unknown].words[0] in _JOINTS
    if last.words == ("speaking",):
        # "Anna speaking" answers the telephone.
        return len(items) <= 3
    return last.mark in (Mark.YES, Mark.NO) and last.after_pause


_JOINTS = frozenset(("because", "since", "with", "at", "on", "for", "due", "in", "by", "from", "as"))
_PLAINEST = frozenset(("yes", "yeah", "yea", "yep", "no", "nope", "nah"))


def _is_explicit(items: Sequence[Item]) -> bool:
    return any(item.mark in (Mark.YES, Mark.NO) for item in items)


def _sign(mark: Mark) -> Sign | None:
    if mark in _YES_MARKS:
        return "yes"
    return "no" if mark in _NO_MARKS else None
