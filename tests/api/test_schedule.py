"""When a call is to be placed: offsets, zones, and the hours that clocks skip or repeat."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from ringtrue.api import schedule
from ringtrue.errors import InvalidInput
from ringtrue.testing.clock import START
from ringtrue.testing.zone_changes import Change, changes


def refused(text: str, *, timezone: str | None = None, now: datetime = START) -> str:
    """Why an instant is refused."""
    with pytest.raises(InvalidInput) as caught:
        schedule.instant(text, timezone=timezone, now=now)
    return caught.value.detail_code


@pytest.mark.parametrize(
    ("text", "timezone", "instant"),
    [
        ("2027-03-04T10:30:00-05:00", None, "2027-03-04T15:30:00+00:00"),
        ("2027-03-04T10:30:00Z", "Asia/Tokyo", "2027-03-04T10:30:00+00:00"),
        ("2027-03-04t10:30:00z", None, "2027-03-04T10:30:00+00:00"),
        ("2027-03-04 10:30+05:30", None, "2027-03-04T05:00:00+00:00"),
        ("2027-03-04T10:30:00.123456Z", None, "2027-03-04T10:30:00.123456+00:00"),
        ("2027-03-04T10:30", "Asia/Tokyo", "2027-03-04T01:30:00+00:00"),
        ("2027-07-04T10:30", "Europe/Paris", "2027-07-04T08:30:00+00:00"),
        ("2027-07-04T10:30", "America/New_York", "2027-07-04T14:30:00+00:00"),
        # The hour that comes twice: the earlier one, in summer time.
        ("2027-11-07T01:30", "America/New_York", "2027-11-07T05:30:00+00:00"),
        ("2027-10-31T02:30", "Europe/Paris", "2027-10-31T00:30:00+00:00"),
        # Around the hour that is skipped.
        ("2027-03-14T01:59:59", "America/New_York", "2027-03-14T06:59:59+00:00"),
        ("2027-03-14T03:00", "America/New_York", "2027-03-14T07:00:00+00:00"),
    ],
)
def test_an_instant_is_found(text: str, timezone: str | None, instant: str) -> None:
    """In UTC; an offset beats the zone."""
    found = schedule.instant(text, timezone=timezone, now=START)

    assert (found, found.tzinfo) == (datetime.fromisoformat(instant), UTC)


@pytest.mark.parametrize(
    ("text", "timezone"),
    [
        ("2027-03-14T02:00", "America/New_York"),
        ("2027-03-14T02:30", "America/New_York"),
        ("2027-03-14T02:59:59", "America/New_York"),
        ("2027-03-28T02:30", "Europe/Paris"),
        ("2027-10-03T02:15", "Australia/Lord_Howe"),
    ],
)
def test_a_time_that_clocks_skip_is_refused(text: str, timezone: str) -> None:
    """Nobody means an hour that is not."""
    assert refused(text, timezone=timezone) == "time_does_not_exist"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "now",
        "tomorrow at ten",
        "2027-03-04",
        "10:30",
        "2027-3-4T10:30Z",
        "20270304T103000Z",
        "2027-W09-4T10:30Z",
        "2027-02-29T10:30Z",
        "2027-13-01T10:30Z",
        "2027-03-04T25:00Z",
        "2027-03-04T10:30:00+99:00",
        "2027-03-04T10:30:00Zulu",
        "2027-03-04T10:30:00Z; DROP TABLE calls",
        "٢٠٢٧-٠٣-٠٤T١٠:٣٠Z",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-14:00",
        "1900-01-01T00:00" + "0" * 50,
    ],
)
def test_what_is_no_instant_is_refused(text: str) -> None:
    """Whatever the parser makes of it."""
    assert refused(text) == "datetime_invalid"


@pytest.mark.parametrize("text", ["0001-01-01T00:00", "9999-12-31T23:59:59"])
def test_the_ends_of_the_calendar_are_refused(text: str) -> None:
    """Where no zone has a time in UTC, or no call is ever due."""
    zones = ("Asia/Tokyo", "America/New_York")

    assert {refused(text, timezone=zone) for zone in zones} <= {"datetime_invalid", "scheduled_in_past", "scheduled_too_far"}


def test_a_naive_time_without_a_zone_is_refused() -> None:
    """It could be anybody's time."""
    assert refused("2027-03-04T10:30") == "timezone_missing"


def test_a_minute_of_grace_is_given() -> None:
    """Clocks differ: what passed up to 60 s ago is now."""
    just = START - timedelta(seconds=60)

    assert schedule.instant(just.isoformat(), timezone=None, now=START) == just
    assert refused((just - timedelta(microseconds=1)).isoformat()) == "scheduled_in_past"


