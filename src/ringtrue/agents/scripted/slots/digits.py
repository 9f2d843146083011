"""A row of digits: a PIN, a code, a customer number."""

from __future__ import annotations

from ringtrue.agents.scripted.slots.entry import Entry
from ringtrue.agents.scripted.slots.slot import Answer, NotUnderstood, Result
from ringtrue.agents.scripted.values import Value
from ringtrue.agents.scripted.words import FILLERS, digits, number, tokens, word_set

_LEAD = word_set("it is my the number code pin that would be a i have of its okay ok yes sure id")

_CLOSE = word_set("that is it all correct sir maam")


class Digits(Entry):
    """From `low` to `high` digits."""

    def __init__(self, *, low: int, high: int, sensitive: bool, has_none: bool, pound: str) -> None:
        super().__init__(max_digits=high, terminator=None if low == high else "#", has_none=has_none)
        self._low, self._high, self._sensitive, self._pound = low, high, sensitive, pound

    def instruction(self) -> str | None:
        """How many digits, and how to end them."""
        if self._low == self._high:
            return f"Please type the {self._low} digits." if self._low > 1 else "Please type the digit."
        return f"Please type the digits, then press {self._pound}."

    def said(self, words: str) -> Result:
        """The digits, without an opening such as "it is" and a close such as "that is it"."""
        said = [word for word in tokens(words) if word in ("o", "oh") or word not in FILLERS]
        while said and said[0] in _LEAD:
            said.pop(0)
        while said and said[-1] in _CLOSE:
            said.pop()
        found = digits(tuple(said)) or _counted(said)
        return NotUnderstood() if found is None else self.typed(found)

    def is_complete(self, words: str) -> bool:
        """A row of open length may go on until it is as long as can be."""
        result = self.said(words)
        value = result.value if isinstance(result, Answer) else None
        return value is not None and len(str(value.data)) == self._high

    def typed(self, keys: str) -> Result:
        """The digits, when there are as many as wanted."""
        if not keys.isdigit():
            return NotUnderstood()
        if not self._low <= len(keys) <= self._high:
            return NotUnderstood(hint="length")
        return Answer(name="any", value=Value(kind="digits", data=keys, sensitive=self._sensitive))


def _counted(words: list[str]) -> str | None:
    """ "One hundred", "forty three hundred": a number whose digits are meant."""
    found = number(words) if {"hundred", "thousand"}.intersection(words) and words[0] not in ("minus", "negative") else None
    return None if found is None else f"{found:.0f}"
