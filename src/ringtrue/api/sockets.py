"""The WebSocket protocol with its patience bounded, as the guarded HTTP protocol that it takes over from.

uvicorn's own already pings, bounds what is sent to it and waits for slow readers. What it does not bound is here: a handshake
without an answer, a reader that is slow for ever, pongs that nobody reads, a frame in endless pieces. Nor may it log: its lines
have the address with its query, and there stands the token.
"""

from __future__ import annotations

import asyncio
import logging
from typing import Any

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import CloseCode, Frame

MOST_BYTES = 64 * 1024
"""Of one frame or of all its pieces; a larger one closes the socket with 1009."""
PING_SECONDS = 20.0

_OPENING_SECONDS = 10.0
_READ_SECONDS = 30.0  # nobody needs so long for the few words that a buffer holds
_MOST_PIECES = 256
_QUIET_SECONDS = 1.0

_log = logging.getLogger(__name__)
_log.setLevel(logging.WARNING)


class GuardedSocket(WebSocketsSansIOProtocol):
    """Cuts off a client that does not finish its handshake, or does not read."""

    _opening: asyncio.TimerHandle | None = None
    _unread: asyncio.TimerHandle | None = None
    _quiet: asyncio.TimerHandle | None = None
    _is_discarding = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.logger = _log
        self.conn.logger = _log
        self.conn.debug = False

    def connection_made(self, transport: Any) -> None:
        """An HTTP connection is to become a socket."""
        super().connection_made(transport)
        self._opening = self.loop.call_later(_OPENING_SECONDS, self._not_opened)

    def connection_lost(self, exc: Exception | None) -> None:
        """It is gone."""
        for timer in (self._opening, self._unread, self._quiet):
            if timer is not None:
                timer.cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Bytes came."""
        if self._is_discarding:
            self._close_when_quiet()
            return
        super().data_received(data)
        if not self.handshake_initiated and not self.transport.is_closing():
            self.transport.abort()  # the whole head is here at once: this one was no handshake

    def handle_cont(self, event: Frame) -> None:
        """One more piece of a frame. Empty ones have no size, so they are counted."""
        if self._is_discarding:
            return
        if len(self.frames) >= _MOST_PIECES:
            self.conn.fail(CloseCode.MESSAGE_TOO_BIG)
            self.handle_parser_exception()
            return
        super().handle_cont(event)

    def handle_parser_exception(self) -> None:
        """Say what is wrong with what the client sends, and close once it has stopped: a connection that is closed on a client
        that still sends is reset, and the client never reads why."""
        assert self.conn.close_sent is not None
        self.queue.put_nowait(
            {"type": "websocket.disconnect", "code": self.conn.close_sent.code, "reason": self.conn.close_sent.reason}
        )
        self.transport.write(b"".join(self.conn.data_to_send()))
        self.close_sent = True
        self._is_discarding = True
        self.close_timer = self.loop.call_later(self.close_timeout, self.transport.abort)
        if self.read_paused:
            self.read_paused = False
            self.transport.resume_reading()
        self._close_when_quiet()

    def pause_writing(self) -> None:
        """What was written waits for the client to read. Until then nothing is read of it: its pings would all be answered."""
        super().pause_writing()
        self.transport.pause_reading()
        self._forget_unread()
        self._unread = self.loop.call_later(_READ_SECONDS, self.transport.abort)

    def resume_writing(self) -> None:
        """The client has read."""
        self._forget_unread()
        if not self.read_paused:
            self.transport.resume_reading()
        super().resume_writing()

    def keepalive_timeout(self) -> None:
        """The client answers no ping: whatever it was sent will not be read."""
        super().keepalive_timeout()
        self.transport.abort()

    def _close_when_quiet(self) -> None:
        if self._quiet is not None:
            self._quiet.cancel()
        self._quiet = self.loop.call_later(_QUIET_SECONDS, self.transport.close)

    def _not_opened(self) -> None:
        if not self.handshake_complete:
            self.transport.abort()

    def _forget_unread(self) -> None:
        if self._unread is not None:
            self._unread.cancel()
            self._unread = None
