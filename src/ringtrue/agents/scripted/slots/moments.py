"""The words that set an entry of a list apart: its day, its date, its time of day, in the ways people say them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from ringtrue.agents.scripted.words import TENS, UNITS, Tokens, ordinals, tokens, word_set

MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december",
)  # fmt: skip
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTH_WORDS = frozenset(MONTHS) | {month[:3] for month in MONTHS} | {"sept"}
_WORDS = {number: word for word, number in (UNITS | TENS).items()}
_NOON = time(12)
_EVENING = 17


def marks(words: Sequence[str]) -> Tokens:
    """The words with each day of a month as one: "the fifth", "5th", "March 5" and "March five" all have "5th"."""
    out: list[str] = []
    spelled = ordinals(words)
    index = 0
    while index < len(spelled):
        word, after = spelled[index], spelled[index + 1] if index + 1 < len(spelled) else ""
        if word.isdigit() and after == "th":
            out, index = [*out, f"{int(word)}th"], index + 2
            continue
        before = next((one for one in reversed(out) if one != "the"), "")
        if before in _MONTH_WORDS or (after in _MONTH_WORDS and not out):
            day, used = _day(spelled[index : index + 2])
            if day is not None:
                out, index = [*out, f"{day}th"], index + used
                continue
        out.append(word)
        index += 1
    return tuple(out)


def _day(words: Sequence[str]) -> tuple[int | None, int]:
    """The day of a month at the head of the words, and how many of them it takes."""
    first, second = words[0], words[1] if len(words) > 1 else ""
    if first.isascii() and first.isdigit() and len(first) <= 2:
        return (int(first) if 1 <= int(first) <= 31 else None), 1
    if first in TENS and 0 < UNITS.get(second, 0) < 10:
        return (TENS[first] + UNITS[second] if TENS[first] + UNITS[second] <= 31 else None), 2
    small = UNITS.get(first, TENS.get(first, 0))
    return (small if 1 <= small <= 31 else None), 1


def vocabulary(spoken: str, written: str, moment: datetime | date | time | None, today: date) -> frozenset[str]:
    """All words by which the entry may be called."""
    said = marks(tokens(spoken)) + marks(tokens(written))
    words = set(said) | {part for word in said for part in word.replace(":", " ").split()}
    if isinstance(moment, time):
        words |= _of_time(moment)
    elif isinstance(moment, datetime):
        words |= _of_time(moment.time()) | _of_day(moment.date(), today)
    elif isinstance(moment, date):
        words |= _of_day(moment, today)
    return frozenset(words)


def _of_day(day: date, today: date) -> set[str]:
    relative = {0: {"today"}, 1: {"tomorrow"}, 2: {"day", "after", "tomorrow"}}.get((day - today) // timedelta(days=1), set())
    month = MONTHS[day.month - 1]
    return {DAYS[day.weekday()], DAYS[day.weekday()][:3], month, month[:3], f"{day.day}th", str(day.year)} | relative


def _of_time(at: time) -> set[str]:
    hour = at.hour % 12 or 12
    words = {_WORDS[hour], str(hour), f"{hour}:{at.minute:02}", f"{at.hour}:{at.minute:02}", f"{hour}.{at.minute:02}"}
    words |= {"am", "morning"} if at < _NOON else {"pm", "afternoon"} if at.hour < _EVENING else {"pm", "evening", "night"}
    if at.minute == 0:
        words |= {"oclock", "sharp"} | ({"noon", "midday"} if at.hour == 12 else {"midnight"} if at.hour == 0 else set())
        return words
    words |= set(_number(at.minute)) | {f"{hour}{at.minute:02}"}
    later = _WORDS[hour % 12 + 1]
    if at.minute == 30:
        return words | {"half", "past"}
    if at.minute in (15, 45):
        words |= {"quarter"}
    return words | ({"past", "after"} if at.minute <= 30 else {"to", later, *_number(60 - at.minute)})


def _number(value: int) -> tuple[str, ...]:
    """Up to 59 in words and figures; below ten as the minutes of a time, with "oh"."""
    if value in _WORDS:
        return (_WORDS[value], str(value), *(("oh", "o") if value < 10 else ()))
    return (_WORDS[value - value % 10], _WORDS[value % 10], str(value))


TELLING = word_set(
    "am pm morning afternoon evening night noon midday midnight oclock half quarter past today tomorrow"
) | frozenset((*MONTHS, *DAYS, *UNITS, *TENS))
"""Words that always speak of a day or time."""
