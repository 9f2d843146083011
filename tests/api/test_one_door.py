"""Every route reaches the database through the one door: for the organization of its key, or as somebody who has none."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from typing import Any

import httpx
import pytest
from structlog.testing import capture_logs

from ringtrue.api.doors import RequestStore
from ringtrue.api.routes.socket import BAD_TOKEN, NO_SUCH_THREAD
from ringtrue.calls.scope import Door, Scope
from ringtrue.calls.store import Tx
from ringtrue.errors import ScopeBroken
from ringtrue.ids import CallId, OrgId
from ringtrue.storage.database import SqliteStore
from ringtrue.storage.sql import SqliteSql
from ringtrue.testing.forged_tokens import HEADER, claims, forged
from ringtrue.testing.socket_client import closed_with, frame, opened, said

from .conftest import KEYS, TOKEN_KEY, Desk

OPEN_TO_ALL = {
    "/livez": set(),
    "/readyz": {Door.READINESS},
    "/docs": set(),
    "/docs/{name}": set(),
    "/openapi.json": set(),
    "/schemas/project.json": set(),
    "/recordings/{call_id}.wav": set(),  # nothing is looked up for a link that is not signed
}
"""Routes that need no key, and the doors that they use."""
VALUES = {"name": "appointment", "number": "+14155550123", "key_id": "key_1", "webhook_id": "whk_1", "listener_id": "lsn_1"}
SOCKETS = {"/ws/{thread_id}"}
"""Routes that are no HTTP; what they use has tests of its own below."""


class Watched:
    """The door itself, noting for whom each transaction is. It has no other way in."""

    def __init__(self, store: SqliteStore) -> None:
        self._store = store
        self.scopes: list[Scope] = []

    async def run_for(self, scope: Scope, work: Callable[[Tx], Any]) -> Any:
        """Note and run."""
        self.scopes.append(scope)
        return await self._store.run_for(scope, work)

    async def read_for(self, scope: Scope, work: Callable[[Tx], Any]) -> Any:
        """Note and read."""
        self.scopes.append(scope)
        return await self._store.read_for(scope, work)


def routes(among: Iterable[Any]) -> list[tuple[str, str]]:
    """Method and path of every route."""
    found = []
    for route in among:
        if (included := getattr(route, "original_router", None)) is not None:
            found += routes(included.routes)
            continue
        if not hasattr(route, "methods"):
            assert route.path in SOCKETS, f"{route!r} is no HTTP route: say here how its requests are watched"
            continue
        found += [(method, route.path) for method in sorted(route.methods - {"HEAD"})]
    return found


@pytest.fixture
def watched(desk: Desk) -> Watched:
    """The desk's application over a door that is watched."""
    door = Watched(desk.store)
    desk.wire(store=RequestStore(door))
    return door


def test_every_route_serves_one_organization(desk: Desk, watched: Watched) -> None:
    """With a key, each transaction is for the key's organization but the one that finds the key itself."""
    call = desk.call("ended")
    values = {**VALUES, "call_id": call.id, "thread_id": call.thread_id}
    asked = routes(desk.app.routes)
    assert len([path for _, path in asked if path not in OPEN_TO_ALL]) > 25

    for method, path in asked:
        watched.scopes.clear()
        body = {} if method in ("GET", "DELETE") else {"json": {}}
        answer = desk.ask(method, path.format(**values), headers={"Idempotency-Key": f"{method}{path}"}, **body)
        assert answer.status_code < 500 or answer.json()["code"] == "web_calls_not_available", (method, path)
        scopes = set(watched.scopes)
        if path in OPEN_TO_ALL:
            assert scopes == OPEN_TO_ALL[path], path
        else:
            assert scopes <= {Door.KEY, desk.office.org.id} and Door.KEY in scopes, (method, path)
            assert {Door.KEY} != scopes or answer.status_code in (403, 422), (method, path)


def test_without_a_key_only_the_key_is_looked_for(desk: Desk, watched: Watched) -> None:
    """Whatever the route, nothing else is read for somebody unknown."""
    for method, path in routes(desk.app.routes):
        watched.scopes.clear()
        desk.ask(method, path.format(**VALUES, call_id="call_1", thread_id="thread_1"), key="rt_wrong", json={})
        expected = OPEN_TO_ALL.get(path, {Door.KEY})
        assert set(watched.scopes) == expected, (method, path)


def test_a_thread_token_serves_one_organization(desk: Desk, watched: Watched) -> None:
    """It says itself whose it is, signed: no key is looked for, and every transaction is for that organization."""
    call = desk.call("ended")
    token = desk.token(call.thread_id)
    values = {**VALUES, "call_id": call.id, "thread_id": call.thread_id}
    for method, path in routes(desk.app.routes):
        watched.scopes.clear()
        body = {"thread_id": call.thread_id, "message": "Hello."} if path == "/chat" else {}
        headers = {"Idempotency-Key": f"{method}{path}"}
        desk.ask(method, path.format(**values), key=token, headers=headers, **({} if method == "GET" else {"json": body}))
        expected = OPEN_TO_ALL.get(path, {desk.office.org.id})
        assert set(watched.scopes) == expected, (method, path)


