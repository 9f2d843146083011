"""Receivers to deliver to: a socket on loopback, and pretended ones on virtual time; an office that has webhooks."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar

import httpx

from ringtrue import ids
from ringtrue.calls import webhooks
from ringtrue.calls.deliveries import Claimed
from ringtrue.calls.store import Tx
from ringtrue.domain.webhook import CALL_EVENTS, Delivery, Webhook
from ringtrue.ids import CallId, OrgId, WebhookId
from ringtrue.storage.database import SqliteStore
from ringtrue.testing.clock import START
from ringtrue.testing.office import Office

T = TypeVar("T")

SECRET = ids.webhook_secret()
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok"


@dataclass(kw_only=True)
class Received:
    """One request that a receiver got."""

    line: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Receiver:
    """Listens on loopback and answers as told: bytes, None to hang up, or what to do with the connection."""

    answer: bytes | Callable[[asyncio.StreamWriter], Awaitable[None]] | None = OK
    port: int = 0
    n_connections: int = 0
    received: list[Received] = field(default_factory=list)

    @asynccontextmanager
    async def listening(self, ssl: Any = None) -> Any:
        """The receiver, on a free port, until the end of the block."""
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0, ssl=ssl)
        self.port = server.sockets[0].getsockname()[1]
        try:
            yield self
        finally:
            server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.n_connections += 1
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
            headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in head[1:] if line)}
            body = await reader.readexactly(int(headers.get("content-length", "0")))
            self.received.append(Received(line=head[0], headers=headers, body=body))
            if callable(self.answer):
                await self.answer(writer)
            elif self.answer is not None:
                writer.write(self.answer)
                await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass  # the sender has gone
        finally:
            writer.close()


class InlineStore:
    """A store that does its work at once, for loops on virtual time, which know nothing of threads."""

    def __init__(self, store: SqliteStore) -> None:
        self.store = store

    async def run(self, work: Callable[[Tx], T]) -> T:
        """See `Store`."""
        return self.store.run_now(work)

    async def read(self, work: Callable[[Tx], T]) -> T:
        """See `Store`."""
        return self.store.read_now(work)


class Pretended(httpx.AsyncBaseTransport):
    """Pretended receivers by host, each a function of the request."""

    def __init__(self, **receivers: Callable[[httpx.Request], Awaitable[httpx.Response]]) -> None:
        self.receivers = receivers

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """What the receiver of that host answers."""
        return await self.receivers[request.url.host.partition(".")[0]](request)


def claimed(url: str, *, body: str = '{"type":"call.ended","name":"Grüße"}', secret: str = SECRET) -> Claimed:
    """A delivery in hand, to that address."""
    webhook = Webhook(
        id=WebhookId("whk_1"), org_id=OrgId("org_1"), url=url, events=CALL_EVENTS, enabled=True, secret=secret, created_at=START
    )
    delivery = Delivery(
        id="dlv_1",
        webhook_id=webhook.id,
        call_id=CallId("call_1"),
        event_id="evt_1",
        kind="call.ended",
        sequence=1,
        body=body,
        created_at=START,
        due_at=START,
    )
    return Claimed(delivery=delivery, webhook=webhook)


def hook(tx: Tx, office: Office, name: str, *events: str) -> Webhook:
    """A webhook of the office that goes to the pretended receiver of that name."""
    return webhooks.create(
        tx,
        office.org.id,
        url=f"https://{name}.example/hooks?token=hush",
        events=events or CALL_EVENTS,
        enabled=True,
        secret=SECRET,
        at=START,
    )
