"""A network that loses and delays packets: media sockets of a callee whose sending is impaired as its persona says."""

from __future__ import annotations

import asyncio
import socket
from random import Random
from typing import Any

from ringtrue.telephony.rtp.ports import PortRange
from ringtrue.testing.callee.traits import LineTraits


class ImpairedSocket(socket.socket):
    """Drops the share `loss` of what is sent and delays each of the rest by up to `jitter_ms`, so that some overtake others."""

    loss = 0.0
    jitter_seconds = 0.0
    random = Random(0)  # noqa: S311 - no secret

    def sendto(self, data: Any, address: Any) -> int:  # type: ignore[override]  # the only form that streams use
        """Send, or seem to."""
        if self.loss and self.random.random() < self.loss:
            return len(data)
        if self.jitter_seconds:
            asyncio.get_running_loop().call_later(self.random.random() * self.jitter_seconds, self._send_late, data, address)
            return len(data)
        return super().sendto(data, address)

    def _send_late(self, data: bytes, address: Any) -> None:
        if self.fileno() < 0:
            return  # the call is over
        try:
            super().sendto(data, address)
        except OSError:
            return  # lost, as it would be without the delay


class ImpairedPorts(PortRange):
    """A `PortRange` whose next socket is impaired as was said last."""

    def __init__(self, low: int, high: int) -> None:
        super().__init__(low, high)
        self._line = LineTraits()
        self._random = Random(0)  # noqa: S311 - no secret

    def impair_next(self, line: LineTraits, random: Random) -> None:
        """The socket that is bound next belongs to that line."""
        self._line, self._random = line, random

    def bind(self, host: str) -> socket.socket:
        """See `PortRange`."""
        bound = super().bind(host)
        sock = ImpairedSocket(bound.family, bound.type, bound.proto, fileno=bound.detach())
        sock.setblocking(False)
        sock.loss, sock.jitter_seconds, sock.random = self._line.loss, self._line.jitter_ms / 1000, self._random
        return sock
