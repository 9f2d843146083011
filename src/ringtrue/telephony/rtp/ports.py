"""Media ports: even ones of the configured range, bound for real; ports that others use are passed over."""

from __future__ import annotations

import errno
import socket

from ringtrue.errors import RingtrueError, SetupError


class PortsExhausted(RingtrueError):
    """Every media port of the range is in use."""

    code = "rtp_ports_exhausted"


class PortRange:
    """Hands out sockets round robin, so that a port rests before its next call."""

    def __init__(self, low: int, high: int) -> None:
        self._ports = list(range(low + low % 2, high + 1, 2))
        if not self._ports:
            raise SetupError(f"There is no even port from {low} to {high}: widen --rtp-ports.")
        self._next = 0

    def bind(self, host: str) -> socket.socket:
        """A non-blocking UDP socket on a free even port. Raises PortsExhausted, or OSError where no port can be bound."""
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        for _ in self._ports:
            port = self._ports[self._next]
            self._next = (self._next + 1) % len(self._ports)
            sock = socket.socket(family, socket.SOCK_DGRAM)
            try:
                sock.bind((host, port))
            except OSError as exc:
                sock.close()
                if exc.errno in (errno.EADDRINUSE, errno.EACCES):
                    continue
                raise
            sock.setblocking(False)
            return sock
        raise PortsExhausted(f"All {len(self._ports)} media ports from {self._ports[0]} on are in use: widen --rtp-ports.")
