"""A row of digits: a PIN, a code, a customer number."""

from __future__ import annotations

from ringtrue.agents.scripted.slots.entry import Entry
from ringtrue.agents.scripted.slots.slot import Answer, NotUnderstood, Result
from ringtrue.agents.scripted.values import Value
from ringtrue.agents.scripted.words import content, digits, tokens, word_set

_LEAD = word_set("it is my the number code pin that would be a i have of its okay ok yes sure id")


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
        """The digits after an opening such as "it is"."""
        said = list(tokens(words))
        while said and (said[0] in _LEAD or not content(said[:1])) and said[0] not in ("o", "oh"):
            said.pop(0)
        found = digits(tuple(said))
        return NotUnderstood() if found is None else self.typed(found)

    def typed(self, keys: str) -> Result:
        """The digits, when there are as many as wanted."""
        if not keys.isdigit():
            return NotUnderstood()
        if not self._low <= len(keys) <= self._high:
            return NotUnderstood(hint="length")
        return Answer(name="any", value=Value(kind="digits", data=keys, sensitive=self._sensitive))
