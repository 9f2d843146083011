"""A number within bounds."""

from __future__ import annotations

from ringtrue.agents.scripted.slots.entry import Entry
from ringtrue.agents.scripted.slots.slot import Answer, NotUnderstood, Result
from ringtrue.agents.scripted.values import Value
from ringtrue.agents.scripted.words import content, number, tokens, word_set

_AROUND = word_set("it is about i would say the number of that my have we are there a give around exactly us think")
_LEAD = _AROUND - {"a"}


class Number(Entry):
    """A number; typed, the star stands for the decimal point."""

    def __init__(self, *, low: float | None, high: float | None, has_none: bool, pound: str) -> None:
        # A pause ends the keys, or the terminator: 12 digits are the bounds' own.
        super().__init__(max_digits=12, terminator="#", has_none=has_none)
        self._low, self._high, self._pound = low, high, pound

    def instruction(self) -> str | None:
        """How to type a number."""
        return f"Please type the number, then press {self._pound}."

    def said(self, words: str) -> Result:
        """The only number in the words."""
        said = list(content(tokens(words)))
        is_negative = words.strip().startswith("-")
        while said and said[0] in _LEAD:
            said.pop(0)
        for cut in range(len(said), max(0, len(said) - 3), -1):
            # What is counted may follow ("three people"), but no further number.
            found = number(said[:cut])
            if found is not None and not any(number((word,)) is not None for word in said[cut:]):
                return self._checked(-found if is_negative else found)
        return NotUnderstood()

    def typed(self, keys: str) -> Result:
        """The number, a star being its decimal point."""
        whole, _, decimals = keys.partition("*")
        if len(keys) > 15 or not whole.isdigit() or not (decimals or "0").isdigit():
            return NotUnderstood()
        return self._checked(float(f"{whole}.{decimals or 0}"))

    def _checked(self, found: float) -> Result:
        if (self._low is not None and found < self._low) or (self._high is not None and found > self._high):
            return NotUnderstood(hint="range")
        return Answer(name="any", value=Value(kind="number", data=int(found) if found == int(found) else found))
