"""`GET /calls`: every filter, pages that hold still, and clear refusals."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import product
from typing import Any

import pytest

from ringtrue.calls.store import Tx
from ringtrue.domain.call import Call, CallType, Direction
from ringtrue.ids import CallId
from ringtrue.testing.clock import START

from .conftest import KEYS, Desk

SUMMARY = {
    "id", "thread_id", "call_type", "status", "created_at", "conversation_id", "direction", "from_number", "to_number",
    "scheduled_for", "start_timestamp", "end_timestamp", "duration_ms", "disconnection_reason", "project_id", "project_name",
    "config_version_id", "metadata", "json_data", "cause", "recording", "retention", "opt_out", "retry_of", "simulated",
}  # fmt: skip


def listed(desk: Desk, query: str = "", **options: Any) -> list[str]:
    """The ids of the first page."""
    answer = desk.ask("GET", f"/calls{query}", **options)
    assert answer.status_code == 200, answer.text
    return [call["id"] for call in answer.json()["calls"]]


def pages(desk: Desk, query: str) -> list[list[str]]:
    """The ids of every page."""
    found, cursor = [], ""
    while True:
        document = desk.ask("GET", f"/calls?{query}{cursor}").json()
        found.append([call["id"] for call in document["calls"]])
        if document["pagination"]["cursor"] is None:
            return found
        cursor = f"&cursor={document['pagination']['cursor']}"


def copies(desk: Desk, count: int, *, every: timedelta = timedelta(seconds=1), of: str = "queued", **changes: Any) -> list[Call]:
    """Calls like one in that status, each so much younger than the one before; oldest first."""
    original = desk.call(of)

    def work(tx: Tx) -> list[Call]:
        made = [
            replace(original, id=CallId(f"call_copy{number:04d}"), created_at=START + (number + 1) * every, **changes)
            for number in range(count)
        ]
        for call in made:
            tx.add_call(call)
        return made

    return desk.store.run_now(work)


def test_a_page_has_summaries_newest_first(desk: Desk) -> None:
    """Everything that the record has but transcript, recording link, analysis and turns."""
    first, second = desk.call("ended"), desk.call("queued")
    made = copies(desk, 1)

    document = desk.ask("GET", "/calls").json()

    assert document["calls"][0]["id"] == made[0].id
    assert {call["id"] for call in document["calls"]} >= {first.id, second.id}
    assert document["pagination"] == {"cursor": None}
    for summary in document["calls"]:
        assert set(summary) == SUMMARY
        record = desk.ask("GET", f"/calls/{summary['id']}").json()
        assert {name: record[name] for name in SUMMARY} == summary


def test_a_stranger_sees_none_of_them(desk: Desk) -> None:
    """Nor does anybody without a key; a key that may only read is enough."""
    call = desk.call()

    assert listed(desk, key=KEYS["other"]) == []
    assert listed(desk, key=KEYS["read"]) == [call.id]
    assert desk.ask("GET", "/calls", key=None).status_code == 401


@pytest.mark.parametrize(("limit", "sizes"), [(1, [1] * 5), (2, [2, 2, 1]), (5, [5]), (100, [5])])
def test_pages_join_without_gap_or_repetition(desk: Desk, limit: int, sizes: list[int]) -> None:
    """Calls of one instant too."""
    made = copies(desk, 4, every=timedelta(0))

    found = pages(desk, f"limit={limit}")

    assert [len(page) for page in found] == sizes
    ids = [one for page in found for one in page]
    assert ids[:4] == sorted((call.id for call in made), reverse=True) or len(set(ids)) == 5
    assert len(set(ids)) == 5


def test_a_page_holds_still_while_calls_are_added(desk: Desk) -> None:
    """What is newer than its cursor does not move it."""
    made = copies(desk, 4)
    first = desk.ask("GET", "/calls?limit=2").json()
    desk.store.run_now(lambda tx: tx.add_call(replace(made[0], id=CallId("call_new"), created_at=START + timedelta(hours=1))))

    second = desk.ask("GET", f"/calls?limit=2&cursor={first['pagination']['cursor']}").json()

    assert [call["id"] for call in second["calls"]] == [made[1].id, made[0].id]


def test_filters_narrow_each_other_and_repeated_values_widen(desk: Desk) -> None:
    """Against every combination worked out by hand."""
    variety = list(product(("queued", "ended", "error"), (Direction.INBOUND, Direction.OUTBOUND, None)))
    calls = []
    for number, (status, direction) in enumerate(variety):
        call = desk.call(status)
        changed = replace(
            call,
            id=CallId(f"call_kind{number}"),
            direction=direction,
            call_type=CallType.PHONE if direction else CallType.WEB,
            created_at=START + timedelta(minutes=number),
        )
        desk.store.run_now(lambda tx, changed=changed: tx.add_call(changed))  # type: ignore[misc]
        calls += [call, changed]
    statuses, directions, types = ("queued", "ended", "scheduled"), ("inbound", "outbound"), ("phone_call", "web_call")
    subsets = list(product(_subsets(statuses), _subsets(directions), _subsets(types)))
    assert len(subsets) == 128

    for chosen in subsets:
        asked_statuses, asked_directions, asked_types = chosen
        query = "&".join(
            [f"status={one}" for one in asked_statuses]
            + [f"direction={one}" for one in asked_directions]
            + [f"call_type={one}" for one in asked_types]
        )
        expected = {
            call.id
            for call in calls
            if (not asked_statuses or call.status in asked_statuses)
            and (not asked_directions or call.direction in asked_directions)
            and (not asked_types or call.call_type in asked_types)
        }
        assert set(listed(desk, f"?limit=100&{query}")) == expected, query


def _subsets(values: tuple[str, ...]) -> list[tuple[str, ...]]:
    return [
        tuple(value for value, is_in in zip(values, bits, strict=True) if is_in)
        for bits in product((False, True), repeat=len(values))
    ]


def test_threads_and_projects(desk: Desk) -> None:
    """Of one that does not exist, or is somebody else's, the page is empty."""
    call, ended = desk.call(), desk.call("ended")
    foreign = desk.call(office=desk.stranger)

    assert set(listed(desk, f"?thread_id={call.thread_id}")) == {call.id, ended.id}
    assert listed(desk, f"?thread_id={call.thread_id}&status=ended") == [ended.id]
    assert listed(desk, f"?thread_id={call.thread_id}&direction=inbound&status=ended") == []
    assert set(listed(desk, "?project_name=appointment")) == {call.id, ended.id}
    assert listed(desk, f"?project_name=appointment&thread_id={call.thread_id}&status=queued&status=error") == [call.id]
    for nothing in ("project_name=none", "project_name=", "thread_id=thread_none", f"thread_id={foreign.thread_id}"):
        assert listed(desk, f"?{nothing}") == []


