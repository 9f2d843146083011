"""What is said to each kind of question, and what it means. Written for reading aloud; no engine was tuned on it.

Today is Monday, January 4, 2027. A line is what the voice says, an arrow, and the value.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, time
from zoneinfo import ZoneInfo

import speech_said
from babel import Locale
from speech_scores import scored

from ringtrue.agents.scripted.model import Option
from ringtrue.agents.scripted.slots import candidates
from ringtrue.agents.scripted.slots.date import Bounds, Date
from ringtrue.agents.scripted.slots.digits import Digits
from ringtrue.agents.scripted.slots.number import Number
from ringtrue.agents.scripted.slots.slot import Answer, Slot
from ringtrue.agents.scripted.slots.text import Text
from ringtrue.agents.scripted.slots.time import TimeOfDay
from ringtrue.agents.scripted.slots.yes_no import YesNo
from ringtrue.agents.scripted.spoken import Speaker
from ringtrue.agents.scripted.values import Value
from ringtrue.agents.scripted.words import tokens
from ringtrue.conversation.policies.end_of_turn import Kind

_TODAY = date(2027, 1, 4)
_US = Speaker(locale=Locale.parse("en_US"), zone=ZoneInfo("America/New_York"), today=_TODAY)
_OFFERS = ("2027-03-05T09:00", "2027-03-08T14:15", "2027-03-10T11:30")
_NAMES = ("Dr. Patel", "Dr. Fernandez", "Dr. O'Brien", "Dr. Kowalski", "Dr. Nguyen", "Dr. Schneider")
_OPTIONS = (
    Option(name="keep", phrases=("yes", "I will be there", "that works"), key="1", read="keep the appointment"),
    Option(name="move", phrases=("no", "another day", "I can't make it"), key="2", read="move it to another day"),
    Option(name="callback", phrases=("call me back", "let me talk to someone"), key="3", read="have us call you back"),
)


@dataclass(frozen=True, kw_only=True)
class Question:
    """One kind of question, its slot, and what is said to it with what that means."""

    name: str
    kind: Kind
    slot: Slot
    said: tuple[tuple[str, str], ...]

    def meant(self, answer: Answer | None) -> str | None:
        """The value as the corpus writes it."""
        if answer is None:
            return None
        data = answer.value.data if answer.value is not None else answer.name
        if self.name == "free":
            return " ".join(scored(str(data)))
        entries: tuple[str, ...] = {"offers": _OFFERS, "names": _NAMES}.get(self.name, ())
        return str(entries.index(str(data)) + 1) if str(data) in entries else str(data)


def _lines(text: str, value: Callable[[str], str] = str) -> tuple[tuple[str, str], ...]:
    pairs = (line.split(" -> ") for line in text.strip().splitlines())
    return tuple((pair[0].strip(), value(pair[1] if len(pair) > 1 else pair[0]).strip()) for pair in pairs)


QUESTIONS: tuple[Question, ...] = (
    Question(name="yes/no", kind="yes_no", slot=YesNo(), said=_lines(speech_said.YES_NO)),
    Question(
        name="digits",
        kind="digits",
        slot=Digits(low=4, high=4, sensitive=False, has_none=False, pound="the pound key"),
        said=_lines(speech_said.DIGITS),
    ),
    Question(
        name="dates",
        kind="date",
        slot=Date(Bounds(after=_TODAY, before=date(2027, 6, 30), today=_TODAY, is_month_first=True), has_none=False),
        said=_lines(speech_said.DATES),
    ),
    Question(
        name="times",
        kind="time",
        slot=TimeOfDay(after=time(8), before=time(18), has_none=False),
        said=_lines(speech_said.TIMES),
    ),
    Question(
        name="numbers",
        kind="number",
        slot=Number(low=0, high=5000, has_none=False, pound="the pound key"),
        said=_lines(speech_said.NUMBERS),
    ),
    Question(
        name="names",
        kind="choice",
        slot=candidates.of_list(Value(kind="list", of="string", data=list(_NAMES)), _US),
        said=_lines(speech_said.NAMES_SAID),
    ),
    Question(
        name="offers",
        kind="choice",
        slot=candidates.of_list(Value(kind="list", of="datetime", data=list(_OFFERS)), _US),
        said=_lines(speech_said.OFFERS_SAID),
    ),
    Question(
        name="phrases", kind="choice", slot=candidates.of_options(_OPTIONS, has_none=False), said=_lines(speech_said.PHRASES)
    ),
    Question(
        name="free",
        kind="text",
        slot=Text(sensitive=False, has_none=False, pound="the pound key"),
        said=_lines(speech_said.FREE, lambda text: " ".join(scored(text))),
    ),
)


def bare() -> list[str]:
    """Statements whose sign one syllable tells; those with "n't" deny."""
    return speech_said.BARE.strip().splitlines()


def check() -> list[str]:
    """Lines whose own text the slots do not understand: mistakes of the corpus, none is to be left."""
    wrong = []
    for question in QUESTIONS:
        for text, value in question.said:
            result = question.slot.hear(text)
            meant = question.meant(result if isinstance(result, Answer) else None)
            if meant != value or not tokens(text):
                wrong.append(f"{question.name}: {text} -> {meant}, not {value}")
    return wrong
