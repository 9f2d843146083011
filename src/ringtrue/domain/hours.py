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
    is_to_midnight = span.end == time(0)
    if local.weekday() not in span.days or local.time() < span.start or not (is_to_midnight or local.time() < span.end):
        return None
    day = local.date() + timedelta(days=1) if is_to_midnight else local.date()
    return datetime.combine(day, span.end, tzinfo=zone).astimezone(UTC)
