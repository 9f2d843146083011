"""What the kinds that are typed digit by digit share: a terminator, and a way to say that there is nothing to give."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ringtrue.agents.scripted.slots.polarity import rest_after_correction
from ringtrue.agents.scripted.slots.slot import Answer, KeyPlan, NotUnderstood, Offer, Result, plain
from ringtrue.agents.scripted.slots.whole import may_end
from ringtrue.agents.scripted.words import content, tokens

NOTHING = "*"
_NOTHING_SAID = frozenset(
    tokens(phrase)
    for phrase in (
        "none", "nothing", "I don't know", "I do not know", "no idea", "I have none", "I don't have one", "I don't have it",
        "skip", "no", "neither", "I don't remember", "not applicable",
    )
)  # fmt: skip


_CORRECTED = 0.85


class Entry:
    """A value typed with several keys, or said. `has_none`: "I don't know" and the star are answers too."""

    is_menu = False
    takes_back = True
    """Whether "no wait" and the like undo what was said before them."""
    phrases: tuple[str, ...] = ()
    options: tuple[str, ...] = ()

    def __init__(self, *, max_digits: int, terminator: str | None, has_none: bool) -> None:
        self._has_none = has_none
        self.keys = KeyPlan(whole_keys=(NOTHING,) if has_none else (), max_digits=max_digits, terminator=terminator)

    def offers(self) -> Sequence[Offer]:
        """The star, where nothing is an answer."""
        return [Offer(key=NOTHING, label=plain("none"))] if self._has_none else []

    def instruction(self) -> str | None:
        """How to type the value."""
        raise NotImplementedError

    def hear(self, words: str) -> Result:
        """The value that was said."""
        if self._has_none and (content(tokens(words)) in _NOTHING_SAID or tokens(words) in _NOTHING_SAID):
            return Answer(name="none", value=None)
        rest = rest_after_correction(words) if self.takes_back else None
        if rest is None:
            return self.said(words)
        result = self.said(rest)
        return replace(result, score=_CORRECTED) if isinstance(result, Answer) else result

    def is_whole(self, words: str) -> bool:
        """Whether the value is complete, so that nothing said next could change it."""
        result = self.hear(words)
        return isinstance(result, Answer) and may_end(words) and (result.value is None or self.is_complete(words))

    def is_complete(self, words: str) -> bool:
        """Whether the words of an answer say all of it; overridden where more could follow."""
        return bool(words)

    def press(self, keys: str) -> Result:
        """The value that was typed."""
        if keys == NOTHING:
            return Answer(name="none", value=None) if self._has_none else NotUnderstood()
        keys = keys.removesuffix("#")
        return self.typed(keys) if keys and keys.isascii() else NotUnderstood()

    def said(self, words: str) -> Result:
        """The value in the words."""
        raise NotImplementedError

    def typed(self, keys: str) -> Result:
        """The value of the keys, without terminator; digits and stars."""
        raise NotImplementedError
