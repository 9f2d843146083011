"""A date. Without a year the one within the bounds is meant, else the next to come."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from ringtrue.agents.scripted.slots.entry import Entry
from ringtrue.agents.scripted.slots.moments import DAYS, MONTHS
from ringtrue.agents.scripted.slots.polarity import rest_after_correction
from ringtrue.agents.scripted.slots.relative import day_from
from ringtrue.agents.scripted.slots.slot import Answer, NotUnderstood, Result
from ringtrue.agents.scripted.values import Value
from ringtrue.agents.scripted.words import content, number, ordinals, tokens, word_set

_AROUND = word_set("on the of it is was would be i in a for at by works me let us make that best born my birthday date")
_LEAD = _AROUND - {"in", "a"}
_MOST_WORDS = 12


@dataclass(frozen=True, kw_only=True, slots=True)
class Bounds:
    """Both days are still allowed. `today` is the callee's."""

    after: date | None
    before: date | None
    today: date
    is_month_first: bool

    def fits(self, day: date) -> bool:
        """Whether the day lies within."""
        return (self.after is None or day >= self.after) and (self.before is None or day <= self.before)

    @property
    def wants_year(self) -> bool:
        """Whether month and day alone could mean several days: a date of birth."""
        if self.before is None:
            return False
        return self.after is None or (self.before - self.after).days > 366

    def of(self, month: int, day: int) -> list[date]:
        """The days of that month and day that could be meant, most likely first."""
        years = range(self.today.year - 1, self.today.year + 9)
        days = [found for year in years if (found := _day(year, month, day)) is not None]
        if self.after is None and self.before is None:
            return [found for found in days if found >= self.today][:1]
        inside = [found for found in days if self.fits(found)]
        return [found for found in inside if found >= self.today][:1] or inside[-1:] or days[:1]


class Date(Entry):
    """A date not before `after` and not after `before`."""

    def __init__(self, bounds: Bounds, *, has_none: bool) -> None:
        super().__init__(max_digits=8 if bounds.wants_year else 4, terminator="#", has_none=has_none)
        self._bounds = bounds

    def instruction(self) -> str | None:
        """How to type a date."""
        year = ", and four for the year" if self._bounds.wants_year else ""
        both = "two digits for the month and two for the day" if year == "" else "two digits for the month, two for the day"
        return f"Please type {both}{year}."

    def typed(self, keys: str) -> Result:
        """Month, day and, where it is wanted, the year."""
        if not keys.isdigit() or len(keys) not in (3, 4, 8):
            return NotUnderstood()
        if len(keys) == 3:
            keys = "0" + keys
        month, day = int(keys[:2]), int(keys[2:4])
        if len(keys) == 8:
            return self._checked(_day(int(keys[4:]), month, day))
        if self._bounds.wants_year:
            return NotUnderstood(hint="length")
        return self._checked(next(iter(self._bounds.of(month, day)), None))

    def hear(self, words: str) -> Result:
        """As every entry; a day that took another's place without its month ("March 5th, I mean the sixth") is asked again."""
        rest = rest_after_correction(words)
        if rest is not None:
            took, whole = ordinals(tokens(rest)), tokens(words)
            if "th" in took and any(map(_is_month, whole)) and not any(map(_is_month, took)):
                return NotUnderstood()
        return super().hear(words)

    def said(self, words: str) -> Result:
        """The date in the words."""
        spoken = ordinals(content(tokens(words)))
        if not spoken or len(spoken) > _MOST_WORDS:
            return NotUnderstood()
        return self._checked(self._read(spoken))

    def is_complete(self, words: str) -> bool:
        """A day that may still get its month or year is open: "the fifth" of March, "March fifth" of 1980."""
        spoken = content(tokens(words))
        return any(word in DAYS or _is_month(word) or word in ("today", "tomorrow") or not word.isalpha() for word in spoken)

    def _read(self, spoken: Sequence[str]) -> date | None:
        relative = day_from(self._bounds.today, " ".join(_trimmed(spoken)), lambda text: self._read(text.split()))
        if relative is not None:
            return relative
        said = tuple(word for word in spoken if word not in _AROUND)
        written = _written(said[0], self._bounds) if len(said) == 1 else None
        return written or self._weekday(said) or self._named(said)

    def _weekday(self, said: Sequence[str]) -> date | None:
        """The next such day to come."""
        if not said or said[-1] not in DAYS or any(word not in ("next", "this", "coming") for word in said[:-1]):
            return None
        today = self._bounds.today
        start = max(today, self._bounds.after - timedelta(days=1)) if self._bounds.after else today
        return start + timedelta(days=(DAYS.index(said[-1]) - start.weekday()) % 7 or 7)

    def _named(self, said: Sequence[str]) -> date | None:
        months = [index + 1 for word in said for index, name in enumerate(MONTHS) if word in (name, name[:3])]
        weekdays = [DAYS.index(word) for word in said if word in DAYS]
        rest = [word for word in said if word not in DAYS and word != "th" and not _is_month(word)]
        if len(months) > 1 or len(weekdays) > 1:
            return None
        found = _day_and_year(rest)
        if found is None or (not months and "th" not in said):
            return None
        day = self._complete(months[0] if months else None, *found)
        # "Friday the fourth" that is no Friday was misheard in one of its two halves.
        return day if day is None or not weekdays or day.weekday() == weekdays[0] else None

    def _complete(self, month: int | None, day: int, year: int | None) -> date | None:
        if year is None and self._bounds.wants_year:
            # Which year is not to be guessed.
            return None
        if month is not None:
            return _day(year, month, day) if year else next(iter(self._bounds.of(month, day)), None)
        start = self._bounds.today
        ahead = (start + timedelta(days=step) for step in range(62))
        candidates = [found for found in ahead if found.day == day]
        return next((found for found in candidates if self._bounds.fits(found)), next(iter(candidates), None))

    def _checked(self, day: date | None) -> Result:
        if day is None:
            return NotUnderstood()
        if not self._bounds.fits(day):
            return NotUnderstood(hint="range")
        return Answer(name="any", value=Value(kind="date", data=day.isoformat()))


