"""A number within bounds."""

from __future__ import annotations

from collections.abc import Sequence

from ringtrue.agents.scripted.slots.entry import Entry
from ringtrue.agents.scripted.slots.slot import Answer, NotUnderstood, Result
from ringtrue.agents.scripted.values import Value
from ringtrue.agents.scripted.words import TENS, content, number, tokens, word_set

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
        if "out" in said and said[said.index("out") :][1:2] == ["of"]:
            # "Eight out of ten".
            said = said[: said.index("out")]
        for cut in range(len(said), max(0, len(said) - 3), -1):
            # What is counted may follow ("three people"), but no further number.
            found = quantity(said[:cut])
            if found is not None and not any(number((word,)) is not None for word in said[cut:]):
                return self._checked(-found if is_negative else found)
        return NotUnderstood()

    def is_complete(self, words: str) -> bool:
        """ "Twenty" may go on as twenty-five; what ends in a unit, or names what is counted, is whole."""
        last = tokens(words)[-1]
        return last not in TENS and last not in ("hundred", "thousand", "million") and not (last.isdigit() and last.endswith("0"))

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


_PARTS = {
    ("half",): 0.5,
    ("a", "half"): 0.5,
    ("one", "half"): 0.5,
    ("quarter",): 0.25,
    ("a", "quarter"): 0.25,
    ("one", "quarter"): 0.25,
    ("three", "quarters"): 0.75,
    ("a", "third"): 1 / 3,
}
_COUNTS = {("a", "couple"): 2.0, ("a", "pair"): 2.0, ("half", "a", "dozen"): 6.0, ("dozen",): 12.0}


def quantity(words: Sequence[str]) -> float | None:
    """The number in the words, with the halves, quarters and dozens that people count in."""
    said = tuple(words)
    if said[:1] in (("minus",), ("negative",)):
        rest = quantity(said[1:])
        return None if rest is None else -rest
    if said in _PARTS or said in _COUNTS:
        return _PARTS.get(said, _COUNTS.get(said))
    if said and said[-1] in ("dozen", "thousand", "million"):
        scale = {"dozen": 12, "thousand": 1_000, "million": 1_000_000}[said[-1]]
        count = 1.0 if said[:-1] == ("a",) else quantity(said[:-1])
        return None if count is None or count >= scale else count * scale
    if "and" in said:
        at = len(said) - 1 - said[::-1].index("and")
        whole, part = number(said[:at]), _PARTS.get(said[at + 1 :])
        if part is not None:
            return None if whole is None else whole + part
    return number(said)
