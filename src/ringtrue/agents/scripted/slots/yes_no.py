"""Yes or no: keys 1 and 2."""

from __future__ import annotations

from collections.abc import Sequence

from ringtrue.agents.scripted.slots.polarity import polarity
from ringtrue.agents.scripted.slots.slot import Answer, KeyPlan, NotUnderstood, Offer, Result, plain
from ringtrue.agents.scripted.values import Value
from ringtrue.agents.scripted.words import content, number, tokens

_NAMES = {"1": "yes", "2": "no"}


class YesNo:
    """A question of yes or no."""

    is_menu = True
    phrases = ("yes", "no")
    keys = KeyPlan(whole_keys=("1", "2"))

    def offers(self) -> Sequence[Offer]:
        """Yes and no."""
        return [Offer(key=key, label=plain(name)) for key, name in _NAMES.items()]

    def instruction(self) -> str | None:
        """The offers say it all."""
        return None

    def hear(self, words: str) -> Result:
        """Yes or no, when it is certain."""
        pressed = number(content(tokens(words)))
        if pressed in (1, 2):
            return self.press(str(int(pressed)))
        sign = polarity(words)
        return NotUnderstood() if sign is None else _answer(sign)

    def press(self, keys: str) -> Result:
        """1 is yes, 2 is no."""
        return _answer(_NAMES[keys]) if keys in _NAMES else NotUnderstood()


def _answer(name: str) -> Answer:
    return Answer(name=name, value=Value(kind="choice", data=name, read=name))