def _trimmed(words: Sequence[str]) -> Sequence[str]:
    """The words without what leads to a date: "I would like", "how about on"."""
    start = next((index for index, word in enumerate(words) if word not in _LEAD), len(words))
    return words[start:]


def _is_month(word: str) -> bool:
    return any(word in (name, name[:3]) for name in MONTHS)


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _written(word: str, bounds: Bounds) -> date | None:
    if found := re.fullmatch(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})", word):
        return _day(int(found[1]), int(found[2]), int(found[3]))
    found = re.fullmatch(r"([0-9]{1,2})[/.-]([0-9]{1,2})(?:[/.-]([0-9]{4}|[0-9]{2}))?", word)
    if found is None:
        return None
    first, second = int(found[1]), int(found[2])
    month, day = (first, second) if bounds.is_month_first else (second, first)
    if found[3] is None:
        return None if bounds.wants_year else next(iter(bounds.of(month, day)), None)
    years = (int(found[3]),) if len(found[3]) == 4 else (1900 + int(found[3]), 2000 + int(found[3]))
    days = [one for year in years if (one := _day(year, month, day)) is not None]
    fitting = days if len(days) == 1 else [one for one in days if bounds.fits(one)]
    return fitting[0] if len(fitting) == 1 else None


def _day_and_year(words: Sequence[str]) -> tuple[int, int | None] | None:
    """The day and the year in words such as "5", "5 2027", "5 twenty twenty seven", "2027 5"."""
    for split in range(len(words), 0, -1):
        day, year = number(words[:split]), _year(words[split:])
        if day is not None and 1 <= day <= 31 and (split == len(words) or year is not None):
            return int(day), year
    return None


def _year(words: Sequence[str]) -> int | None:
    whole = number(words)
    if whole is not None and 1800 <= whole <= 2200:
        return int(whole)
    for split in range(1, len(words)):
        century, rest = number(words[:split]), number([word for word in words[split:] if word not in ("oh", "o")])
        if century in (19, 20) and rest is not None and 0 <= rest <= 99:
            return int(century * 100 + rest)
    return None
