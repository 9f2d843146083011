"""Problems: one shape for whatever goes wrong (RFC 9457), and never a word of the input."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from structlog.testing import capture_logs

from ringtrue.api.doors import RequestStore
from ringtrue.errors import Fenced, RingtrueError, StoreUnavailable

if TYPE_CHECKING:
    from conftest import Desk

SECRET = "Zanzibar"
TEXT = {"Content-Type": "text/plain"}


class Broken:
    """A store that raises."""

    def __init__(self, error: Exception) -> None:
        self._error = error

    async def read_for(self, _scope: object, _work: object) -> None:
        """Raise it."""
        raise self._error

    run_for = read_for


def problem(answer: httpx.Response) -> dict[str, Any]:
    """The answer, which is a problem."""
    document: dict[str, Any] = answer.json()
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert document["type"] == f"urn:ringtrue:problem:{document['code']}"
    assert document["status"] == answer.status_code
    of_rfc_9110 = {413: "Content Too Large", 416: "Range Not Satisfiable", 422: "Unprocessable Content"}
    assert document["title"] == of_rfc_9110.get(answer.status_code, HTTPStatus(answer.status_code).phrase)
    assert document["request_id"] == answer.headers["X-Request-Id"]
    assert document["detail"][0].isupper() and document["detail"].endswith(".")
    assert ("errors" in document) == (answer.status_code == 422)
    for fault in document.get("errors", []):
        assert list(fault) == ["loc", "msg", "code"]
        assert fault["msg"].endswith(".")
    return document


@pytest.mark.parametrize(
    ("method", "path", "options", "status", "code"),
    [
        ("GET", "/projects", {"key": None}, 401, "unauthorized"),
        ("POST", "/threads", {"key": "rt_read"}, 403, "key_reads_only"),
        ("GET", "/recordings/x.wav", {}, 403, "link_invalid"),
        ("GET", "/", {}, 404, "not_found"),
        ("PUT", "/calls", {}, 405, "method_not_allowed"),
        ("GET", "/calls/", {}, 404, "not_found"),
        ("GET", "/projects/", {}, 404, "not_found"),
        ("GET", f"/calls/{SECRET}", {}, 404, "not_found"),
        ("GET", f"/threads/{SECRET}", {}, 404, "not_found"),
        ("GET", f"/projects/{SECRET}", {}, 404, "not_found"),
        ("DELETE", "/projects", {}, 405, "method_not_allowed"),
        ("PUT", "/voice/phone-call", {}, 405, "method_not_allowed"),
        ("OPTIONS", "/livez", {}, 405, "method_not_allowed"),
        ("BREW", "/livez", {}, 405, "method_not_allowed"),
        ("POST", "/threads", {"content": b"x" * (1 << 20) + b"x"}, 413, "body_too_large"),
        ("POST", "/threads", {"content": b"x", "headers": TEXT}, 415, "media_type_unsupported"),
        ("POST", "/threads", {"content": SECRET.encode()}, 422, "json_invalid"),
        ("POST", "/threads", {"content": b"[]"}, 422, "body_not_object"),
        ("POST", "/threads", {"json": {"timezone": SECRET}}, 422, "invalid_input"),
        ("POST", "/threads", {"json": {"timezone": [SECRET]}}, 422, "invalid_input"),
        ("POST", "/threads", {"json": {"type": SECRET}}, 422, "invalid_input"),
        ("POST", "/threads", {"json": {"project_name": SECRET}}, 422, "invalid_input"),
        ("POST", "/threads", {"json": {"user_phone_number": SECRET}}, 422, "invalid_input"),
        ("POST", "/threads", {"json": {"json_data": f'"{SECRET}"'}}, 422, "invalid_input"),
        ("POST", "/voice/phone-call", {}, 422, "invalid_input"),
        ("POST", "/voice/phone-call", {"json": {"callee": SECRET, "project_id": "appointment"}}, 422, "invalid_input"),
        ("POST", "/voice/phone-call", {"json": {"callee": "911", "project_id": "appointment"}}, 403, "emergency_number"),
        ("PUT", "/projects/x", {}, 422, "body_missing"),
        ("GET", f"/projects?{SECRET}=1", {}, 422, "invalid_input"),
    ],
)  # fmt: skip
def test_every_refusal_is_a_problem(desk: Desk, method: str, path: str, options: dict[str, Any], status: int, code: str) -> None:
    """Of one shape, with a code, and without what was sent."""
    answer = desk.ask(method, path, **options)

    assert (answer.status_code, problem(answer)["code"]) == (status, code)
    assert SECRET not in answer.text


def test_a_wrong_state_and_a_missing_trunk_are_problems(desk: Desk) -> None:
    """409."""
    assert problem(desk.ask("POST", f"/calls/{desk.call('ended').id}/cancel"))["code"] == "wrong_state"


def test_a_method_that_is_not_taken_names_those_that_are(desk: Desk) -> None:
    """RFC 9110, section 15.5.6."""
    assert desk.ask("DELETE", "/voice/phone-call").headers["Allow"] == "POST"


def test_a_large_input_of_the_wrong_type_is_answered_shortly(desk: Desk) -> None:
    """The framework would repeat it."""
    answer = desk.place(callee=["x" * 900_000])

    assert (answer.status_code, len(answer.content) < 1000) == (422, True)
    problem(answer)


def test_a_store_that_is_away_is_503(desk: Desk) -> None:
    """And worth another try."""
    desk.wire(store=RequestStore(Broken(StoreUnavailable("The disk is full: make room."))))

    answer = desk.ask("GET", "/projects")

    assert (answer.status_code, problem(answer)["code"], answer.headers["Retry-After"]) == (503, "store_unavailable", "1")


@pytest.mark.parametrize("error", [RuntimeError(SECRET), KeyError(SECRET), Fenced(SECRET), RingtrueError(SECRET)])
def test_a_bug_is_a_500_that_says_nothing(desk: Desk, error: Exception) -> None:
    """The log has it whole; the answer has the id to look for."""
    desk.wire(store=RequestStore(Broken(error)))

    with capture_logs() as logged:
        answer = desk.ask("GET", "/calls/call_1", headers={"X-Request-Id": "mine"})

    document = problem(answer)
    assert (answer.status_code, document["code"], document["request_id"]) == (500, "internal", "mine")
    assert [(one["request_id"], one["exc_info"]) for one in logged] == [("mine", error)]
    assert SECRET not in answer.text
