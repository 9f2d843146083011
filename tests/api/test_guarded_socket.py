"""The guarded socket in virtual time: half a handshake, idle and deaf clients, readers that are slow for ever."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
import uvicorn
from starlette.types import Receive, Scope, Send
from uvicorn.server import ServerState
from websockets.client import ClientProtocol
from websockets.frames import Frame, Opcode
from websockets.uri import parse_uri

from ringtrue.api import sockets
from ringtrue.api.guard import HEAD_SECONDS, GuardedProtocol
from ringtrue.testing.clock import run_virtual

HEAD = (
    b"GET /ws/thread_1?token=x HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
    b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
)


class Wire(asyncio.Transport):
    """One side of a connection: what was written, whether it reads, how it ended."""

    def __init__(self) -> None:
        super().__init__()
        self.written = b""
        self.is_read = True
        self.ended: str | None = None
        self.ended_at = 0.0
        self.protocol: Any = None

    def set_protocol(self, protocol: asyncio.BaseProtocol) -> None:
        """The connection changed hands."""
        self.protocol = protocol

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
        if self.ended is None:
            loop = asyncio.get_running_loop()
            self.ended, self.ended_at = how, loop.time()
            loop.call_soon(self.protocol.connection_lost, None)

    def pause_reading(self) -> None:
        """The client may wait."""
        self.is_read = False

    def resume_reading(self) -> None:
        """The client may go on."""
        self.is_read = True


def connected(app: Callable[[Scope, Receive, Send], Awaitable[None]]) -> Wire:
    """A new connection to an app."""
    config = uvicorn.Config(
        app,
        http=GuardedProtocol,
        ws=sockets.GuardedSocket,
        lifespan="off",
        log_config=None,
        ws_max_size=sockets.MOST_BYTES,
        ws_ping_interval=sockets.PING_SECONDS,
        ws_ping_timeout=sockets.PING_SECONDS,
        ws_per_message_deflate=False,
    )
    wire = Wire()
    wire.protocol = GuardedProtocol(config, ServerState(), {}, asyncio.get_running_loop())
    wire.protocol.connection_made(wire)
    return wire


async def echo(scope: Scope, receive: Receive, send: Send) -> None:
    """Sends back what it is sent; a request by HTTP takes a minute."""
    if scope["type"] == "http":
        await asyncio.sleep(60)
        return
    await receive()
    await send({"type": "websocket.accept"})
    while (await receive())["type"] != "websocket.disconnect":
        await send({"type": "websocket.send", "text": "x"})


async def undecided(_scope: Scope, _receive: Receive, _send: Send) -> None:
    """Neither takes the socket nor refuses it."""
    await asyncio.sleep(1000)


async def talks_on(_scope: Scope, _receive: Receive, send: Send) -> None:
    """Sends as long as it may."""
    await send({"type": "websocket.accept"})
    while True:
        await send({"type": "websocket.send", "text": "x" * 100})
        await asyncio.sleep(0.1)


class Client:
    """The far side's protocol, without its connection."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._protocol = ClientProtocol(parse_uri("ws://x/"))
        self._protocol.state = 1  # open
        self._seen = wire.written.index(b"\r\n\r\n") + 4

    def send(self, opcode: Opcode, data: bytes) -> None:
        """A frame to the server."""
        frame = Frame(opcode, data).serialize(mask=True, extensions=[])
        self._wire.protocol.data_received(frame)

    def frames(self) -> list[tuple[int, bytes]]:
        """What came since the last look: opcode and content of short frames."""
        data, found = self._wire.written[self._seen :], []
        while data:
            size = data[1] & 127
            found.append((data[0] & 15, data[2 : 2 + size]))
            data = data[2 + size :]
        self._seen = len(self._wire.written)
        return found


async def opened(app: Callable[[Scope, Receive, Send], Awaitable[None]] = echo) -> tuple[Wire, Client]:
    """A socket that stands."""
    wire = connected(app)
    wire.protocol.data_received(HEAD)
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert wire.written.startswith(b"HTTP/1.1 101 ")
    return wire, Client(wire)


