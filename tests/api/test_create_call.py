"""`POST /voice/phone-call`: every field, and the answer at its time."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from ringtrue.domain.disposition import Disposition
from ringtrue.domain.facts import DialFailed
from ringtrue.testing.clock import START
from ringtrue.testing.office import ANNA, answered, claimed, happened, ringing

if TYPE_CHECKING:
    from conftest import Desk

INFO = [
    "id",
    "call_type",
    "status",
    "to_number",
    "from_number",
    "scheduled_for",
    "start_timestamp",
    "end_timestamp",
    "duration_ms",
]


def test_a_call_in_the_background_is_answered_at_once(desk: Desk) -> None:
    """202, queued, in E.164, and the media process was told."""
    answer = desk.place(callee="(415) 555-0123")

    document = answer.json()
    assert answer.status_code == 202
    assert list(document) == ["thread_id", "call"]
    assert list(document["call"]) == INFO
    assert document["thread_id"].startswith("thread_")
    assert document["call"].pop("id").startswith("call_")
    assert document["call"] == {
        "call_type": "phone_call",
        "status": "queued",
        "to_number": "+14155550123",
        "from_number": "+14155550100",
        "scheduled_for": None,
        "start_timestamp": None,
        "end_timestamp": None,
        "duration_ms": None,
    }
    assert desk.rings == [1]
    assert desk.clock.monotonic() == 0


@pytest.mark.parametrize("background", [..., None, False])
def test_without_background_the_answer_waits_for_the_ringing(desk: Desk, background: bool | None) -> None:
    """200 once the phone rings, the call still queued."""
    desk.clock.plans = [(1.0, lambda: desk.store.run_now(lambda tx: ringing(tx, claimed(tx, desk.newest(tx)))))]

    answer = desk.place(background=background)

    assert (answer.status_code, answer.json()["call"]["status"]) == (200, "queued")
    assert desk.clock.monotonic() == pytest.approx(1.0, abs=0.05)


def test_a_dial_under_way_is_answered_before_it_rings(desk: Desk) -> None:
    """A far phone may take seconds to ring: half a second after the INVITE the dial is under way."""
    desk.clock.plans = [(1.0, lambda: desk.store.run_now(lambda tx: claimed(tx, desk.newest(tx))))]

    answer = desk.place(background=False)

    assert (answer.status_code, answer.json()["call"]["status"]) == (200, "queued")
    assert 1.0 < desk.clock.monotonic() < 2.0


def test_a_dial_that_failed_at_once_is_still_200(desk: Desk) -> None:
    """With the call in its terminal status."""

    def fail(tx: Any) -> None:
        happened(tx, claimed(tx, desk.newest(tx)).id, DialFailed(disposition=Disposition.TELEPHONY_PROVIDER_UNAVAILABLE))

    desk.clock.plans = [(0.1, lambda: desk.store.run_now(fail))]

    answer = desk.place(background=False)

    call = answer.json()["call"]
    assert (answer.status_code, call["status"], call["start_timestamp"]) == (200, "error", None)
    assert isinstance(call["end_timestamp"], int)


def test_an_answered_call_is_answered_with_its_start(desk: Desk) -> None:
    """A simulated patient may pick up at once."""
    desk.clock.plans = [(0.1, lambda: desk.store.run_now(lambda tx: answered(tx, claimed(tx, desk.newest(tx)))))]

    call = desk.place(background=False).json()["call"]

    assert (call["status"], call["start_timestamp"]) == ("ongoing", int(START.timestamp()))


def test_nobody_waits_longer_than_five_seconds(desk: Desk) -> None:
    """Even when no worker takes the call."""
    answer = desk.place(background=False)

    assert (answer.status_code, answer.json()["call"]["status"]) == (200, "queued")
    assert desk.clock.monotonic() == pytest.approx(5.0, abs=0.05)


@pytest.mark.parametrize("background", [True, False])
def test_a_schedule_wins_over_background(desk: Desk, background: bool) -> None:
    """200 at once with the scheduled call, and its instant in UTC."""
    answer = desk.place(background=background, scheduled_for="2027-03-04T10:30:00.250-05:00")

    call = answer.json()["call"]
    assert (answer.status_code, call["status"], call["scheduled_for"]) == (200, "scheduled", "2027-03-04T15:30:00.250Z")
    assert desk.clock.monotonic() == 0


def test_every_optional_field_may_be_null(desk: Desk) -> None:
    """Explicit nulls mean what leaving out means."""
    desk.place()  # makes the thread whose data the second call takes
    nulls = dict.fromkeys(("timezone", "json_data", "scheduled_for", "metadata", "config_version_id"))

    assert desk.place(**nulls).status_code == 202


def test_every_mistake_is_named_at_once(desk: Desk) -> None:
    """A client mends them in one go."""
    answer = desk.place(callee=1, project_id=..., background="x")

    assert [one["loc"] for one in answer.json()["errors"]] == [["callee"], ["project_id"], ["background"]]


def test_data_of_64_kilobytes_is_taken(desk: Desk) -> None:
    """To the last byte."""
    bare = json.dumps({**ANNA, "note": ""})
    whole = json.dumps({**ANNA, "note": "x" * (64 * 1024 - len(bare))})

    assert len(whole) == 65_536
    assert desk.place(json_data=whole).status_code == 202


def test_data_and_metadata_come_back_as_they_were(desk: Desk) -> None:
    """Every kind of value, and text of every script."""
    metadata = {"": "", "text": "Zoë 🙂", "n": 10**30, "x": 1.5, "yes": True, "none": None}
    data = {**ANNA, "first_name": "Zoë", "extra": {"deep": [1, {"a": None}]}}

    placed = desk.place(metadata=metadata, json_data=json.dumps(data)).json()["call"]["id"]

    record = desk.ask("GET", f"/calls/{placed}").json()
    assert (record["metadata"], record["json_data"]) == (metadata, data)


def test_the_thread_of_callee_and_project_is_used_again(desk: Desk) -> None:
    """Another callee has another."""
    first, again, other = desk.place(), desk.place(), desk.place(callee="+14155550177")

    assert first.json()["thread_id"] == again.json()["thread_id"] != other.json()["thread_id"]


def test_a_naive_time_is_read_in_the_zone_that_is_sent(desk: Desk) -> None:
    """In summer time where there is one."""
    call = desk.place(scheduled_for="2027-07-01T09:00", timezone="America/New_York").json()["call"]

    assert call["scheduled_for"] == "2027-07-01T13:00:00.000Z"
