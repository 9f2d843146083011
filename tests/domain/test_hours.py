"""Calling hours by the clock where the callee is: days, midnights, gaps and changes of the clock."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from ringtrue.domain.hours import CallingHours, open_until
from ringtrue.testing.zone_changes import Change, changes

NEW_YORK, BERLIN, KOLKATA = ZoneInfo("America/New_York"), ZoneInfo("Europe/Berlin"), ZoneInfo("Asia/Kolkata")
WEEKDAYS = frozenset(range(5))
OFFICE = [CallingHours(days=WEEKDAYS, start=time(9), end=time(12)), CallingHours(days=WEEKDAYS, start=time(13), end=time(18))]
ALWAYS = [CallingHours(days=frozenset(range(7)), start=time(0), end=time(0))]


def at(text: str, zone: ZoneInfo = NEW_YORK) -> datetime:
    """The instant at which clocks there show that."""
    return datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(UTC)


@pytest.mark.parametrize(
    ("now", "until"),
    [
        ("2027-03-04T09:00", "2027-03-04T12:00"),
        ("2027-03-04T11:59:59", "2027-03-04T12:00"),
        ("2027-03-04T08:59:59", None),
        ("2027-03-04T12:00", None),
        ("2027-03-04T13:00", "2027-03-04T18:00"),
        ("2027-03-04T18:00", None),
        ("2027-03-06T10:00", None),
        ("2027-03-08T10:00", "2027-03-08T12:00"),
    ],
)
def test_office_hours(now: str, until: str | None) -> None:
    """The end is exclusive, a gap is a gap, a weekend none."""
    assert open_until(OFFICE, at(now), [NEW_YORK]) == (None if until is None else at(until))


def test_spans_that_meet_are_one() -> None:
    """Over midnight and over noon."""
    spans = [
        CallingHours(days=frozenset({0}), start=time(18), end=time(0)),
        CallingHours(days=frozenset({1}), start=time(0), end=time(6)),
        CallingHours(days=frozenset({1}), start=time(5), end=time(7)),
    ]

    assert open_until(spans, at("2027-03-08T23:00"), [NEW_YORK]) == at("2027-03-09T07:00")


def test_hours_without_a_gap_go_on() -> None:
    """Longer than any call waits."""
    until = open_until(ALWAYS, at("2027-03-04T09:00"), [NEW_YORK])

    assert until is not None
    assert until > at("2027-03-04T09:00") + timedelta(days=7)


def test_where_the_zone_is_unknown_it_must_be_time_in_all() -> None:
    """Until the first of them closes."""
    zones = [NEW_YORK, ZoneInfo("America/Los_Angeles")]
    hours = [CallingHours(days=WEEKDAYS, start=time(9), end=time(18))]

    assert open_until(hours, at("2027-03-04T10:00"), zones) is None
    assert open_until(hours, at("2027-03-04T12:00"), zones) == at("2027-03-04T18:00")


def test_the_clock_there_counts_also_when_it_changes() -> None:
    """Europe moves on March 28, 2027; India has half hours."""
    night = [CallingHours(days=frozenset({6}), start=time(1), end=time(4))]

    assert open_until(night, datetime(2027, 3, 28, 0, 30, tzinfo=UTC), [BERLIN]) == datetime(2027, 3, 28, 2, 0, tzinfo=UTC)
    assert open_until(OFFICE, datetime(2027, 3, 4, 3, 29, tzinfo=UTC), [KOLKATA]) is None
    assert open_until(OFFICE, datetime(2027, 3, 4, 3, 30, tzinfo=UTC), [KOLKATA]) == datetime(2027, 3, 4, 6, 30, tzinfo=UTC)


MINUTE = timedelta(minutes=1)
EVERY_DAY = frozenset(range(7))
# Zones that change at the same instant, by as much, with the same clock, have the same hours.
CHANGES = list({(one.at, one.by, one.before): one for one in changes(datetime(2027, 1, 1, tzinfo=UTC), 366)}.values())


def spans_around(change: Change) -> list[CallingHours]:
    """Hours that begin or end in, before, at and after the time that clocks skip or repeat."""
    middle = change.before + change.by / 2
    first, last = min(change.before, change.after), max(change.before, change.after)
    points = [first - 30 * MINUTE, first, middle, last, last + 30 * MINUTE]
    pairs = [(start.time(), end.time()) for start in points for end in points if start < end]
    pairs += [(start.time(), time(0)) for start in points] + [(time(0), end.time()) for end in points]
    return [CallingHours(days=EVERY_DAY, start=start, end=end) for start, end in pairs if end == time(0) or start < end]


@pytest.mark.parametrize("change", CHANGES, ids=[f"{one.zone.key} {one.at.date()}" for one in CHANGES])
def test_clocks_that_change_are_followed_minute_by_minute(change: Change) -> None:
    """In every zone that changes: until an instant it may ring in each minute, and at the instant no more."""
    walk = [change.at + number * 5 * MINUTE for number in range(-36, 36)]
    clocks = {
        minute: minute.astimezone(change.zone).time() for minute in (one + step * MINUTE for one in walk for step in range(5))
    }
    for span in spans_around(change):
        shut = [
            minute for minute, clock in clocks.items() if not (span.start <= clock and (clock < span.end or span.end == time(0)))
        ]
        for now in walk:
            until = open_until([span], now, [change.zone])
            assert (until is None) == (now in shut), (span, now)
            first_shut = next((minute for minute in shut if minute >= now), None)
            if until is not None and first_shut is not None:
                assert until == first_shut, (span, now)
