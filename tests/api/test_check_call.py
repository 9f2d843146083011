"""`POST /calls/check` and calling hours: what would happen and why, without ringing."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from ringtrue.agents.files import example
from ringtrue.clock import rfc3339
from ringtrue.testing.clock import START

if TYPE_CHECKING:
    from conftest import Desk

OPEN, SHUT = "2027-03-05T10:00:00-05:00", "2027-03-06T10:00:00-05:00"  # a Friday and a Saturday in New York


@pytest.fixture
def office(desk: Desk) -> Desk:
    """The example, which now calls on weekdays from nine to six."""
    file = example().replace("calling_hours: null", 'calling_hours: ["mon-fri 09:00-18:00"]')
    answer = desk.ask("PUT", "/projects/appointment", content=file, headers={"Content-Type": "application/yaml"})
    assert answer.status_code == 201
    return desk


def checked(desk: Desk, **changes: object) -> tuple[object, ...]:
    """Whether, why not, when."""
    answer = desk.ask("POST", "/calls/check", json=desk.body(**changes), key="rt_read")
    assert answer.status_code == 200, answer.text
    document = answer.json()
    assert set(document) == {"allowed", "code", "detail", "rings_at"}
    return document["allowed"], document["code"], document["rings_at"]


def test_what_would_ring_is_told_with_its_time(desk: Desk) -> None:
    """Nothing rings, and no call, thread or event is there after."""
    before = [desk.count(table) for table in ("calls", "threads", "events")]

    assert checked(desk, scheduled_for="2027-03-04T10:30:00-05:00") == (True, None, "2027-03-04T15:30:00.000Z")
    allowed, code, rings_at = checked(desk)
    assert (allowed, code) == (True, None)
    assert rings_at == rfc3339(START)
    assert [desk.count(table) for table in ("calls", "threads", "events")] == before
    assert desk.rings == []


def test_what_would_not_is_told_with_the_reason(desk: Desk) -> None:
    """The codes are those that placing it would be refused with."""
    for changes, code in (({"callee": "911"}, "emergency_number"), ({"callee": "+19005550100"}, "premium_rate_number")):
        assert checked(desk, **changes) == (False, code, None)
        assert (desk.place(**changes).status_code, desk.place(**changes).json()["code"]) == (403, code)
    desk.ask("PUT", "/suppressions/+14155550123")
    assert checked(desk) == (False, "suppressed", None)


def test_a_request_that_is_wrong_is_refused_as_when_placing(desk: Desk) -> None:
    """422, the same faults; unknown fields too, as on every operation of our own."""
    for changes in ({"callee": "letters"}, {"project_id": "none"}, {"scheduled_for": "soon"}, {"timezone": "Mars/Olympus"}):
        body = desk.body(**changes)
        answers = [desk.ask("POST", path, json=body) for path in ("/calls/check", "/voice/phone-call")]
        assert [answer.status_code for answer in answers] == [422, 422]
        assert answers[0].json()["errors"] == answers[1].json()["errors"]
    assert desk.ask("POST", "/calls/check", json=desk.body(colour="red")).status_code == 422


@pytest.mark.parametrize(
    ("callee", "timezone", "when", "is_allowed"),
    [
        ("+12125550123", None, OPEN, True),
        ("+12125550123", None, SHUT, False),
        ("+12125550123", None, "2027-03-05T18:00:00-05:00", False),
        ("+14155550123", None, OPEN, False),  # seven in the morning in San Francisco
        ("+14155550123", "America/New_York", OPEN, True),
        ("+18005550123", None, OPEN, False),  # anywhere in North America
        ("+18005550123", None, "2027-03-05T13:00:00-05:00", False),  # eight in Honolulu
    ],
)
def test_calling_hours_are_those_of_the_callee(
    office: Desk, callee: str, timezone: str | None, when: str, is_allowed: bool
) -> None:
    """Its zone as named, else by its number; where that leaves several, it must be time in all of them."""
    changes = {"callee": callee, "timezone": timezone, "scheduled_for": when}

    allowed, code, _ = checked(office, **changes)
    placed = office.place(**changes)

    assert (allowed, code) == (is_allowed, None if is_allowed else "outside_calling_hours")
    assert placed.status_code == (200 if is_allowed else 403)
    assert is_allowed or placed.json()["code"] == "outside_calling_hours"


@pytest.mark.parametrize(
    ("instant", "is_allowed"),
    [
        ("2027-03-12T13:59:59Z", False),  # a Friday in winter time: five hours behind
        ("2027-03-12T14:00:00Z", True),
        ("2027-03-12T22:59:59Z", True),
        ("2027-03-12T23:00:00Z", False),
        ("2027-03-15T12:59:59Z", False),  # the Monday after the change: four
        ("2027-03-15T13:00:00Z", True),
        ("2027-03-15T21:59:59Z", True),
        ("2027-03-15T22:00:00Z", False),
        ("2027-11-05T13:00:00Z", True),  # the Friday before it is changed back
        ("2027-11-08T13:59:59Z", False),
        ("2027-11-08T14:00:00Z", True),
        ("2027-11-08T22:59:59Z", True),
    ],
)
def test_calling_hours_follow_the_clock_of_the_callee_through_its_changes(office: Desk, instant: str, is_allowed: bool) -> None:
    """Nine to six in New York, whatever that is in UTC."""
    assert checked(office, callee="+12125550123", scheduled_for=instant)[0] is is_allowed


def test_a_call_that_could_not_ring_in_time_does_not_ring_after_hours(office: Desk) -> None:
    """Its deadline is the end of the hours: after a downtime it is missed, not made up for."""
    answer = office.place(callee="+12125550123", scheduled_for="2027-03-05T17:55:00-05:00")

    call = office.store.run_now(lambda tx: tx.call(answer.json()["call"]["id"]))
    assert call is not None
    assert call.deadline_at is not None and call.due_at is not None
    assert call.deadline_at - call.due_at == timedelta(minutes=5)


def test_a_scheduled_call_is_moved(office: Desk) -> None:
    """Earlier or later, by its own zone; the rules are those of placing it, the end of the hours included."""
    placed = office.place(callee="+12125550123", timezone="America/New_York", scheduled_for=OPEN).json()["call"]["id"]

    def moved(when: str, *, key: str = "rt_full", call: str = placed) -> tuple[int, object]:
        answer = office.ask("PATCH", f"/calls/{call}", json={"scheduled_for": when}, key=key)
        return answer.status_code, answer.json().get("code") or answer.json()["scheduled_for"]

    assert moved("2027-03-08T17:55") == (200, "2027-03-08T22:55:00.000Z")
    call = office.store.run_now(lambda tx: tx.call(placed))
    assert call is not None and call.deadline_at is not None and call.due_at is not None
    assert call.deadline_at - call.due_at == timedelta(minutes=5)
    assert moved(SHUT) == (403, "outside_calling_hours")
    assert moved("soon") == (422, "invalid_input")
    assert moved("2020-01-01T10:00Z") == (422, "invalid_input")
    assert moved(OPEN, key="rt_read")[0] == 403
    assert moved(OPEN, key="rt_other") == (404, "not_found")
    assert moved(OPEN, call="call_0") == (404, "not_found")
    assert office.ask("GET", f"/calls/{placed}").json()["scheduled_for"] == "2027-03-08T22:55:00.000Z"


@pytest.mark.parametrize("status", ["queued", "ongoing", "ended", "error"])
def test_another_call_cannot_be_moved(desk: Desk, status: str) -> None:
    """409 names its status."""
    answer = desk.ask("PATCH", f"/calls/{desk.call(status).id}", json={"scheduled_for": OPEN})

    assert (answer.status_code, answer.json()["code"]) == (409, "wrong_state")
    assert status in answer.json()["detail"]
