"""Serve the application: the listening socket, and uvicorn without its signals and its access log (links are secrets)."""

from __future__ import annotations

import asyncio
import gc
import socket
from collections.abc import Generator, Sequence
from contextlib import contextmanager

import uvicorn
from starlette.types import ASGIApp

from ringtrue.api import sockets
from ringtrue.api.guard import GuardedProtocol
from ringtrue.errors import cannot_listen

_BACKLOG = 512
_CLOSE_SECONDS = 5
_GARBAGE_AFTER = 50_000  # objects more than before: a long transcript makes some thousands, all of which go with their request


def bind(host: str, port: int) -> socket.socket:
    """A listening socket. Raises SetupError with a port to try."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # Named as TCP, or asyncio leaves Nagle's algorithm on for what it accepts, and an answer's second segment waits 40 ms.
    sock = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        sock.bind((host, port))
    except OSError as exc:
        sock.close()
        raise cannot_listen("HTTP", host, port, exc, option="--", free_port=_free_port(host)) from exc
    sock.listen(_BACKLOG)
    return sock


def _free_port(host: str) -> int:
    """A port that is free now; 0, which takes any, where none can be found."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM) as probe:
        try:
            probe.bind((host, 0))
        except OSError:
            return 0
        return int(probe.getsockname()[1])


def settle() -> None:
    """Once all is loaded: it stays, so the collector need not look at it with every other request, which was most of a read."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(_GARBAGE_AFTER, 20, 20)


class Server:
    """uvicorn, started and stopped by us. Of requests from `trusted_proxies` (networks) the client's address and scheme are those
    that X-Forwarded-For and X-Forwarded-Proto name; from anybody else these headers mean nothing."""

    def __init__(self, app: ASGIApp, sock: socket.socket, *, trusted_proxies: Sequence[str] = ()) -> None:
        config = uvicorn.Config(
            app,
            http=GuardedProtocol,
            ws=sockets.GuardedSocket,
            ws_max_size=sockets.MOST_BYTES,
            ws_ping_interval=sockets.PING_SECONDS,
            ws_ping_timeout=sockets.PING_SECONDS,
            ws_per_message_deflate=False,  # a few words gain nothing, and every socket would hold two windows
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            # By default X-Forwarded-For of anybody on this machine would count.
            proxy_headers=bool(trusted_proxies),
            forwarded_allow_ips=list(trusted_proxies),
            timeout_keep_alive=30,
            timeout_graceful_shutdown=_CLOSE_SECONDS,
        )
        self._sock = sock
        self._server = _Quiet(config)

    async def run(self) -> None:
        """Serve until `stop`."""
        await self._server.serve(sockets=[self._sock])

    async def started(self) -> None:
        """Return once connections are taken."""
        await self._server.is_serving.wait()

    def stop(self) -> None:
        """Finish the requests in progress and end."""
        self._server.should_exit = True


class _Quiet(uvicorn.Server):
    """Leaves the process's signals to the process, and says when it serves."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.is_serving = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Take connections."""
        await super().startup(sockets)
        self.is_serving.set()

    @contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        """Capture none."""
        yield
