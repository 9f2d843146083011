"""Makes the slot of a step for one call: bounds and lists come from the call's data."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from typing import assert_never

from babel.dates import get_date_format

from ringtrue.agents.scripted import render
from ringtrue.agents.scripted.model import Ask, Step
from ringtrue.agents.scripted.render import Scope
from ringtrue.agents.scripted.slots import candidates
from ringtrue.agents.scripted.slots.date import Bounds, Date
from ringtrue.agents.scripted.slots.digits import Digits
from ringtrue.agents.scripted.slots.number import Number
from ringtrue.agents.scripted.slots.slot import Slot
from ringtrue.agents.scripted.slots.text import Text
from ringtrue.agents.scripted.slots.time import TimeOfDay
from ringtrue.agents.scripted.slots.yes_no import YesNo
from ringtrue.agents.scripted.spoken import Speaker
from ringtrue.agents.scripted.template import Template
from ringtrue.agents.scripted.values import UNSET

_RELATIVE = re.compile(r"(today|tomorrow|yesterday)?\s*(?:([+-])\s*(\d{1,5})d)?\Z")
_SHIFT = {"today": 0, "tomorrow": 1, "yesterday": -1, None: 0}


def slot_of(step: Step, ask: Ask, scope: Scope, speaker: Speaker) -> Slot:
    """The slot of the step's question."""
    has_none = "none" in step.next
    pound = pound_key(speaker)
    match ask.kind:
        case "yes_no":
            return YesNo()
        case "choice":
            if ask.source is not None:
                return candidates.of_list(scope.get(ask.source, UNSET), speaker)
            return candidates.of_options(ask.options, has_none=has_none)
        case "digits":
            low, high = int(ask.minimum or 1), int(ask.maximum or 32)
            return Digits(low=low, high=high, sensitive=ask.sensitive, has_none=has_none, pound=pound)
        case "number":
            return Number(low=ask.minimum, high=ask.maximum, has_none=has_none, pound=pound)
        case "text":
            return Text(sensitive=ask.sensitive, has_none=has_none, pound=pound)
        case "date":
            return Date(_bounds(ask, scope, speaker), has_none=has_none)
        case "time":
            after, before = (_clock(limit, scope, speaker) for limit in (ask.after, ask.before))
            return TimeOfDay(after=after, before=before, has_none=has_none)
    assert_never(ask.kind)


def pound_key(speaker: Speaker) -> str:
    """What # is called: "pound" in North America, "hash" elsewhere."""
    return "the pound key" if speaker.locale.territory in ("US", "CA") else "the hash key"


def _bounds(ask: Ask, scope: Scope, speaker: Speaker) -> Bounds:
    pattern = str(get_date_format("short", speaker.locale).pattern)
    return Bounds(
        after=_date(ask.after, scope, speaker),
        before=_date(ask.before, scope, speaker),
        today=speaker.today,
        is_month_first=pattern.find("M") < pattern.find("d"),
    )


def _text(limit: str | Template | None, scope: Scope, speaker: Speaker) -> str | None:
    if isinstance(limit, Template):
        data = render.value_of(limit, scope, speaker).data
        return data if isinstance(data, str) else None
    return limit


def _date(limit: str | Template | None, scope: Scope, speaker: Speaker) -> date | None:
    text = _text(limit, scope, speaker)
    if text is None:
        return None
    found = _RELATIVE.match(text)
    if found is not None and text:
        days = int(found[3] or 0) * (-1 if found[2] == "-" else 1)
        return speaker.today + timedelta(days=_SHIFT[found[1]] + days)
    at = speaker.moment(text)
    return at.date() if at is not None else None


def _clock(limit: str | Template | None, scope: Scope, speaker: Speaker) -> time | None:
    text = _text(limit, scope, speaker)
    if text is None:
        return None
    try:
        return time.fromisoformat(text).replace(tzinfo=None)
    except ValueError:
        at: datetime | None = speaker.moment(text)
        return at.time() if at is not None else None
