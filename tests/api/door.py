"""A server without sockets: connections to the guarded HTTP protocol, made by hand in virtual time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import uvicorn
from starlette.requests import ClientDisconnect, Request
from starlette.types import Receive, Scope, Send
from uvicorn.server import ServerState

from ringtrue.api.guard import GuardedProtocol


class Wire(asyncio.Transport):
    """One side of a connection: keeps what was written and knows how it ended."""

    def __init__(self) -> None:
        super().__init__()
        self.written = b""
        self.ended: str | None = None
        self.ended_at = 0.0
        self.protocol: GuardedProtocol | None = None

    def write(self, data: bytes | bytearray | memoryview) -> None:
        """To the client."""
        self.written += bytes(data)

    def is_closing(self) -> bool:
        """Whether it ended."""
        return self.ended is not None

    def close(self) -> None:
        """In good order."""
        self._end("closed")

    def abort(self) -> None:
        """At once."""
        self._end("aborted")

    def _end(self, how: str) -> None:
        if self.ended is None and self.protocol is not None:
            loop = asyncio.get_running_loop()
            self.ended, self.ended_at = how, loop.time()
            loop.call_soon(self.protocol.connection_lost, None)

    def pause_reading(self) -> None:
        """The client may wait."""

    def resume_reading(self) -> None:
        """The client may go on."""


class Door:
    """A server without sockets: connections are made by hand."""

    def __init__(self, app: Callable[[Scope, Receive, Send], Awaitable[None]]) -> None:
        self._config = uvicorn.Config(
            app, http=GuardedProtocol, ws="none", lifespan="off", log_config=None, timeout_keep_alive=30
        )
        self._state = ServerState()

    def connect(self) -> Wire:
        """A new client."""
        wire = Wire()
        wire.protocol = GuardedProtocol(self._config, self._state, {}, asyncio.get_running_loop())
        wire.protocol.connection_made(wire)
        return wire


def protocol_of(wire: Wire) -> GuardedProtocol:
    """Our side of the connection."""
    assert wire.protocol is not None
    return wire.protocol


def send(wire: Wire, data: bytes) -> None:
    """From the client, as long as the connection stands."""
    if not wire.is_closing():
        protocol_of(wire).data_received(data)


async def answer(scope: Scope, receive: Receive, send: Send) -> None:
    """Answers with the length of the body, once it is here; `/slow` takes a minute and a half."""
    try:
        body = str(len(await Request(scope, receive).body())).encode()
    except ClientDisconnect:
        return
    if scope["path"] == "/slow":
        await asyncio.sleep(90)
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", str(len(body)).encode())]})
    await send({"type": "http.response.body", "body": body})


async def writes_on(_scope: Scope, _receive: Receive, _send: Send) -> None:
    """An answer that goes on and on."""
    await asyncio.sleep(1000)
