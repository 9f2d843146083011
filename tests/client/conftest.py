"""The whole application behind a real socket on loopback, both clients of it, and both clients of a server made of answers."""

from __future__ import annotations

import asyncio
import inspect
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest

from ringtrue.api import serve
from ringtrue.api.app import create_app
from ringtrue.api.deps import ApiDeps
from ringtrue.api.doors import RequestStore
from ringtrue.bootstrap.chats import chats
from ringtrue.calls import keys
from ringtrue.client import AsyncClient, Client
from ringtrue.clock import SystemClock
from ringtrue.storage.database import SqliteStore
from ringtrue.storage.recordings import RecordingFiles
from ringtrue.testing.clock import START, ManualClock
from ringtrue.testing.office import FILES, POLICY, Office, open_office

KEY = "rt_right"


@dataclass(kw_only=True)
class Site:
    """A server that runs, with what lies behind it."""

    url: str
    store: SqliteStore
    office: Office
    recordings: RecordingFiles
    is_ready: bool = True


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    """A server with one organization, on a clock that stands still."""
    sock = serve.bind("127.0.0.1", 0)
    store = SqliteStore.open(tmp_path / "ringtrue.db", SystemClock())
    office = store.run_now(open_office)
    store.run_now(lambda tx: keys.issue(tx, office.org.id, "test", "full", secret=KEY, at=START))
    url = f"http://127.0.0.1:{sock.getsockname()[1]}"
    site = Site(url=url, store=store, office=office, recordings=RecordingFiles(tmp_path / "recordings"))
    app = create_app(
        ApiDeps(
            store=RequestStore(store),
            files=FILES,
            policy=POLICY,
            clock=ManualClock(),
            recordings=site.recordings,
            link_key=b"key",
            token_key=bytes(32),
            public_url=url,
            ring=lambda: None,
            is_ready=lambda: site.is_ready,
            is_draining=lambda: False,
            project_schema={},
            chats=chats(),
        )
    )
    server = serve.Server(app, sock)
    thread = threading.Thread(target=lambda: asyncio.run(server.run()))
    thread.start()
    yield site
    server.stop()
    thread.join()
    store.close()


Answer = httpx.Response | Exception | Callable[[], httpx.Response]
Operation = Callable[[Any], Any]
KINDS = ("Client", "AsyncClient")


@dataclass(kw_only=True)
class Answers:
    """A server made of answers: gives them in turn, the last for ever; keeps what it was asked."""

    waiting: list[Answer] = field(default_factory=list)
    asked: list[httpx.Request] = field(default_factory=list)

    def give(self, *answers: Answer) -> None:
        """Answer so, in turn."""
        self.waiting = list(answers)

    def answer(self, request: httpx.Request) -> httpx.Response:
        """One answer. A response is used up by being read, so each is built anew."""
        request.read()
        self.asked.append(request)
        found = self.waiting.pop(0) if len(self.waiting) > 1 else self.waiting[0]
        if isinstance(found, Exception):
            raise found
        if callable(found):
            return found()
        return httpx.Response(found.status_code, headers=found.headers, content=found.content)


@dataclass(kw_only=True)
class Runner:
    """Runs an operation, written once, with one of the two clients; lists are read to their end."""

    kind: str
    options: dict[str, Any]
    slept: list[float] = field(default_factory=list)

    def __call__(self, operation: Operation, **options: Any) -> Any:
        """What the operation gives."""
        given = {**self.options, **options}
        if self.kind == "AsyncClient":
            return asyncio.run(self._run(operation, given))
        with Client(**given, sleep=self.slept.append) as client:
            found = operation(client)
            return list(found) if inspect.isgenerator(found) else found

    async def _run(self, operation: Operation, options: dict[str, Any]) -> Any:
        async with AsyncClient(**options, sleep=self._sleep) as client:
            found: Awaitable[Any] | AsyncIterator[Any] = operation(client)
            return [one async for one in found] if isinstance(found, AsyncIterator) else await found

    async def _sleep(self, seconds: float) -> None:
        self.slept.append(seconds)


@pytest.fixture
def answers() -> Answers:
    """A server made of answers."""
    return Answers()


@pytest.fixture(params=KINDS)
def run(request: pytest.FixtureRequest, answers: Answers) -> Runner:
    """Each client of that server; no test waits."""
    options = {"base_url": "http://server", "api_key": "rt_test", "transport": httpx.MockTransport(answers.answer)}
    return Runner(kind=request.param, options=options)


@pytest.fixture(params=KINDS)
def run_here(request: pytest.FixtureRequest, site: Site) -> Runner:
    """Each client of the real one."""
    return Runner(kind=request.param, options={"base_url": f"{site.url}/", "api_key": KEY})