def test_an_idle_socket_is_pinged_and_kept() -> None:
    """Past every deadline of HTTP, as long as the client answers."""

    async def main() -> None:
        wire, client = await opened()
        pings = 0
        while asyncio.get_running_loop().time() < 1000:
            await asyncio.sleep(1)
            for opcode, content in client.frames():
                assert opcode == Opcode.PING
                pings += 1
                client.send(Opcode.PONG, content)
        assert (wire.ended, pings) == (None, pytest.approx(1000 / sockets.PING_SECONDS, abs=2))
        wire.abort()

    run_virtual(main())


def test_a_client_that_answers_no_ping_is_cut_off() -> None:
    """After the time of one."""

    async def main() -> None:
        wire, _ = await opened()
        await asyncio.sleep(3 * sockets.PING_SECONDS)
        assert wire.ended is not None
        assert wire.ended_at == pytest.approx(2 * sockets.PING_SECONDS, abs=0.1)

    run_virtual(main())


def test_half_a_handshake_is_cut_off() -> None:
    """As any head that does not end."""

    async def main() -> None:
        wire = connected(echo)
        wire.protocol.data_received(HEAD[:-2])
        await asyncio.sleep(11)
        assert (wire.ended, wire.ended_at, wire.written) == ("aborted", HEAD_SECONDS, b"")

    run_virtual(main())


def test_a_handshake_that_nobody_answers_is_cut_off() -> None:
    """It holds a connection for ten seconds, not for ever."""

    async def main() -> None:
        wire = connected(undecided)
        wire.protocol.data_received(HEAD)
        await asyncio.sleep(11)
        assert (wire.ended, wire.ended_at) == ("aborted", 10)

    run_virtual(main())


def test_a_reader_that_is_slow_for_ever_is_cut_off() -> None:
    """Meanwhile nothing more is written for it, and none of its pings is read."""

    async def main() -> None:
        wire, client = await opened(talks_on)
        wire.protocol.pause_writing()
        written = len(wire.written)
        await asyncio.sleep(1)
        assert (len(wire.written) - written, wire.is_read) == (0, False)
        await asyncio.sleep(sockets._READ_SECONDS)
        assert (wire.ended, wire.ended_at) == ("aborted", sockets._READ_SECONDS)
        assert client is not None

    run_virtual(main())


def test_a_reader_that_comes_back_goes_on() -> None:
    """It is read again as well."""

    async def main() -> None:
        wire, client = await opened()
        wire.protocol.pause_writing()
        await asyncio.sleep(15)
        wire.protocol.resume_writing()
        assert wire.is_read
        client.send(Opcode.TEXT, b"hello")
        await asyncio.sleep(1)
        assert client.frames() == [(Opcode.TEXT, b"x")]
        await asyncio.sleep(sockets._READ_SECONDS - 25)
        assert wire.ended is None
        wire.abort()

    run_virtual(main())


def test_a_flood_of_messages_waits() -> None:
    """Only one is taken at a time: behind it the connection is not read."""

    async def main() -> None:
        wire, client = await opened()
        wire.protocol.writable.clear()
        for _ in range(3):
            client.send(Opcode.TEXT, b"hello")
            await asyncio.sleep(0)
        assert not wire.is_read
        wire.abort()

    run_virtual(main())


def test_who_still_sends_is_told_before_the_connection_ends() -> None:
    """It is drained until it is quiet, for ten seconds at the most."""

    async def main() -> None:
        wire, client = await opened()
        client.send(Opcode.TEXT, b"x" * (sockets.MOST_BYTES + 1))
        assert [(opcode, content[:2]) for opcode, content in client.frames()] == [(Opcode.CLOSE, b"\x03\xf1")]  # 1009
        assert wire.is_read
        for _ in range(40):
            await asyncio.sleep(0.5)
            if not wire.is_closing():
                wire.protocol.data_received(b"x" * 1000)
        assert (wire.ended, wire.ended_at) == ("aborted", 10)

    run_virtual(main())


def test_an_upgrade_behind_an_answer_is_refused() -> None:
    """The answer would land among the frames."""

    async def main() -> None:
        wire = connected(echo)
        wire.protocol.data_received(b"GET /slow HTTP/1.1\r\nHost: x\r\n\r\n" + HEAD)
        await asyncio.sleep(1)
        assert (wire.ended, wire.written) == ("aborted", b"")

    run_virtual(main())