def test_dates_are_inclusive(desk: Desk) -> None:
    """A mere date is a whole day in UTC; a time without an offset is in UTC; an unescaped + is understood."""
    day = START.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=2)
    instants = [day - timedelta(microseconds=1), day, day + timedelta(hours=12), day + timedelta(days=1, microseconds=-1)]
    original = desk.call()
    for number, at in enumerate([*instants, day + timedelta(days=1)]):
        copy = replace(original, id=CallId(f"call_at{number}"), created_at=at)
        desk.store.run_now(lambda tx, copy=copy: tx.add_call(copy))  # type: ignore[misc]
    date, noon = day.date().isoformat(), f"{day.date().isoformat()}T12:00"

    def places(query: str) -> list[int]:
        return sorted(int(one.removeprefix("call_at")) for one in listed(desk, query) if one.startswith("call_at"))

    assert places(f"?from_date={date}&to_date={date}") == [1, 2, 3]
    assert places(f"?from_date={noon}&to_date={noon}:00Z") == [2]
    assert places(f"?from_date={noon}:00+00:00") == [2, 3, 4]
    assert places(f"?to_date={date}T14:00:00%2B02:00") == [0, 1, 2]
    assert places(f"?from_date={date}T13:00&to_date={date}T11:00") == []


@pytest.mark.parametrize(
    ("query", "field", "says"),
    [
        ("status=done", "status", "'scheduled', 'queued', 'ongoing', 'ended' or 'error'"),
        ("status=queued&status=", "status", "'ended'"),
        ("call_type=fax", "call_type", "'phone_call' or 'web_call'"),
        ("direction=up", "direction", "'inbound' or 'outbound'"),
        ("limit=0", "limit", "greater than or equal to 1"),
        ("limit=101", "limit", "less than or equal to 100"),
        ("limit=ten", "limit", "whole number"),
        ("from_date=yesterday", "from_date", "ISO 8601"),
        ("from_date=2027-02-30", "from_date", "ISO 8601"),
        ("to_date=2027-03-04T25:00", "to_date", "ISO 8601"),
        ("to_date=0001-01-01T00:00%2B14:00", "to_date", "ISO 8601"),
        ("cursor=", "cursor", "same filters"),
        ("cursor=%00", "cursor", "same filters"),
        ("cursor=AAAA", "cursor", "same filters"),
        (f"cursor={'A' * 5000}", "cursor", "same filters"),
    ],
)
def test_what_is_wrong_is_said_without_repeating_it(desk: Desk, query: str, field: str, says: str) -> None:
    """With the values that are allowed."""
    answer = desk.ask("GET", f"/calls?{query}")

    assert answer.status_code == 422
    (fault,) = answer.json()["errors"]
    assert field in fault["loc"]
    assert says in fault["msg"]
    sent = query.split("=")[-1]
    assert sent not in answer.text or len(sent) < 4


def test_a_cursor_fits_its_own_list_alone(desk: Desk) -> None:
    """Not other filters, not another organization's list, not a changed cursor; the order of filters does not matter."""
    copies(desk, 3)
    for number in range(2):
        foreign = replace(desk.call(office=desk.stranger), id=CallId(f"call_foreign{number}"))
        desk.store.run_now(lambda tx, foreign=foreign: tx.add_call(foreign))  # type: ignore[misc]
    cursor = desk.ask("GET", "/calls?limit=1&status=queued&status=ended").json()["pagination"]["cursor"]

    def status(query: str, **options: Any) -> int:
        return desk.ask("GET", f"/calls?{query}", **options).status_code

    assert status(f"limit=3&status=ended&status=queued&cursor={cursor}") == 200
    assert status(f"cursor={cursor}") == 422
    assert status(f"status=queued&cursor={cursor}") == 422
    assert status(f"status=queued&status=ended&cursor={cursor}", key=KEYS["other"]) == 422
    changed = ("A" if cursor[30] != "A" else "B").join((cursor[:30], cursor[31:]))
    assert status(f"status=queued&status=ended&cursor={changed}") == 422


def test_unknown_filters_are_named(desk: Desk) -> None:
    """And ignored, as on every documented operation."""
    answer = desk.ask("GET", "/calls?colour=red&limit=5")

    assert answer.status_code == 200
    assert answer.headers["Ringtrue-Ignored-Fields"] == "colour"
