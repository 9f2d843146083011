"""Yes or no: keys 1 and 2."""

from __future__ import annotations

from collections.abc import Sequence

from ringtrue.agents.scripted.slots.polarity import judge
from ringtrue.agents.scripted.slots.slot import Answer, KeyPlan, NotUnderstood, Offer, Result, plain
from ringtrue.agents.scripted.slots.whole import may_end
from ringtrue.agents.scripted.values import Value
from ringtrue.agents.scripted.words import content, number, tokens

_NAMES = {"1": "yes", "2": "no"}


class YesNo:
    """A question of yes or no."""

    is_menu = True
    phrases = ("yes", "no")
    options: tuple[str, ...] = ()
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
        judged = judge(words)
        return NotUnderstood() if judged is None else _answer(judged.sign, score=judged.score)

    def is_whole(self, words: str) -> bool:
        """Whether the answer is plain and does not go on: "yes, but" does."""
        return may_end(words) and isinstance(self.hear(words), Answer)

    def press(self, keys: str) -> Result:
        """1 is yes, 2 is no."""
        return _answer(_NAMES[keys]) if keys in _NAMES else NotUnderstood()


def _answer(name: str, *, score: float = 1.0) -> Answer:
    return Answer(name=name, value=Value(kind="choice", data=name, read=name), score=score)
