"""What the main process is given to deliver with."""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from pathlib import Path

from ringtrue import ids, logs
from ringtrue.bootstrap.web import build_deliverer
from ringtrue.calls import webhooks
from ringtrue.clock import SystemClock
from ringtrue.settings import Settings
from ringtrue.storage.database import SqliteStore
from ringtrue.testing.office import open_office, placed


def test_a_delivery_reaches_a_network_that_the_operator_allowed(tmp_path: Path) -> None:
    """On the machine's own clock and sockets, within moments of the call."""
    clock = SystemClock()
    store = SqliteStore.open(tmp_path / "ringtrue.db", clock)
    office = store.run_now(open_office)
    heads: list[str] = []

    async def work() -> None:
        came = asyncio.Event()

        async def receive(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            heads.append((await reader.readuntil(b"\r\n\r\n")).decode())
            writer.write(b"HTTP/1.1 204 No Content\r\n\r\n")
            writer.close()
            came.set()

        server = await asyncio.start_server(receive, "127.0.0.1", 0)
        url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/hooks"
        secret = ids.webhook_secret()
        await store.run(
            lambda tx: webhooks.create(
                tx, office.org.id, url=url, events=("call.queued",), enabled=True, secret=secret, at=clock.now()
            )
        )
        await store.run(lambda tx: placed(tx, office, at=clock.now()))
        settings = Settings(allow_webhook=("192.0.2.0/24", "127.0.0.0/8"))
        working = asyncio.create_task(build_deliverer(settings, store=store, clock=clock).run())
        await asyncio.wait_for(came.wait(), 30)
        working.cancel()
        with suppress(asyncio.CancelledError):
            await working
        server.close()

    asyncio.run(work())
    store.close()

    (head,) = heads
    assert head.startswith("POST /hooks HTTP/1.1\r\n")
    assert "webhook-signature: v1," in head


def test_the_http_client_says_nothing_of_addresses() -> None:
    """It would log every URL at info, and what stands in a URL may be a secret."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    try:
        logs.configure("json")
        assert [logging.getLogger(name).isEnabledFor(logging.INFO) for name in ("httpx", "httpcore.http11")] == [False, False]
    finally:
        root.handlers[:], root.level = handlers, level
