"""Names to addresses, in threads of their own: a name server that does not answer holds up nobody but its own names."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from threading import Thread

Lookup = Callable[[str, int], Sequence[str]]

_AT_ONCE = 64  # threads; beyond them a try fails and is made again


def system_lookup(host: str, port: int) -> list[str]:
    """What the system says, in its order, each address once. Raises OSError, UnicodeError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


class Resolver:
    """Looks up each name in one thread at a time, however many wait for it."""

    def __init__(self, lookup: Lookup = system_lookup) -> None:
        self._lookup = lookup
        self._under_way: dict[tuple[str, int], Future[Sequence[str]]] = {}

    async def addresses(self, host: str, port: int) -> Sequence[str]:
        """Every address of the name. Raises OSError, UnicodeError. Who is cancelled leaves the look-up to others."""
        key = (host, port)
        future = self._under_way.get(key)
        if future is None:
            if len(self._under_way) >= _AT_ONCE:
                raise OSError("too many names are being looked up")
            future = self._under_way[key] = Future()
            # A daemon: the library cannot be called off, and must not hold up the end of the process.
            Thread(target=self._work, args=(key, future), name="webhook-name", daemon=True).start()
        return await asyncio.shield(asyncio.wrap_future(future))

    def _work(self, key: tuple[str, int], future: Future[Sequence[str]]) -> None:
        try:
            found = self._lookup(*key)
        except Exception as exc:  # whatever it is, whoever waits is told: a future left open would hold the name up for ever
            self._under_way.pop(key, None)
            future.set_exception(exc)
        else:
            self._under_way.pop(key, None)
            future.set_result(found)
