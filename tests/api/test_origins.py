"""Pages of other origins: allowed ones may use a thread's token, none an API key, and none anything else."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import httpx
import pytest

from ringtrue.api import auth, origins
from ringtrue.api.routes import api_keys, calls, chat, messages, phone_calls, threads, tokens
from ringtrue.testing.office import ANNA

if TYPE_CHECKING:
    from conftest import Desk

GOOD, EVIL = "https://good.example", "https://evil.example"
OPEN = [
    ("GET", "/threads/thread_1"),
    ("GET", "/threads/thread_1/messages"),
    ("GET", "/calls"),
    ("GET", "/calls/call_1"),
    ("POST", "/chat"),
    ("POST", "/voice/thread_1/phone-call"),
    ("POST", "/voice/thread_1/web-call"),
]
CLOSED = [
    ("GET", "/threads"),
    ("POST", "/threads"),
    ("PATCH", "/threads/thread_1"),
    ("POST", "/threads/thread_1/token"),
    ("POST", "/voice/phone-call"),
    ("POST", "/calls/call_1/hangup"),
    ("GET", "/calls/call_1/recording"),
    ("GET", "/projects"),
    ("GET", "/api-keys"),
    ("GET", "/livez"),
    ("GET", "/nothing"),
    ("DELETE", "/chat"),
]


@pytest.fixture(autouse=True)
def allowed(desk: Desk) -> None:
    """The operator allows one origin."""
    desk.wire(allowed_origins=(GOOD,))


def preflight(desk: Desk, method: str, path: str, origin: str = GOOD) -> httpx.Response:
    """What a browser asks first."""
    asked = {"Access-Control-Request-Method": method, "Access-Control-Request-Headers": "authorization,content-type"}
    return desk.ask("OPTIONS", path, key=None, headers={"Origin": origin, **asked})


def shared(answer: httpx.Response) -> list[str]:
    """The headers that open it to a page."""
    return [name for name in answer.headers if name.startswith("access-control-")]


@pytest.mark.parametrize(("method", "path"), OPEN)
def test_a_page_of_an_allowed_origin_may_ask(desk: Desk, method: str, path: str) -> None:
    """It is told so before it does, for its own origin alone, and without cookies."""
    answer = preflight(desk, method, path)

    assert answer.status_code == 200
    assert answer.headers["Access-Control-Allow-Origin"] == GOOD
    assert answer.headers["Vary"].split(", ")[0] == "Origin"
    assert "authorization" in answer.headers["Access-Control-Allow-Headers"].lower()
    assert "Access-Control-Allow-Credentials" not in answer.headers
    assert "X-Request-Id" in answer.headers


@pytest.mark.parametrize(("method", "path"), CLOSED)
def test_nothing_else_is_open_to_pages(desk: Desk, method: str, path: str) -> None:
    """Neither before nor after."""
    assert shared(preflight(desk, method, path)) == []
    assert shared(desk.ask(method, path, key=None, headers={"Origin": GOOD})) == []


@pytest.mark.parametrize(
    "origin", [EVIL, "null", "https://good.example.evil", "http://good.example", f"{GOOD}:444", GOOD.upper()]
)
def test_other_origins_are_shown_nothing(desk: Desk, origin: str) -> None:
    """However much they resemble it."""
    assert shared(preflight(desk, "POST", "/chat", origin)) == []
    assert shared(desk.ask("GET", "/calls", key=None, headers={"Origin": origin})) == []


def test_without_allowed_origins_no_page_may_ask(desk: Desk) -> None:
    """That is how it is delivered."""
    desk.wire(allowed_origins=())

    assert shared(preflight(desk, "POST", "/chat")) == []


def test_a_page_chats_with_a_token_and_reads_every_answer(desk: Desk) -> None:
    """Refusals too; an API key in it is refused."""
    body = {"json_data": json.dumps(dict(ANNA)), "project_name": "appointment"}
    thread = desk.ask("POST", "/threads", json=body).json()["thread_id"]
    token = desk.ask("POST", f"/threads/{thread}/token").json()["access_token"]
    origin = {"Origin": GOOD}
    message = {"thread_id": thread, "message": "yes"}

    said = desk.ask("POST", "/chat", key=token, json=message, headers=origin)
    missing = desk.ask("GET", "/threads/thread_none", key=token, headers=origin)
    wrong = desk.ask("POST", "/chat", key=token, json={}, headers=origin)
    by_key = desk.ask("POST", "/chat", json=message, headers=origin)

    answers = (said, missing, wrong, by_key)
    assert [one.status_code for one in answers] == [200, 404, 422, 403]
    assert {one.headers.get("Access-Control-Allow-Origin") for one in answers} == {GOOD}
    assert "X-Request-Id" in said.headers["Access-Control-Expose-Headers"]
    assert by_key.json()["code"] == "cross_origin_api_key"


def test_what_is_open_is_found_by_who_may_ask() -> None:
    """A route says it once, by the type of its client."""
    routers = (calls, phone_calls, threads, tokens, messages, chat, api_keys)
    routes = [route for one in routers for route in one.router.routes]

    found = origins.open_routes(routes, to_guests=auth.principal, to_clients=auth.client)

    assert sorted(route.path for route in found) == [
        "/calls",
        "/calls/{call_id}",
        "/chat",
        "/threads/{thread_id}",
        "/threads/{thread_id}/messages",
        "/voice/{thread_id}/phone-call",
        "/voice/{thread_id}/web-call",
    ]
