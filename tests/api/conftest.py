"""The whole application over a real store: a desk where requests are made, on a clock that only waiting moves."""

from __future__ import annotations

import asyncio
import json
import shutil
import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from ringtrue.agents.files import json_schema
from ringtrue.api import serve
from ringtrue.api.app import create_app
from ringtrue.api.deps import ApiDeps
from ringtrue.api.doors import RequestStore
from ringtrue.bootstrap.chats import chats
from ringtrue.calls import keys
from ringtrue.calls.store import Tx
from ringtrue.clock import SystemClock
from ringtrue.domain.call import Call
from ringtrue.domain.disposition import Disposition
from ringtrue.domain.facts import LegEnded
from ringtrue.ids import ThreadId
from ringtrue.storage.database import SqliteStore
from ringtrue.storage.recordings import RecordingFiles
from ringtrue.testing.clock import START, ManualClock
from ringtrue.testing.office import ANNA, FILES, POLICY, Office, answered, claimed, happened, open_office, placed, ringing

KEYS = {"full": "rt_full", "read": "rt_read", "other": "rt_other", "revoked": "rt_revoked"}
TOKEN_KEY = b"the key that tokens are signed with"
PUBLIC_URL = "http://ringtrue.test"
ANNA_JSON = json.dumps(ANNA)
HUNG_UP = LegEnded(disposition=Disposition.USER_HANGUP, duration_ms=61_500)
HUNG_UP_AT = START + timedelta(milliseconds=61_500)


class SteppingClock(ManualClock):
    """Waiting moves it; whatever is planned for an instant happens when it is reached."""

    def __init__(self) -> None:
        super().__init__()
        self.plans: list[tuple[float, Callable[[], object]]] = []

    async def sleep(self, seconds: float) -> None:
        """Let the time pass and do what was planned for it."""
        self.advance(timedelta(seconds=seconds))
        due = [plan for plan in self.plans if plan[0] <= self.monotonic()]
        self.plans = [plan for plan in self.plans if plan not in due]
        for _, act in due:
            act()


@dataclass(kw_only=True)
class Desk:
    """Where requests are made: one organization with the example project, and a stranger."""

    app: FastAPI
    store: SqliteStore
    clock: SteppingClock
    office: Office
    stranger: Office
    folder: Path
    rings: list[int] = field(default_factory=list)

    def ask(self, method: str, path: str, *, key: str | None = KEYS["full"], **options: Any) -> httpx.Response:
        """The answer to one request."""
        headers = httpx.Headers(options.pop("headers", None))
        client = (options.pop("address", "127.0.0.1"), 50_000)
        if key is not None:
            headers["Authorization"] = key

        async def send() -> httpx.Response:
            transport = httpx.ASGITransport(self.app, client=client)
            async with httpx.AsyncClient(transport=transport, base_url="http://ringtrue.test") as http:
                return await http.request(method, path, headers=headers, **options)

        return asyncio.run(send())

    def wire(self, **changes: Any) -> None:
        """Change what the application was given."""
        self.app.state.deps = replace(self.app.state.deps, **changes)

    def body(self, **changes: Any) -> dict[str, Any]:
        """A request to call Anna now; a change of `...` leaves a field out."""
        plain = {"callee": "+14155550123", "project_id": "appointment", "background": True, "json_data": ANNA_JSON, **changes}
        return {name: value for name, value in plain.items() if value is not ...}

    @contextmanager
    def served(self, *, trusted_proxies: Sequence[str] = ()) -> Iterator[int]:
        """The application on a port of its own, as a server has it."""
        sock = serve.bind("127.0.0.1", 0)
        server = serve.Server(self.app, sock, trusted_proxies=trusted_proxies)
        thread = threading.Thread(target=lambda: asyncio.run(server.run()))
        thread.start()
        yield sock.getsockname()[1]
        server.stop()
        thread.join()

    def place(self, *, headers: dict[str, str] | None = None, **changes: Any) -> httpx.Response:
        """The answer to placing a call."""
        return self.ask("POST", "/voice/phone-call", json=self.body(**changes), headers=headers)

    def call(self, status: str = "queued", *, office: Office | None = None) -> Call:
        """A call in that status; `ringing` is a queued one whose phone rings."""
        owner = office or self.office

        def work(tx: Tx) -> Call:
            call = placed(tx, owner, scheduled_for=START + timedelta(hours=1) if status == "scheduled" else None)
            if status in ("scheduled", "queued"):
                return call
            call = claimed(tx, call)
            if status == "error":
                return happened(tx, call.id, LegEnded(disposition=Disposition.DIAL_FAILED)).call
            call = ringing(tx, call)
            if status == "ringing":
                return call
            call = answered(tx, call)
            return call if status == "ongoing" else happened(tx, call.id, HUNG_UP, at=HUNG_UP_AT).call

        return self.store.run_now(work)

    def newest(self, tx: Tx) -> Call:
        """The call that was placed last."""
        (call_id,) = tx.due_calls(self.clock.now() + timedelta(days=1), limit=1)
        found = tx.call(call_id)
        assert found is not None
        return found

    def thread(self, *, office: Office | None = None) -> ThreadId:
        """A thread with a call in it."""
        return self.call(office=office).thread_id

    def token(self, thread_id: str, **body: Any) -> str:
        """A token of that thread."""
        answer = self.ask("POST", f"/threads/{thread_id}/token", json=body)
        assert answer.status_code == 200, answer.text
        return str(answer.json()["access_token"])

    def count(self, table: str) -> int:
        """How many rows a table has."""
        with closing(sqlite3.connect(self.folder / "ringtrue.db")) as database:
            (n_rows,) = database.execute(f"SELECT count(*) FROM {table}").fetchone()
        return int(n_rows)


