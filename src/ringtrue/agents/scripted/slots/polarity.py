"""Whether words mean yes or no. A wrong sign is the worst mistake of all: whatever is mixed or hedged means neither."""

from __future__ import annotations

from typing import Literal

from ringtrue.agents.scripted.words import content, tokens, word_set

_YES = word_set("yes yeah yep yup yea aye affirmative absolutely definitely certainly")
_NO = word_set("no nope nah negative")
_NOT = word_set("not never nothing nobody neither wrong incorrect false")
# Words that turn a sentence into something else than an answer: hedges, questions, idioms ("no problem", "why not").
_HEDGES = word_set(
    "but if unless maybe perhaps possibly depends later wait however mind problem problems worries doubt question idea "
    "why what who where when which how pardon repeat hear know understand guess hope bad except although though "
    "suppose probably might until or moment second minute hold before after"
)
# A weak yes counts only where nothing else is said.
_WEAK_YES = word_set("right correct sure ok okay speaking true fine good great perfect exactly indeed alright course works")
_AROUND = word_set("that is it i am this do will he she of very all sounds you are have uh huh mm hmm speaking yourself the one")
_EXACT: dict[tuple[str, ...], Literal["yes", "no"]] = {
    ("i", "do"): "yes", ("i", "am"): "yes", ("i", "will"): "yes", ("it", "is"): "yes", ("this", "is", "he"): "yes",
    ("this", "is", "she"): "yes", ("uh", "huh"): "yes", ("mm", "hmm"): "yes", ("of", "course"): "yes",
    ("please", "do"): "yes", ("i", "think", "so"): "yes", ("that", "is", "me"): "yes", ("it", "is", "me"): "yes",
    ("this", "is", "me"): "yes",
    ("i", "do", "not", "think", "so"): "no", ("uh", "uh"): "no", ("no", "way"): "no", ("no", "thank", "you"): "no",
}  # fmt: skip


def polarity(text: str) -> Literal["yes", "no"] | None:
    """The sign of an answer, None when it is not certain."""
    words = tokens(text)
    if words in _EXACT:
        return _EXACT[words]
    words = content(words)
    if words in _EXACT:
        return _EXACT[words]
    if not words or len(words) > 12 or _HEDGES.intersection(words):
        return None
    if _is_not_sure(words):
        return None
    rest = list(words)
    while rest and rest[0] in _NO:
        rest.pop(0)
    has_lead = len(rest) < len(words)
    negations = sum(word in _NOT or word in _NO for word in rest)
    strong = any(word in _YES for word in rest)
    if has_lead or negations:
        return _no(rest, has_lead=has_lead, negations=negations, has_yes=strong)
    return _yes(words, has_yes=strong)


def _is_not_sure(words: tuple[str, ...]) -> bool:
    return any(words[at] == "not" and words[at + 1] in ("sure", "certain", "yet") for at in range(len(words) - 1))


def _no(rest: list[str], *, has_lead: bool, negations: int, has_yes: bool) -> Literal["no"] | None:
    if has_yes or negations > 1:
        return None
    # "No, that is right" contradicts itself; "no, that is not right" does not.
    if has_lead and not negations and _WEAK_YES.intersection(rest):
        return None
    return "no"


def _yes(words: tuple[str, ...], *, has_yes: bool) -> Literal["yes"] | None:
    if has_yes:
        return "yes"
    if words[-1] == "speaking" and len(words) <= 3:
        return "yes"
    is_only_that = bool(_WEAK_YES.intersection(words)) and set(words) <= _WEAK_YES | _AROUND
    return "yes" if is_only_that and len(words) <= 6 else None
