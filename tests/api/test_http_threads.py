"""Threads over HTTP, and calls that are placed in one."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from ringtrue.calls.threads import Prices
from ringtrue.ids import ThreadId
from ringtrue.testing.office import ANNA

if TYPE_CHECKING:
    from conftest import Desk

EVERYTHING = {
    "timezone": "Asia/Tokyo",
    "user_phone_number": "(415) 555-0123",
    "user_email": "anna@example.com",
    "project_name": "appointment",
    "json_data": json.dumps(ANNA),
    "type": "NORMAL",
}


def created(desk: Desk, **fields: Any) -> str:
    """A new thread."""
    answer = desk.ask("POST", "/threads", json=fields)
    assert (answer.status_code, list(answer.json())) == (200, ["thread_id"])
    return str(answer.json()["thread_id"])


def placed_in(desk: Desk, thread_id: str, **changes: Any) -> Any:
    """The answer to placing a call in the thread."""
    body = {"callee": "+14155550123", "project_id": "appointment", **changes}
    desk.clock.plans = []
    return desk.ask("POST", f"/voice/{thread_id}/phone-call", json={k: v for k, v in body.items() if v is not ...})


@pytest.mark.parametrize("body", [None, b"", b"{}", b"null"])
def test_a_thread_needs_nothing(desk: Desk, body: bytes | None) -> None:
    """No field, no body."""
    answer = desk.ask("POST", "/threads", content=body)

    assert (answer.status_code, answer.json()["thread_id"][:7]) == (200, "thread_")


def test_every_field_may_be_null(desk: Desk) -> None:
    """As if it were not there."""
    created(desk, **dict.fromkeys(EVERYTHING))


def test_a_thread_keeps_what_it_was_made_with(desk: Desk) -> None:
    """The number as E.164, the project by its id."""
    thread_id = created(desk, **EVERYTHING)

    thread = desk.store.read_now(lambda tx: tx.thread(desk.office.org.id, ThreadId(thread_id)))

    assert thread is not None
    assert (thread.party, thread.email, thread.timezone) == ("+14155550123", "anna@example.com", "Asia/Tokyo")
    assert (thread.project_id, json.loads(thread.json_data)) == (desk.office.project.id, ANNA)


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("timezone", "Mars/Base", "timezone_unknown"),
        ("timezone", 9, "string_type"),
        ("user_phone_number", "anna", "number_invalid"),
        ("user_phone_number", 14155550123, "string_type"),
        ("user_email", "x" * 255, "string_too_long"),
        ("project_name", "nobody", "project_unknown"),
        ("json_data", "[]", "json_data_not_object"),
        ("json_data", {}, "string_type"),
        ("type", "SPECIAL", "type_unknown"),
    ],
)
def test_a_wrong_field_is_named(desk: Desk, field: str, value: object, code: str) -> None:
    """And no thread is made."""
    answer = desk.ask("POST", "/threads", json={field: value})

    (fault,) = answer.json()["errors"]
    assert (answer.status_code, fault["loc"], fault["code"]) == (422, [field], code)
    assert desk.count("threads") == 0


def test_a_thread_is_read_with_its_use(desk: Desk) -> None:
    """Numbers as JSON numbers; a call of 61.5 s is 1.03 minutes, to the hundredth above."""
    answer = desk.ask("GET", f"/threads/{desk.call('ended').thread_id}")

    document = answer.json()
    assert list(document) == ["id", "usage", "alias", "timezone"]
    assert document["usage"] == {
        "billable_messages": 0,
        "billable_message_cost": 0,
        "voice_minutes": 1.03,
        "voice_cost": 0,
        "total_cost": 0,
    }
    assert '"voice_minutes":1.03' in answer.text.replace(" ", "")


def test_a_use_has_its_price(desk: Desk) -> None:
    """As the operator set it, exact to the last digit, and in JSON numbers."""
    thread_id = created(desk, project_name="appointment", json_data=json.dumps(ANNA))
    desk.wire(prices=Prices(message=Decimal("0.1"), minute=Decimal("0.07")))
    for _ in range(3):
        assert desk.ask("POST", "/chat", json={"thread_id": thread_id, "message": "yes"}).status_code == 200
    calls_thread = desk.call("ended").thread_id

    written = desk.ask("GET", f"/threads/{thread_id}")
    spoken = desk.ask("GET", f"/threads/{calls_thread}")

    assert written.json()["usage"] == {
        "billable_messages": 3,
        "billable_message_cost": 0.3,
        "voice_minutes": 0.0,
        "voice_cost": 0.0,
        "total_cost": 0.3,
    }
    assert '"billable_message_cost":0.3,' in written.text
    assert (spoken.json()["usage"]["voice_cost"], spoken.json()["usage"]["total_cost"]) == (0.0721, 0.0721)


def test_a_new_thread_used_nothing(desk: Desk) -> None:
    """It has its zone and no alias."""
    thread_id = created(desk, timezone="Asia/Tokyo")

    document = desk.ask("GET", f"/threads/{thread_id}").json()

    assert (document["id"], document["alias"], document["timezone"]) == (thread_id, None, "Asia/Tokyo")
    assert document["usage"]["voice_minutes"] == 0


@pytest.mark.parametrize("thread_id", ["thread_0", "x", "%00", "%ff", "a" * 5000])
def test_a_thread_that_is_not_there_is_404(desk: Desk, thread_id: str) -> None:
    """To read, and to call in."""
    read, called = desk.ask("GET", f"/threads/{thread_id}"), placed_in(desk, thread_id)

    assert (read.status_code, called.status_code) == (404, 404)
    assert desk.count("calls") == 0


def test_a_call_in_a_thread_is_answered_with_itself(desk: Desk) -> None:
    """A bare CallInfo; it sees the thread's data and belongs to it."""
    thread_id = created(desk, json_data=json.dumps(ANNA))

    answer = placed_in(desk, thread_id)

    call = answer.json()
    record = desk.ask("GET", f"/calls/{call['id']}").json()
    assert (answer.status_code, call["status"], call["to_number"]) == (200, "queued", "+14155550123")
    assert list(call)[:3] == ["id", "call_type", "status"]
    assert (record["thread_id"], record["json_data"]) == (thread_id, ANNA)