def test_the_socket_serves_the_organization_of_its_token(
    desk: Desk, watched: Watched, port: int, token: str, thread: str
) -> None:
    """From its first look at the thread to the answers that it keeps."""
    watched.scopes.clear()

    with opened(port, thread, token) as client:
        assert said(client, frame())["message"]

    assert set(watched.scopes) == {desk.office.org.id}
    assert len(watched.scopes) >= 2


def test_the_socket_looks_nothing_up_for_somebody_unknown(desk: Desk, watched: Watched, port: int, thread: str) -> None:
    """A token that is none of ours names no organization that could be believed."""
    now = int(desk.clock.now().timestamp())
    content = claims(org=desk.office.org.id, thread=thread, made=now, ends=now + 3600)
    watched.scopes.clear()

    with opened(port, thread, forged(HEADER, content, key=b"x" * 32)) as client:
        assert closed_with(client) == BAD_TOKEN

    assert watched.scopes == []


def test_the_socket_opens_no_thread_of_another_organization(desk: Desk, watched: Watched, port: int) -> None:
    """Even a signature of ours opens only what the organization that it names has."""
    now = int(desk.clock.now().timestamp())
    thread = desk.thread(office=desk.stranger)
    content = claims(org=desk.office.org.id, thread=thread, made=now, ends=now + 3600)
    watched.scopes.clear()

    with opened(port, thread, forged(HEADER, content, key=TOKEN_KEY)) as client:
        assert closed_with(client) == NO_SUCH_THREAD

    assert watched.scopes == [desk.office.org.id]


def test_every_statement_of_a_request_is_checked(desk: Desk, watched: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    """The driver is reached by the checks alone: with them gone blind, nothing comes through."""
    call = desk.call("ended")
    reached: list[str] = []
    for name in ("first", "rows", "change"):
        plain = getattr(SqliteSql, name)

        def noting(self: SqliteSql, statement: str, values: Any, plain: Any = plain) -> Any:
            reached.append(statement)
            return plain(self, statement, values)

        monkeypatch.setattr(SqliteSql, name, noting)
    checked: list[str] = []
    from ringtrue.storage import scope

    plain_rule = scope.rule_of
    monkeypatch.setattr(scope, "rule_of", lambda statement: (checked.append(statement), plain_rule(statement))[1])

    desk.ask("GET", f"/calls/{call.id}")
    desk.ask("GET", "/calls")
    desk.place()

    open_ones = {statement for statements in scope.OPEN.values() for statement in statements}
    assert len(reached) > 20
    assert [statement for statement in reached if statement not in open_ones] == [
        statement for statement in checked if statement not in open_ones
    ]


def test_a_route_that_forgets_to_ask_who_is_there_gets_nothing(desk: Desk) -> None:
    """Nobody was admitted, so there is no organization that its transaction could be for."""
    store = RequestStore(desk.store)

    with pytest.raises(ScopeBroken):
        asyncio.run(store.read(lambda tx: tx.orgs()))
    with pytest.raises(ScopeBroken):
        asyncio.run(store.run(lambda tx: tx.call(CallId("call_1"))))


def test_a_request_stays_with_its_organization(desk: Desk) -> None:
    """And what it has admitted does not pass to the next one."""
    store = RequestStore(desk.store)
    store.admit(desk.office.org.id)
    store.admit(desk.office.org.id)

    with pytest.raises(ScopeBroken):
        store.admit(OrgId("org_other"))
    with pytest.raises(ScopeBroken):
        asyncio.run(store.for_request().read(lambda tx: tx.projects(desk.office.org.id)))


def test_requests_on_one_connection_have_doors_of_their_own(desk: Desk, port: int) -> None:
    """A proxy sends those of several organizations over one that it keeps open."""
    with httpx.Client(base_url=f"http://127.0.0.1:{port}") as http:
        found = [http.get("/projects", headers={"Authorization": KEYS[name]}) for name in ("full", "other", "full")]

    assert [one.status_code for one in found] == [200] * 3
    ids = [one.json()["projects"][0]["id"] for one in found]
    assert ids == [desk.office.project.id, desk.stranger.project.id, desk.office.project.id]


def test_a_forgotten_filter_is_a_500_that_tells_nothing(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """The log names the table and neither the call nor its organization."""
    from ringtrue.storage.call_tx import CallRoom

    call = desk.call(office=desk.stranger)
    monkeypatch.setattr(CallRoom, "call_of", lambda room, _org_id, call_id: room.call(call_id))

    with capture_logs() as logged:
        answer = desk.ask("GET", f"/calls/{call.id}", key=KEYS["full"])

    assert (answer.status_code, answer.json()["code"]) == (500, "internal")
    (line,) = [one for one in logged if one["event"] == "request.failed"]
    assert line["code"] == "scope_broken"
    assert "'calls'" in line["exc_info"].sentence
    assert call.id not in answer.text and call.id not in line["exc_info"].sentence
