"""When a call is to be placed: what clients write, as one instant or a clear refusal."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from ringtrue.errors import InvalidInput

_MOST_PAST = timedelta(seconds=60)
_FORM = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d")


def zone(name: str, *, field: str = "timezone") -> ZoneInfo:
    """The IANA zone. Raises InvalidInput."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as exc:
        raise InvalidInput(
            "This is no IANA time zone, such as America/New_York.", field=(field,), code="timezone_unknown"
        ) from exc


def instant(text: str, *, timezone: str | None, now: datetime) -> datetime:
    """The instant in UTC. A time without an offset is read in `timezone`. Raises InvalidInput saying what is wrong."""
    try:
        if not _FORM.match(text):
            raise ValueError(text)
        written = datetime.fromisoformat(text.upper())  # RFC 3339 section 5.6 allows t and z
        at = (_local(written, timezone) if written.tzinfo is None else written).astimezone(UTC)
    except (ValueError, OverflowError) as exc:
        raise _refused("This is no date and time in ISO 8601, such as 2027-03-04T10:30:00-05:00.", "datetime_invalid") from exc
    if at < now - _MOST_PAST:
        raise _refused("This instant has passed.", "scheduled_in_past")
    if at > _a_year_after(now):
        raise _refused("This instant is more than a year ahead.", "scheduled_too_far")
    return at


def _a_year_after(now: datetime) -> datetime:
    """The same day and time of the next year; the day before, where the 29th of February has none."""
    is_leap_day = (now.month, now.day) == (2, 29)
    return now.replace(year=now.year + 1, day=28 if is_leap_day else now.day)


def _local(written: datetime, timezone: str | None) -> datetime:
    if timezone is None:
        raise _refused("This time has no offset: add one, or send timezone.", "timezone_missing")
    local = written.replace(tzinfo=zone(timezone), fold=0)  # in an overlap the earlier instant
    if local.astimezone(UTC).astimezone(local.tzinfo).replace(tzinfo=None) != written:
        raise _refused("Clocks skip this time of day there: choose another.", "time_does_not_exist")
    return local


def _refused(sentence: str, code: str) -> InvalidInput:
    return InvalidInput(sentence, field=("scheduled_for",), code=code)