def test_a_naive_time_is_read_in_the_threads_zone(desk: Desk) -> None:
    """And refused where the thread has none."""
    in_tokyo, nowhere = created(desk, **EVERYTHING), created(desk, json_data=json.dumps(ANNA))

    call = placed_in(desk, in_tokyo, scheduled_for="2027-03-04T10:30").json()
    refused = placed_in(desk, nowhere, scheduled_for="2027-03-04T10:30").json()

    assert (call["status"], call["scheduled_for"]) == ("scheduled", "2027-03-04T01:30:00.000Z")
    assert refused["errors"][0]["code"] == "timezone_missing"


@pytest.mark.parametrize(
    ("change", "loc"),
    [
        ({"callee": ...}, "callee"),
        ({"callee": "anna"}, "callee"),
        ({"project_id": None}, "project_id"),
        ({"project_id": "nobody"}, "project_id"),
        ({"scheduled_for": "soon"}, "scheduled_for"),
        ({"verification_code": 1234}, "verification_code"),
    ],
)
def test_a_wrong_field_of_a_call_in_a_thread_is_named(desk: Desk, change: dict[str, object], loc: str) -> None:
    """And nothing is placed."""
    answer = placed_in(desk, created(desk, json_data=json.dumps(ANNA)), **change)

    assert (answer.status_code, answer.json()["errors"][0]["loc"], desk.count("calls")) == (422, [loc], 0)


def test_a_thread_without_the_data_that_a_project_needs_is_refused(desk: Desk) -> None:
    """Here a request cannot bring any."""
    answer = placed_in(desk, created(desk))

    assert answer.json()["errors"][0] == {
        "loc": ["json_data", "first_name"],
        "msg": answer.json()["errors"][0]["msg"],
        "code": "variables_invalid",
    }


def test_browser_calls_do_not_exist_yet(desk: Desk) -> None:
    """501, and no call."""
    answer = desk.ask("POST", f"/voice/{created(desk)}/web-call", json={"project_id": "appointment"})

    assert (answer.status_code, answer.json()["code"], desk.count("calls")) == (501, "web_calls_not_available", 0)


def test_a_browser_call_needs_its_project(desk: Desk) -> None:
    """422 before anything else is said."""
    answer = desk.ask("POST", f"/voice/{created(desk)}/web-call", json={})

    assert (answer.status_code, answer.json()["errors"][0]["loc"]) == (422, ["project_id"])
