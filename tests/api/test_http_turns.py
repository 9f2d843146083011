"""`GET /calls/{id}/turns` and `GET /calls/{id}/turn-log`: who may see them, and what they say in every status."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from jsonschema import Draft202012Validator

from ringtrue.analysis.turn_report import written
from ringtrue.calls import keys
from ringtrue.calls.turn_log import packed
from ringtrue.testing.clock import START

if TYPE_CHECKING:
    from conftest import Desk

ADMIN = "rt_admin"
LINES = ['{"v":1,"rate_hz":8000}', '[0,0,"Tick"]', '[800,0,{"is":"KeyPressed","digit":"\\u2022","began":800},"Flush"]']
TURN: dict[str, Any] = {
    "by": "words",
    "ended_ms": 4000,
    "transcribed_ms": 4400,
    "decided_ms": 4500,
    "replied_ms": 4500,
    "produced_ms": 4600,
    "sent_ms": 4620,
    "stages": {"recognition_ms": 400, "end_of_turn_ms": 500, "reply_ms": 0, "synthesis_ms": 100, "sending_ms": 20},
    "gap_ms": 620,
    "recorded": {"ended_ms": 4010, "began_ms": 4660, "gap_ms": 650},
}


@pytest.fixture
def admin(desk: Desk) -> str:
    """A key of scope admin."""
    desk.store.run_now(lambda tx: keys.issue(tx, desk.office.org.id, "admin", "admin", secret=ADMIN, at=START))
    return ADMIN


def logged(desk: Desk, status: str) -> str:
    """A call in that status whose log has two pieces; its id."""
    call = desk.call(status)
    for piece, lines in enumerate((LINES[:2], LINES[2:])):
        data = packed(lines)
        desk.store.run_now(lambda tx, piece=piece, data=data: tx.put_turn_log(call.id, piece, data))  # type: ignore[misc]
    return call.id


@pytest.mark.parametrize(
    ("status", "told"),
    [("scheduled", "pending"), ("ringing", "pending"), ("ongoing", "pending"), ("ended", "pending"), ("error", "none")],
)
def test_turns_that_were_not_measured_are_pending_or_will_never_be(desk: Desk, status: str, told: str) -> None:
    """A call that was never answered has none."""
    call = desk.call(status)

    answer = desk.ask("GET", f"/calls/{call.id}/turns", key="rt_read")

    assert (answer.status_code, answer.json()) == (200, {"call_id": call.id, "status": told, "turns": []})


def test_measured_turns_are_told_as_they_are_described(desk: Desk) -> None:
    """Both measures of each, to any key of the organization."""
    call = desk.call("ended")
    turns = [TURN, {**TURN, "by": "keys", "transcribed_ms": None, "recorded": None, "sent_ms": None, "gap_ms": None}]
    desk.store.run_now(lambda tx: tx.put_turns(call.id, written(turns, status="complete")))

    answer = desk.ask("GET", f"/calls/{call.id}/turns", key="rt_read")

    document = desk.ask("GET", "/openapi.json", key=None).json()
    schema = {"$ref": "#/components/schemas/TurnsShape", "components": document["components"]}
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.json() == {"call_id": call.id, "status": "complete", "turns": turns}
    assert desk.ask("GET", f"/calls/{call.id}", key="rt_read").json()["turns"] == turns
    Draft202012Validator(schema).validate(answer.json())
    assert set(document["components"]["schemas"]["TurnShape"]["properties"]) == set(TURN)


@pytest.mark.parametrize(("status", "told"), [("ongoing", "pending"), ("ended", "complete")])
def test_the_log_is_all_its_pieces(desk: Desk, admin: str, status: str, told: str) -> None:
    """While the call runs as well, as far as it is written."""
    call_id = logged(desk, status)

    answer = desk.ask("GET", f"/calls/{call_id}/turn-log", key=admin)

    expected = {"call_id": call_id, "status": told, "lines": [json.loads(line) for line in LINES]}
    assert (answer.status_code, answer.json()) == (200, expected)


def test_a_call_without_a_log_says_so(desk: Desk, admin: str) -> None:
    """An older call, or one that was never answered."""
    call = desk.call("error")

    assert desk.ask("GET", f"/calls/{call.id}/turn-log", key=admin).json() == {"call_id": call.id, "status": "none", "lines": []}


@pytest.mark.parametrize(("key", "status"), [("rt_full", 403), ("rt_read", 403), ("rt_revoked", 401), (None, 401)])
def test_the_log_is_for_admins(desk: Desk, key: str | None, status: int) -> None:
    """Others get nothing of it."""
    answer = desk.ask("GET", f"/calls/{logged(desk, 'ended')}/turn-log", key=key)

    assert answer.status_code == status
    assert "Tick" not in answer.text


@pytest.mark.parametrize("path", ["turns", "turn-log"])
def test_another_organization_s_call_is_not_there(desk: Desk, admin: str, path: str) -> None:
    """As if it did not exist."""
    call = desk.call("ended", office=desk.stranger)

    assert [desk.ask("GET", f"/calls/{one}/{path}", key=admin).status_code for one in (call.id, "call_none")] == [404, 404]


@pytest.mark.parametrize("path", ["turns", "turn-log"])
def test_surplus_parameters_are_refused(desk: Desk, admin: str, path: str) -> None:
    """These operations are ours."""
    assert desk.ask("GET", f"/calls/{desk.call('ended').id}/{path}?page=1", key=admin).status_code == 422
