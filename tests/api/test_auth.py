"""Who may ask: keys raw and as bearer tokens, scopes, and nothing to learn about what belongs to others."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ringtrue.api.doors import RequestStore
from ringtrue.calls import keys
from ringtrue.domain.records import ApiKey
from ringtrue.errors import StoreUnavailable
from ringtrue.storage.database import SqliteStore

if TYPE_CHECKING:
    from conftest import Desk

UNKNOWN = "call_00000000000000000000000000"
WRITES = [
    ("POST", "/voice/phone-call"),
    ("POST", "/voice/thread_x/phone-call"),
    ("POST", "/voice/thread_x/web-call"),
    ("POST", f"/calls/{UNKNOWN}/cancel"),
    ("POST", f"/calls/{UNKNOWN}/hangup"),
    ("POST", "/threads"),
    ("PUT", "/projects/appointment"),
]
READS = [
    ("GET", f"/calls/{UNKNOWN}"),
    ("GET", f"/calls/{UNKNOWN}/recording"),
    ("GET", "/threads/thread_x"),
    ("GET", "/projects"),
    ("GET", "/projects/appointment"),
]
FOREIGN = [
    ("GET", "/calls/{call}"),
    ("GET", "/calls/{call}/recording"),
    ("POST", "/calls/{call}/cancel"),
    ("POST", "/calls/{call}/hangup"),
    ("GET", "/threads/{thread}"),
    ("POST", "/voice/{thread}/phone-call"),
    ("POST", "/voice/{thread}/web-call"),
]


class FullDisk:
    """A store that can be read only."""

    def __init__(self, store: SqliteStore) -> None:
        self.read_for = store.read_for

    async def run_for(self, _scope: object, _work: object) -> None:
        """Fail as the store does."""
        raise StoreUnavailable("The disk is full: make room.")


@pytest.mark.parametrize("value", ["rt_full", "Bearer rt_full", "bearer  rt_full", " rt_full "])
def test_a_key_is_taken_raw_and_as_bearer_token(desk: Desk, value: str) -> None:
    """The vendor's clients send it raw, everybody else's with a scheme."""
    assert desk.ask("GET", "/projects", key=value).status_code == 200


@pytest.mark.parametrize("value", [None, "", "Bearer", "Bearer ", "Basic rt_full", "rt_fulL", "rt_full rt_full", "rt_revoked"])
def test_no_valid_key_is_a_401(desk: Desk, value: str | None) -> None:
    """Missing, empty, wrong, revoked or in another scheme: one problem, and how to ask."""
    answer = desk.ask("GET", "/projects", key=value, headers={"X-Request-Id": "same"})

    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json() == {
        "type": "urn:ringtrue:problem:unauthorized",
        "title": "Unauthorized",
        "status": 401,
        "detail": "Send your API key in the Authorization header; the first start printed one and keeps it in DATA/api-key.",
        "code": "unauthorized",
        "request_id": "same",
    }


@pytest.mark.parametrize(("method", "path"), [*WRITES, *READS])
def test_nothing_of_the_api_is_open(desk: Desk, method: str, path: str) -> None:
    """Without a key every operation is a 401, whatever else is wrong with the request."""
    assert desk.ask(method, f"{path}?surplus=1", key=None).status_code == 401


@pytest.mark.parametrize(("method", "path"), WRITES)
def test_a_reading_key_changes_nothing(desk: Desk, method: str, path: str) -> None:
    """Every operation that changes something refuses a key of scope read."""
    answer = desk.ask(method, path, key="rt_read", json=desk.body() if "voice" in path else None)

    assert (answer.status_code, answer.json()["code"]) == (403, "key_reads_only")


def test_a_reading_key_reads(desk: Desk) -> None:
    """Scope read suffices for records."""
    assert desk.ask("GET", f"/calls/{desk.call().id}", key="rt_read").status_code == 200


@pytest.mark.parametrize(("method", "path"), FOREIGN)
def test_what_belongs_to_others_does_not_exist(desk: Desk, method: str, path: str) -> None:
    """The 404 of a stranger's object is, byte for byte, that of an id that never was."""
    theirs = desk.call(office=desk.stranger)
    body = {"callee": "+14155550123", "project_id": "appointment"} if path.startswith("/voice") else None
    headers = {"X-Request-Id": "same"}

    foreign = desk.ask(method, path.format(call=theirs.id, thread=theirs.thread_id), json=body, headers=headers)
    unknown = desk.ask(method, path.format(call=UNKNOWN, thread="thread_0"), json=body, headers=headers)

    assert foreign.status_code == 404
    assert foreign.content == unknown.content
    assert foreign.headers == unknown.headers


def test_another_organizations_project_is_unknown(desk: Desk) -> None:
    """By id, a stranger's project is refused like one that never was."""
    headers = {"X-Request-Id": "same"}

    foreign = desk.place(project_id=desk.stranger.project.id, headers=headers)
    unknown = desk.place(project_id="00000000-0000-0000-0000-000000000000", headers=headers)

    assert (foreign.status_code, foreign.json()["errors"][0]["code"]) == (422, "project_unknown")
    assert foreign.content == unknown.content


def test_a_full_disk_keeps_nobody_from_reading(desk: Desk) -> None:
    """The last use of a key is for people; a record is worth more."""
    call = desk.call("ended")
    desk.wire(store=RequestStore(FullDisk(desk.store)))

    assert desk.ask("GET", f"/calls/{call.id}").status_code == 200
    assert desk.ask("POST", "/threads").status_code == 503


def test_the_last_use_of_a_key_is_noted(desk: Desk) -> None:
    """Operators see which keys are in use."""
    desk.ask("GET", "/projects")

    key = desk.store.read_now(lambda tx: tx.api_key_by_hash(keys.hashed("rt_full")))

    assert isinstance(key, ApiKey)
    assert key.last_used_at == desk.clock.now()
