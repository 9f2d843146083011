"""A time of day. Without am or pm, or typed, the one within the bounds is meant; else the one in waking hours."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import time

from ringtrue.agents.scripted.slots.entry import Entry
from ringtrue.agents.scripted.slots.slot import Answer, NotUnderstood, Result
from ringtrue.agents.scripted.values import Value
from ringtrue.agents.scripted.words import FILLERS, TENS, UNITS, tokens, word_set

_AROUND = word_set("at around about it is would be the in oclock say by i works for me let us let make that can do best")
_PARTS = {"am": "am", "morning": "am", "pm": "pm", "afternoon": "pm", "evening": "pm", "night": "pm", "tonight": "pm"}
_NAMED = {"noon": time(12), "midday": time(12), "midnight": time(0)}
_MINUTES = word_set("past after to half quarter oclock")
_WAKING = range(7, 19)
_MOST_WORDS = 8
# What recognisers write for what sounds alike before an hour: "order to five", "ha, past two", "a quarter pass three".
_JOINTS = {"past": "past", "passed": "past", "pass": "past", "after": "after", "to": "to", "of": "of"}
_LEADS = {"order": "quarter", "corner": "quarter", "ha": "half", "have": "half", "hap": "half"}
_ALIKE = 0.8


class TimeOfDay(Entry):
    """A time not before `after` and not after `before`."""

    def __init__(self, *, after: time | None, before: time | None, has_none: bool) -> None:
        super().__init__(max_digits=4, terminator="#", has_none=has_none)
        self._after, self._before = after, before

    def instruction(self) -> str | None:
        """How to type a time."""
        return "Please type the time with four digits, such as 1 4 3 0 for two thirty in the afternoon."

    def said(self, words: str) -> Result:
        """The time in the words."""
        found = [word for word in tokens(words) if word not in _AROUND and (word == "oh" or word not in FILLERS)]
        parts = {_PARTS[word] for word in found if word in _PARTS}
        core = tuple(word for word in found if word not in _PARTS)
        if len(parts) > 1 or not core or len(core) > _MOST_WORDS:
            return NotUnderstood()
        if core[-1] in _NAMED and core[:-1] in ((), ("12",), ("twelve",)):
            return self._checked([_NAMED[core[-1]]])
        clock, score = _clock(core), 1.0
        if clock is None:
            clock, score = _clock(_as_it_sounds(core)), _ALIKE
        if clock is None:
            return NotUnderstood()
        result = self._checked(_meant(*clock, next(iter(parts), None)))
        return replace(result, score=score) if isinstance(result, Answer) else result

    def is_complete(self, words: str) -> bool:
        """A bare hour may still get its minutes."""
        said = tokens(words)
        return said[-1] in _PARTS or said[-1] in _NAMED or any(word in _MINUTES or ":" in word for word in said) or len(said) > 2

    def typed(self, keys: str) -> Result:
        """Hour and minute; 0230 is half past two in the afternoon where half past two at night is out of bounds."""
        if not keys.isdigit() or len(keys) > 4:
            return NotUnderstood()
        hour, minute = (int(keys), 0) if len(keys) < 3 else (int(keys[:-2]), int(keys[-2:]))
        if hour > 23 or minute > 59:
            return NotUnderstood()
        return self._checked([time(hour, minute)] if hour > 12 or hour == 0 or (len(keys) == 4 and self._fits(time(hour, minute)))
                             else _meant(hour, minute, None))  # fmt: skip

    def _checked(self, meant: Sequence[time]) -> Result:
        fitting = [at for at in meant if self._fits(at)]
        waking = [at for at in fitting if at.hour in _WAKING]
        chosen = fitting if len(fitting) == 1 else waking
        if not fitting:
            return NotUnderstood(hint="range")
        if len(chosen) != 1:
            return NotUnderstood()
        return Answer(name="any", value=Value(kind="time", data=chosen[0].isoformat(timespec="minutes")))

    def _fits(self, at: time) -> bool:
        return (self._after is None or at >= self._after) and (self._before is None or at <= self._before)


def _meant(hour: int, minute: int, part: str | None) -> list[time]:
    if hour > 12 or hour == 0:
        # "Fifteen in the morning" is no time.
        return [] if part == "am" and hour > 12 else [time(hour, minute)]
    morning, evening = time(hour % 12, minute), time(hour % 12 + 12, minute)
    if part is None:
        return [morning, evening]
    return [morning] if part == "am" else [evening]


def _small(words: Sequence[str]) -> int | None:
    """A number below sixty in words or digits, "oh five" included."""
    if len(words) == 2 and words[0] in ("oh", "o", "zero") and words[1] in UNITS:
        return UNITS[words[1]] if UNITS[words[1]] < 10 else None
    if len(words) == 2 and words[0] in TENS and 0 < UNITS.get(words[1], 0) < 10:
        return TENS[words[0]] + UNITS[words[1]]
    if len(words) != 1:
        return None
    if re.fullmatch(r"[0-9]{1,2}", words[0]):
        return int(words[0])
    return TENS.get(words[0], UNITS.get(words[0]))


def _as_it_sounds(words: Sequence[str]) -> Sequence[str]:
    """The words with what was probably said for what stands around "past" and "to"."""
    at = next((place for place, word in enumerate(words) if word in _JOINTS), 0)
    if not at:
        return words
    return [*(_LEADS.get(word, word) for word in words[:at]), _JOINTS[words[at]], *words[at + 1 :]]


def _clock(words: Sequence[str]) -> tuple[int, int] | None:
    if len(words) == 1 and (found := re.fullmatch(r"([0-9]{1,2})[:.-]?([0-9]{2})", words[0])):
        return _valid(int(found[1]), int(found[2]))
    for joint in ("past", "after", "to", "of"):
        if joint in words and (joint != "of" or words[0] in ("a", "quarter")):
            at = list(words).index(joint)
            lead = [word for word in words[:at] if word not in ("a", "minutes")]
            minutes = {"half": 30, "quarter": 15}.get(lead[0] if len(lead) == 1 else "") or _small(lead)
            hour = _small(words[at + 1 :])
            if minutes is None or hour is None:
                return None
            return _valid(hour, minutes) if joint in ("past", "after") else _valid((hour - 1) or 12, 60 - minutes)
    for split in range(1, len(words)):
        hour, minute = _small(words[:split]), _small(words[split:])
        if hour is not None and minute is not None and (minute >= 10 or len(words[split:]) == 2):
            return _valid(hour, minute)
    hour = _small(words)
    return None if hour is None else _valid(hour, 0)


def _valid(hour: int, minute: int) -> tuple[int, int] | None:
    return (hour, minute) if 0 <= hour < 24 and 0 <= minute < 60 else None
