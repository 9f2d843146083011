"""`POST /calls/{id}/cancel` and `/hangup`: requests that are committed, and what the wrong status answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Desk

STATUSES = {
    "scheduled": "scheduled",
    "queued": "queued",
    "ringing": "queued",
    "ongoing": "ongoing",
    "ended": "ended",
    "error": "error",
}
ALLOWED = [("cancel", "scheduled"), ("cancel", "queued"), ("cancel", "ringing"), ("hangup", "ongoing")]
WRONG = [(verb, stage) for verb in ("cancel", "hangup") for stage in STATUSES if (verb, stage) not in ALLOWED]


@pytest.mark.parametrize("stage", ["scheduled", "queued"])
def test_a_call_that_waits_is_cancelled_at_once(desk: Desk, stage: str) -> None:
    """The answer is the whole record: ended, cancelled, never started."""
    call = desk.call(stage)

    answer = desk.ask("POST", f"/calls/{call.id}/cancel")

    got = answer.json()
    assert (answer.status_code, got["status"], got["disconnection_reason"]) == (200, "ended", "cancelled")
    assert (got["start_timestamp"], got["duration_ms"], got["conversation_id"]) == (None, None, None)
    assert isinstance(got["end_timestamp"], int)
    assert got == desk.ask("GET", f"/calls/{call.id}").json()


@pytest.mark.parametrize(("verb", "stage"), [("cancel", "ringing"), ("hangup", "ongoing")])
def test_a_call_on_the_wire_is_ended_by_its_worker(desk: Desk, verb: str, stage: str) -> None:
    """The request stands in the table and the doorbell rang; the status moves when the leg is over. Repeating is harmless."""
    call = desk.call(stage)

    first = desk.ask("POST", f"/calls/{call.id}/{verb}")
    again = desk.ask("POST", f"/calls/{call.id}/{verb}")

    stored = desk.store.read_now(lambda tx: tx.call(call.id))
    assert stored is not None
    assert (stored.cancel_asked, stored.hang_up_asked) == (verb == "cancel", verb == "hangup")
    assert (first.status_code, first.json()["status"]) == (200, STATUSES[stage])
    assert again.json() == first.json()
    assert desk.rings == [1, 1]


@pytest.mark.parametrize(("verb", "stage"), WRONG)
def test_the_wrong_status_is_named(desk: Desk, verb: str, stage: str) -> None:
    """409, and nothing was asked."""
    call = desk.call(stage)

    answer = desk.ask("POST", f"/calls/{call.id}/{verb}")

    assert (answer.status_code, answer.json()["code"]) == (409, "wrong_state")
    assert f"is {STATUSES[stage]}" in answer.json()["detail"]
    assert desk.rings == []
    assert desk.store.read_now(lambda tx: tx.call(call.id)) == call


@pytest.mark.parametrize("verb", ["cancel", "hangup"])
@pytest.mark.parametrize("body", [b"", b"{}", b"null"])
def test_no_body_is_needed(desk: Desk, verb: str, body: bytes) -> None:
    """Clients that always send one send an empty object."""
    call = desk.call("ringing" if verb == "cancel" else "ongoing")

    assert desk.ask("POST", f"/calls/{call.id}/{verb}", content=body).status_code == 200


@pytest.mark.parametrize("verb", ["cancel", "hangup"])
@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b'{"reason": "x"}', 422, "unknown_field"),
        (b"[]", 422, "body_not_object"),
        (b'"x"', 422, "body_not_object"),
        (b"0", 422, "body_not_object"),
        (b"false", 422, "body_not_object"),
        (b"{", 422, "json_invalid"),
    ],
)
def test_another_body_is_refused(desk: Desk, verb: str, body: bytes, status: int, code: str) -> None:
    """A client that says more than we understand is told so, and nothing happens to its call."""
    call = desk.call("ringing" if verb == "cancel" else "ongoing")

    answer = desk.ask("POST", f"/calls/{call.id}/{verb}", content=body)

    problem = answer.json()
    assert (answer.status_code, problem["errors"][0]["code"]) == (status, code)
    assert desk.rings == []


@pytest.mark.parametrize("verb", ["cancel", "hangup", "recording"])
def test_an_unknown_parameter_is_refused(desk: Desk, verb: str) -> None:
    """On our own operations."""
    method = "GET" if verb == "recording" else "POST"

    answer = desk.ask(method, f"/calls/{desk.call().id}/{verb}?when=now")

    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, "unknown_field")
    assert "when" not in answer.json()["detail"]


@pytest.mark.parametrize("call_id", ["call_0", "x", "%00", "%ff", "..", "call_0%2Fx", "a" * 5000, "🙂"])
@pytest.mark.parametrize(("method", "verb"), [("GET", ""), ("POST", "/cancel"), ("POST", "/hangup"), ("GET", "/recording")])
def test_a_call_that_is_not_there_is_404(desk: Desk, method: str, verb: str, call_id: str) -> None:
    """Whatever stands in the id's place."""
    answer = desk.ask(method, f"/calls/{call_id}{verb}")

    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