@pytest.mark.parametrize(
    ("now", "last"),
    [
        (START, datetime(2028, 1, 4, 17, tzinfo=UTC)),
        (datetime(2027, 3, 1, tzinfo=UTC), datetime(2028, 3, 1, tzinfo=UTC)),
        (datetime(2028, 2, 29, 12, tzinfo=UTC), datetime(2029, 2, 28, 12, tzinfo=UTC)),
    ],
)
def test_a_year_ahead_is_the_last(now: datetime, last: datetime) -> None:
    """By the calendar, leap day or not."""
    assert schedule.instant(last.isoformat(), timezone=None, now=now) == last
    assert refused((last + timedelta(seconds=1)).isoformat(), now=now) == "scheduled_too_far"


@pytest.mark.parametrize("name", ["", "Mars/Base", "America", "../../etc/passwd", "/etc/localtime", "UTC\0", "x" * 64, "Zürich"])
def test_what_is_no_zone_is_refused(name: str) -> None:
    """Nor a way out of the zone database."""
    with pytest.raises(InvalidInput) as caught:
        schedule.zone(name)

    assert (caught.value.field, caught.value.detail_code) == (("timezone",), "timezone_unknown")


@pytest.mark.parametrize("name", ["UTC", "America/New_York", "Asia/Kathmandu"])
def test_an_iana_zone_is_known(name: str) -> None:
    """By its own name."""
    assert schedule.zone(name).key == name


CHANGES = changes(datetime(2027, 1, 1, tzinfo=UTC), 366)
SECOND = timedelta(seconds=1)


def in_zone(change: Change, naive: datetime, *, now: datetime) -> datetime:
    """The instant at which a naive time of that zone is placed."""
    return schedule.instant(naive.isoformat(), timezone=change.zone.key, now=now)


def test_there_are_changes_of_either_kind_to_try() -> None:
    """In hundreds of zones, by half an hour, one and two."""
    assert len({change.zone.key for change in CHANGES}) > 150
    assert {abs(change.by) for change in CHANGES} >= {timedelta(minutes=30), timedelta(hours=1), timedelta(hours=2)}


def test_what_clocks_skip_is_refused_in_every_zone() -> None:
    """The first second of the gap, its middle, its last; the seconds around it are one instant and the next."""
    for change in CHANGES:
        if change.by > timedelta(0):
            now = change.at - timedelta(days=30)
            for naive in (change.before, change.before + change.by / 2, change.after - SECOND):
                assert refused(naive.isoformat(), timezone=change.zone.key, now=now) == "time_does_not_exist", change
            assert in_zone(change, change.before - SECOND, now=now) == change.at - SECOND, change
            assert in_zone(change, change.after, now=now) == change.at, change


def test_what_comes_twice_is_the_earlier_in_every_zone() -> None:
    """All of the overlap; what follows it is the only one of its kind."""
    for change in CHANGES:
        if change.by < timedelta(0):
            now = change.at - timedelta(days=30)
            for naive, instant in (
                (change.after, change.at + change.by),
                (change.after - change.by / 2, change.at + change.by / 2),
                (change.before - SECOND, change.at - SECOND),
                (change.before, change.at - change.by),
                (change.after - SECOND, change.at + change.by - SECOND),
            ):
                assert in_zone(change, naive, now=now) == instant, (change, naive)


@pytest.mark.parametrize(
    ("text", "timezone", "instant"),
    [
        ("2028-02-29T10:30", "America/New_York", "2028-02-29T15:30:00+00:00"),
        ("2028-02-29T23:59:59", "Pacific/Auckland", "2028-02-29T10:59:59+00:00"),
        ("2028-02-29T00:00:00+14:00", None, "2028-02-28T10:00:00+00:00"),
    ],
)
def test_the_leap_day_is_a_day(text: str, timezone: str | None, instant: str) -> None:
    """Where the year has one."""
    now = datetime(2028, 1, 1, tzinfo=UTC)

    assert schedule.instant(text, timezone=timezone, now=now) == datetime.fromisoformat(instant)
    assert refused(text.replace("2028", "2029"), timezone=timezone, now=now) == "datetime_invalid"


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Pago_Pago", "America/New_York"])
def test_past_and_future_are_told_by_the_instant_and_not_by_the_date(zone: str) -> None:
    """It is tomorrow in one zone and yesterday in another."""
    here = START.astimezone(schedule.zone(zone)).replace(tzinfo=None)

    assert schedule.instant(here.isoformat(), timezone=zone, now=START) == START
    assert refused((here - timedelta(seconds=61)).isoformat(), timezone=zone) == "scheduled_in_past"
    assert refused((here.replace(year=here.year + 1) + timedelta(days=2)).isoformat(), timezone=zone) == "scheduled_too_far"
