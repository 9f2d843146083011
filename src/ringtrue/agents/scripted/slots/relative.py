"""Days as seen from today: "in two weeks", "a week from Friday", "the third of next month", "Tuesday next week"."""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable
from datetime import date, timedelta

from ringtrue.agents.scripted.slots.moments import DAYS
from ringtrue.agents.scripted.words import number

_COUNT = r"(?P<count>a|an|one|two|three|four|five|six|seven|eight|nine|ten|\d{1,2})"
_DAY = "(?P<day>" + "|".join(DAYS) + ")"
_AHEAD = re.compile(
    rf"(?:in {_COUNT} (?P<unit>day|week|month)s?(?: time)?(?: from (?:now|today))?)|"
    rf"(?:{_COUNT.replace('count', 'count2')} (?P<unit2>day|week|month)s? from (?:now|today))\Z"
)
_FROM = re.compile(rf"(?:in )?{_COUNT} (?P<unit>day|week)s? (?:from|after|on) (?P<base>.+)\Z")
_NEXT_WEEK = re.compile(rf"(?:{_DAY} (?:of )?next week|next week (?:on )?{_DAY.replace('day>', 'day2>')})\Z")
_OF_MONTH = re.compile(r"(?:the )?(?P<day>\d{1,2}) th (?:of )?(?P<which>this|next) month\Z")
_NAMED = {"today": 0, "tomorrow": 1, "yesterday": -1, "day after tomorrow": 2, "the day after tomorrow": 2}


def day_from(today: date, text: str, inner: Callable[[str], date | None]) -> date | None:
    """The day that the words name; `text` has its ordinals as "5 th", `inner` reads the day that another is counted from."""
    if text in _NAMED:
        return today + timedelta(days=_NAMED[text])
    if found := _AHEAD.fullmatch(text):
        count = _count(found["count"] or found["count2"])
        return _later(today, count, found["unit"] or found["unit2"])
    if found := _NEXT_WEEK.fullmatch(text):
        monday = today + timedelta(days=7 - today.weekday())
        return monday + timedelta(days=DAYS.index(found["day"] or found["day2"]))
    if found := _OF_MONTH.fullmatch(text):
        first = _later(today.replace(day=1), int(found["which"] == "next"), "month")
        return first.replace(day=int(found["day"])) if 1 <= int(found["day"]) <= _length(first) else None
    if found := _FROM.fullmatch(text):
        base = inner(found["base"])
        return None if base is None else _later(base, _count(found["count"]), found["unit"])
    return None


def _count(word: str) -> int:
    return 1 if word in ("a", "an") else int(number((word,)) or 0)


def _later(day: date, count: int, unit: str) -> date:
    if unit != "month":
        return day + timedelta(days=count * (7 if unit == "week" else 1))
    months = day.year * 12 + day.month - 1 + count
    first = date(months // 12, months % 12 + 1, 1)
    return first.replace(day=min(day.day, _length(first)))


def _length(month: date) -> int:
    return calendar.monthrange(month.year, month.month)[1]
