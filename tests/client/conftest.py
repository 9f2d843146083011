"""The whole application behind a real socket on loopback, and a client that knows its key."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from ringtrue.api import serve
from ringtrue.api.app import create_app
from ringtrue.api.deps import ApiDeps
from ringtrue.api.doors import RequestStore
from ringtrue.calls import keys
from ringtrue.client import RingtrueClient
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
            public_url=url,
            ring=lambda: None,
            is_ready=lambda: site.is_ready,
            is_draining=lambda: False,
            project_schema={},
        )
    )
    server = serve.Server(app, sock)
    thread = threading.Thread(target=lambda: asyncio.run(server.run()))
    thread.start()
    yield site
    server.stop()
    thread.join()
    store.close()


@pytest.fixture
def client(site: Site) -> Iterator[RingtrueClient]:
    """A client of that server."""
    with RingtrueClient(f"{site.url}/", KEY) as found:
        yield found
