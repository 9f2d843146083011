"""Calling hours: at what times of day a party may be rung, by the clock where it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

_MOST_STRETCHES = 15  # a week of days in two spans each: hours without any gap end somewhere too


@dataclass(frozen=True, kw_only=True, slots=True)
class CallingHours:
    """Days (0 is Monday) and hours in the callee's zone; `end` is exclusive, and 00:00 is the end of the day."""

    days: frozenset[int]
    start: time
    end: time


def open_until(hours: Sequence[CallingHours], at: datetime, zones: Sequence[ZoneInfo]) -> datetime | None:
    """Until when, in UTC, a party that is in one of these zones may be rung without a break; None when not at `at`.

    Where it is unknown in which of them it is, it must be time in all.
    """
    ends = [_open_until(hours, at, zone) for zone in zones]
    return None if None in ends else min(end for end in ends if end is not None)


def _open_until(hours: Sequence[CallingHours], at: datetime, zone: ZoneInfo) -> datetime | None:
    until: datetime | None = None
    for _ in range(_MOST_STRETCHES):
        later = [end for span in hours if (end := _end(span, until or at, zone)) is not None]
        if not later:
            break
        until = max(later)
    return until


def _end(span: CallingHours, at: datetime, zone: ZoneInfo) -> datetime | None:
    """The end of the span when `at` lies in it."""
    local = at.astimezone(zone)
    if not _has(span, local):
        return None
    day = local.date() + timedelta(days=1) if span.end == time(0) else local.date()
    # In the second pass of an hour that comes twice, the end is that of the second pass.
    end = datetime.combine(day, span.end, tzinfo=zone).replace(fold=local.fold).astimezone(UTC)
    change = _change(zone, at.astimezone(UTC), end)
    # A clock that is put forward may skip the end, one that is put back may stand before the start again.
    return end if change is None or _has(span, change.astimezone(zone)) else change


def _has(span: CallingHours, local: datetime) -> bool:
    is_before_end = span.end == time(0) or local.time() < span.end
    return local.weekday() in span.days and span.start <= local.time() and is_before_end


def _change(zone: ZoneInfo, at: datetime, end: datetime) -> datetime | None:
    """The instant between the two, within a day, at which clocks of the zone are changed; None when they are not."""
    offset = at.astimezone(zone).utcoffset()
    low, high = int(at.timestamp()), int(end.timestamp())
    if datetime.fromtimestamp(high, zone).utcoffset() == offset:
        return None
    while high - low > 1:
        middle = (low + high) // 2
        is_changed = datetime.fromtimestamp(middle, zone).utcoffset() != offset
        low, high = (low, middle) if is_changed else (middle, high)
    return datetime.fromtimestamp(high, UTC)
