"""Words kept as heard. By keypad, digits ended by the pound key are kept as they are."""

from __future__ import annotations

from ringtrue.agents.scripted.slots.entry import Entry
from ringtrue.agents.scripted.slots.slot import Answer, NotUnderstood, Result
from ringtrue.agents.scripted.spoken import tidy
from ringtrue.agents.scripted.values import Value
from ringtrue.agents.scripted.words import content, tokens

_MAX_KEYS = 32


class Text(Entry):
    """Anything said."""

    takes_back = False

    def __init__(self, *, sensitive: bool, has_none: bool, pound: str) -> None:
        super().__init__(max_digits=_MAX_KEYS, terminator="#", has_none=has_none)
        self._sensitive, self._pound = sensitive, pound

    def instruction(self) -> str | None:
        """How to answer without a recogniser."""
        return f"Please say it, or type it in digits, then press {self._pound}."

    def said(self, words: str) -> Result:
        """The words; fillers alone are no answer."""
        return self._kept(tidy(words)) if content(tokens(words)) else NotUnderstood()

    def is_complete(self, words: str) -> bool:
        """Never: who tells something may go on."""
        return False

    def typed(self, keys: str) -> Result:
        """The keys as text."""
        return self._kept(keys)

    def _kept(self, text: str) -> Result:
        return Answer(name="any", value=Value(kind="string", data=text, sensitive=self._sensitive))
