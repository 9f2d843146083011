"""Fields and parameters that nobody documented: named where the vendor's clients may send them."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import unquote

import pytest

if TYPE_CHECKING:
    from conftest import Desk

NAMED = "Ringtrue-Ignored-Fields"


def test_unknown_fields_are_ignored_and_named(desk: Desk) -> None:
    """In the order they were sent, then the parameters; the call is placed."""
    answer = desk.ask("POST", "/voice/phone-call?trace=1&debug=2", json=desk.body(voice="anna", verification_code="1"))

    assert answer.status_code == 202
    assert answer.headers[NAMED] == "voice, verification_code, trace, debug"


def test_known_fields_are_not_named(desk: Desk) -> None:
    """No header at all."""
    answer = desk.place(timezone=None, scheduled_for=None, metadata={"anything": 1}, config_version_id=None)

    assert answer.status_code == 202
    assert NAMED not in answer.headers


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/calls/{call}", 200),
        ("GET", "/calls/call_0", 404),
        ("GET", "/threads/{thread}", 200),
        ("POST", "/threads", 200),
        ("POST", "/voice/{thread}/phone-call", 200),
        ("POST", "/voice/thread_0/phone-call", 404),
    ],
)
def test_every_documented_operation_ignores_them(desk: Desk, method: str, path: str, status: int) -> None:
    """Whatever its answer is."""
    call = desk.call()
    body = {"callee": "+14155550123", "project_id": "appointment", "surplus": 1} if path.startswith("/voice") else None

    answer = desk.ask(method, f"{path.format(call=call.id, thread=call.thread_id)}?more=1", json=body)

    assert (answer.status_code, answer.headers[NAMED]) == (status, "surplus, more" if body else "more")


def test_a_browser_call_knows_its_project_only(desk: Desk) -> None:
    """What a phone call takes is unknown here."""
    body = {"callee": "+14155550123", "project_id": "appointment"}

    answer = desk.ask("POST", f"/voice/{desk.thread()}/web-call", json=body)

    assert (answer.status_code, answer.headers[NAMED]) == (501, "callee")


def test_they_are_named_beside_a_mistake_too(desk: Desk) -> None:
    """A misspelt field is often why another one is missing."""
    answer = desk.place(callee=..., calle="+14155550123")

    assert (answer.status_code, answer.headers[NAMED]) == (422, "calle")


@pytest.mark.parametrize("name", ["a b", "a,b", "a\r\nX-Evil: 1", "ä", "\U0001f600", "", '"', "%0a"])
def test_names_come_back_as_they_can_stand_in_a_header(desk: Desk, name: str) -> None:
    """Percent-encoded: nothing of a name can end the header or look like two."""
    answer = desk.ask("POST", "/voice/phone-call", json=desk.body(**{name: 1}))

    assert "X-Evil" not in answer.headers
    assert (answer.status_code, unquote(answer.headers.get(NAMED, ""))) == (202, name)


def test_a_flood_of_names_is_cut(desk: Desk) -> None:
    """To twenty of 64 characters."""
    flood = {f"{number:03}{'x' * 1000}": 1 for number in range(500)}

    answer = desk.ask("POST", "/voice/phone-call", json=desk.body(**flood))

    named = answer.headers[NAMED].split(", ")
    assert answer.status_code == 202
    assert named == [f"{number:03}{'x' * 61}" for number in range(20)]


def test_what_is_ignored_stays_with_its_request(desk: Desk) -> None:
    """The next request has none of it."""
    desk.place(surplus=1)

    assert NAMED not in desk.place().headers
