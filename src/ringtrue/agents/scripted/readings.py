"""What may have been said to a question: whether it is an answer, and which of the ways to read it is. Pure.

A recogniser doubts: "to PM" was perhaps "two PM", and only the question tells that the second is a time. What it finds
likeliest stands when it is an answer by itself. Else that answer counts for which most of the readings speak, when enough do, and
hardly any for another: this is no guess among answers, but among ways to write down a sound.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from ringtrue.agents.scripted import anywhere
from ringtrue.agents.scripted.model import Anywhere
from ringtrue.agents.scripted.slots.slot import Answer, Slot
from ringtrue.agents.scripted.slots.whole import may_end
from ringtrue.conversation.speech import Reading

SURE_ENOUGH = math.exp(-1)
"""How sure an answer must be: the match times the recogniser's confidence. A mean log-probability of -1 is where recognised words
stop being worth anything, measured on telephone speech; whatever was matched less than fully needs more."""

_ENOUGH = 0.2  # of what was found: of 34 readings with that much 32 were right, and one with less was a wrong "no"
_AHEAD = 3.0  # times as much as speaks for any other answer
_Meaning = tuple[str, str]  # an answer's name and value, or the step that is gone to


@dataclass(frozen=True, kw_only=True, slots=True)
class Hearing:
    """A question that waits: its own answers, and what is understood anywhere. `is_text`: it takes free words."""

    slot: Slot
    entries: Sequence[Anywhere] = ()
    is_text: bool = False

    def entry(self, text: str) -> Anywhere | None:
        """What of that which is understood anywhere was said, rather than an answer."""
        return anywhere.said(self.entries, text, self.slot, is_text=self.is_text)

    def is_whole(self, text: str) -> bool:
        """Whether these words answer in full."""
        return self.slot.is_whole(text) if self.entry(text) is None else may_end(text)

    def preferred(self, readings: Sequence[Reading]) -> int:
        """The place of the reading to be taken: 0 unless another makes an answer and the first does not."""
        meant = [self._meaning(one) for one in readings]
        if len(readings) < 2 or (meant[0] is not None and meant[0][1]):
            return 0
        shares: dict[_Meaning, float] = {}
        for one, meaning in zip(readings, meant, strict=True):
            if meaning is not None:
                shares[meaning[0]] = shares.get(meaning[0], 0.0) + one.share
        best = max(shares, key=lambda meaning: shares[meaning], default=None)
        if best is None or shares[best] < _ENOUGH:
            return 0
        if any(share * _AHEAD >= shares[best] for meaning, share in shares.items() if meaning != best):
            return 0
        return next((place for place, meaning in enumerate(meant) if meaning == (best, True)), 0)

    def _meaning(self, reading: Reading) -> tuple[_Meaning, bool] | None:
        """What it would be taken for, and whether it is sure enough for that."""
        entry = self.entry(reading.text)
        if entry is not None:
            return ("to", entry.next), reading.confidence >= SURE_ENOUGH
        answer = self.slot.hear(reading.text)
        if not isinstance(answer, Answer):
            return None
        value = answer.value.data if answer.value is not None else None
        return (answer.name, repr(value)), answer.score * reading.confidence >= SURE_ENOUGH