@pytest.fixture(scope="session")
def desk_database(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Office, Office]:
    """A database with two offices and their keys, made once."""
    path = tmp_path_factory.mktemp("desk") / "ringtrue.db"
    store = SqliteStore.open(path, SystemClock())

    def work(tx: Tx) -> tuple[Office, Office]:
        office = open_office(tx)
        stranger = open_office(tx, name="Other Clinic", number="+14155550199")
        for scope in ("full", "read"):
            keys.issue(tx, office.org.id, scope, scope, secret=KEYS[scope], at=START)
        keys.issue(tx, stranger.org.id, "other", "full", secret=KEYS["other"], at=START)
        revoked = keys.issue(tx, office.org.id, "gone", "full", secret="rt_unused", at=START).key
        tx.add_api_key(replace(revoked, id="key_gone", key_hash=keys.hashed(KEYS["revoked"]), revoked_at=START))
        return office, stranger

    office, stranger = store.run_now(work)
    store.close()
    return path, office, stranger


@pytest.fixture(scope="session")
def app() -> FastAPI:
    """The application, built once; each test gives it a world of its own."""
    return create_app(None)  # `desk` wires it before anything is asked


@pytest.fixture
def desk(tmp_path: Path, desk_database: tuple[Path, Office, Office], app: FastAPI) -> Iterator[Desk]:
    """A desk over a copy of that database."""
    path, office, stranger = desk_database
    store = SqliteStore.open(Path(shutil.copy(path, tmp_path / "ringtrue.db")), SystemClock())
    clock = SteppingClock()
    desk = Desk(app=app, store=store, clock=clock, office=office, stranger=stranger, folder=tmp_path)
    app.state.deps = ApiDeps(
        store=RequestStore(store),
        files=FILES,
        policy=POLICY,
        clock=clock,
        recordings=RecordingFiles(tmp_path / "recordings"),
        link_key=b"the key that links are signed with",
        token_key=TOKEN_KEY,
        public_url=PUBLIC_URL,
        ring=lambda: desk.rings.append(1),
        is_ready=lambda: True,
        is_draining=lambda: False,
        project_schema=json.loads(json_schema()),
        chats=chats(),
    )
    yield desk
    store.close()


@pytest.fixture
def port(desk: Desk) -> Iterator[int]:
    """Where the application of the desk is served."""
    with desk.served() as port:
        yield port


@pytest.fixture
def thread(desk: Desk) -> str:
    """A thread with all that the example needs."""
    body = {"json_data": ANNA_JSON, "project_name": "appointment", "timezone": "America/New_York"}
    return str(desk.ask("POST", "/threads", json=body).json()["thread_id"])


@pytest.fixture
def token(desk: Desk, thread: str) -> str:
    """A token of the thread."""
    return desk.token(thread)


@pytest.fixture
def office(desk: Desk) -> Office:
    """The organization of the desk."""
    return desk.office
