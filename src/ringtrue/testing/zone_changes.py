"""Changes of the clock in every zone of the database, for tests that go over all of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

_STEP = timedelta(days=7)  # no zone changes its clock twice in a week


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """An instant at which clocks of a zone move by `by`: forward over a gap, or back over an overlap."""

    zone: ZoneInfo
    at: datetime
    by: timedelta

    @property
    def before(self) -> datetime:
        """What clocks there would show at the instant had they not moved."""
        return self.at.astimezone(self.zone).replace(tzinfo=None) - self.by

    @property
    def after(self) -> datetime:
        """What they show."""
        return self.before + self.by


def changes(begin: datetime, days: int) -> list[Change]:
    """Every change of every zone within those days."""
    return [change for name in sorted(available_timezones()) for change in _of_zone(ZoneInfo(name), begin, days)]


def _of_zone(zone: ZoneInfo, begin: datetime, days: int) -> Iterator[Change]:
    early = begin
    while early < begin + timedelta(days=days):
        late = early + _STEP
        by = _offset(zone, late) - _offset(zone, early)
        if by:
            yield Change(zone=zone, at=_between(zone, early, late), by=by)
        early = late


def _between(zone: ZoneInfo, early: datetime, late: datetime) -> datetime:
    seconds = int(_STEP.total_seconds())
    low, high = 0, seconds
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if _offset(zone, early + timedelta(seconds=middle)) == _offset(zone, early) else (low, middle)
    return early + timedelta(seconds=high)


def _offset(zone: ZoneInfo, at: datetime) -> timedelta:
    found = at.astimezone(zone).utcoffset()
    assert found is not None
    return found
