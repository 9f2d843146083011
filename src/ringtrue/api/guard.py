"""The HTTP/1.1 protocol with patience bounded: for heads, bodies and answers that are not read, and room for those who ask.

Middleware cannot see what is bounded here: a connection without a request, a head without an end.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from ringtrue import ids
from ringtrue.api import problems

HEAD_SECONDS = 8.0
# Within each stretch of so many seconds a body that is not whole must have grown by so much. It is 1 kB a second, which any line
# brings that a call could be placed on; a stall is only fatal when it fills a whole stretch. With the head that is 14 s, so a
# client that dribbles is gone within 15 s whatever it dribbles.
BODY_STRETCH_SECONDS = 6.0
LEAST_BODY_BYTES = 6 * 1024
BODY_SECONDS = 300.0  # for all of it: 1 MiB takes that long at 3.5 kB a second
READ_SECONDS = 120.0  # a paused player reads nothing; it comes back with a Range
MOST_HEAD_BYTES = 64 * 1024
MOST_CONNECTIONS = 400  # a process has 1024 files by default, and the database and the recordings need theirs


class GuardedProtocol(HttpToolsProtocol):
    """Closes a connection whose client does not get its request across in time, sends a head without end or reads no answer.

    Where there are too many, the one whose client has kept us waiting longest makes room for the newest: a flood of idle or
    slow ones shuts nobody out. Whole requests are always answered; if there are so many of them, the newest is not taken.
    """

    _deadline: asyncio.TimerHandle | None = None
    _unread: asyncio.TimerHandle | None = None
    _head_bytes = 0
    _body_bytes = 0
    _body_until = 0.0
    _in_head = True
    _is_answering = False
    _waits_since = 0.0

    def connection_made(self, transport: Any) -> None:
        """A client connected."""
        super().connection_made(transport)
        self._waits_since = self.loop.time()
        self._expect(HEAD_SECONDS)
        if len(self.connections) > MOST_CONNECTIONS:
            self._make_room()

    def connection_lost(self, exc: Exception | None) -> None:
        """It is gone."""
        self._relax()
        self._forget_unread()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Bytes came."""
        if self._deadline is None:
            self._expect(HEAD_SECONDS)
        if self._in_head:
            self._head_bytes += len(data)
        else:
            self._body_bytes += len(data)
        super().data_received(data)
        if self._in_head and self._head_bytes > MOST_HEAD_BYTES and not self.transport.is_closing():
            self.transport.abort()

    def on_headers_complete(self) -> None:
        """The head is here."""
        self._in_head = False
        self._head_bytes = 0
        self._body_bytes = 0
        self._body_until = self.loop.time() + BODY_SECONDS
        self._expect(BODY_STRETCH_SECONDS, self._measure)
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """The whole request is here."""
        super().on_message_complete()
        if self.parser.should_upgrade() and self._should_upgrade():
            return
        self._is_answering = not self.cycle.response_complete
        self._in_head = True
        self._relax()

    def handle_websocket_upgrade(self) -> None:
        """The connection becomes a socket, whose own protocol bounds its patience from here on; see `sockets`."""
        self._relax()
        self._forget_unread()
        if self._is_answering:  # the answer before would land among the frames
            self.transport.abort()
            return
        super().handle_websocket_upgrade()

    def on_response_complete(self) -> None:
        """The client has its answer."""
        self._is_answering = bool(self.pipeline)
        self._waits_since = self.loop.time()
        super().on_response_complete()

    def pause_writing(self) -> None:
        """What was written waits for the client to read."""
        super().pause_writing()
        self._forget_unread()
        self._unread = self.loop.call_later(READ_SECONDS, self._too_slow)

    def resume_writing(self) -> None:
        """The client has read."""
        self._forget_unread()
        super().resume_writing()

    def send_400_response(self, msg: str) -> None:
        """Answer what is no HTTP: a problem like every other."""
        request_id = ids.new_request()
        content = problems.content(400, "bad_request", "This is no HTTP/1.1 request.", request_id=request_id)
        head = (
            "HTTP/1.1 400 Bad Request\r\ncontent-type: application/problem+json\r\n"
            f"content-length: {len(content)}\r\nx-request-id: {request_id}\r\nconnection: close\r\n\r\n"
        )
        self.transport.write(head.encode("ascii") + content)
        self.transport.close()

    def _make_room(self) -> None:
        waiting = [one for one in self.connections if isinstance(one, GuardedProtocol) and not one._is_answering]
        oldest = min(waiting, key=lambda one: one._waits_since)  # there is one: this connection has asked nothing yet
        oldest.connections.discard(oldest)  # before it is told: the next one that comes must not choose it again
        oldest.transport.abort()

    def _expect(self, seconds: float, then: Callable[[], None] | None = None) -> None:
        self._relax()
        self._deadline = self.loop.call_later(seconds, then or self._too_slow)

    def _measure(self) -> None:
        """A stretch of the body's time is over."""
        if self._body_bytes < LEAST_BODY_BYTES or self.loop.time() >= self._body_until:
            self._too_slow()
            return
        self._body_bytes = 0
        self._expect(BODY_STRETCH_SECONDS, self._measure)

    def _relax(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _forget_unread(self) -> None:
        if self._unread is not None:
            self._unread.cancel()
            self._unread = None

    def _too_slow(self) -> None:
        if not self.transport.is_closing():
            self.transport.abort()
