"""Connections only to addresses that were looked at: the name is resolved once, and what was checked is what is connected to.

A name that means another address by the time of the connect (DNS rebinding) changes nothing: the connect knows no name. TLS
still asks for the certificate of the name, and `Host` still names it.
"""

from __future__ import annotations

import httpx

from ringtrue.webhooks.addresses import Network, may_reach
from ringtrue.webhooks.resolver import Resolver

_MOST_ADDRESSES = 4
_PORTS = {"http": 80, "https": 443}


class TargetRefused(Exception):
    """The name means an address that may not be reached."""


class NameUnknown(Exception):
    """The name means no address."""


class GuardedTransport(httpx.AsyncBaseTransport):
    """Resolves, checks every address, and sends to the first that takes a connection."""

    def __init__(
        self, *, resolver: Resolver, allowed: tuple[Network, ...], inner: httpx.AsyncBaseTransport | None = None
    ) -> None:
        self._resolver = resolver
        self._allowed = allowed
        # No connection is kept: the next one could be for another name on the same address, or the address be refused by then.
        # Of the environment a bare transport takes SSL_CERT_FILE and SSL_CERT_DIR only, which name an operator's own authorities.
        self._inner = inner or httpx.AsyncHTTPTransport(limits=httpx.Limits(max_keepalive_connections=0))

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """The answer of the target. Raises TargetRefused, NameUnknown, httpx.TransportError."""
        name = request.url.host
        addresses = await self._checked(name, request.url.port or _PORTS[request.url.scheme])
        failed: httpx.ConnectError | None = None
        for address in addresses[:_MOST_ADDRESSES]:
            try:
                return await self._inner.handle_async_request(_to(request, address, name))
            except httpx.ConnectError as exc:
                failed = exc
        raise failed or httpx.ConnectError("no address")

    async def aclose(self) -> None:
        """Give the connections back."""
        await self._inner.aclose()

    async def _checked(self, name: str, port: int) -> list[str]:
        try:
            found = await self._resolver.addresses(name, port)
        except (OSError, UnicodeError) as exc:
            raise NameUnknown from exc
        # One that may not be reached among others is no accident: nothing is sent to any of them.
        if not all(may_reach(address, self._allowed) for address in found):
            raise TargetRefused
        if not found:
            raise NameUnknown
        return list(found)


def _to(request: httpx.Request, address: str, name: str) -> httpx.Request:
    """The request with the address in place of the name, which stays in `Host` and in the certificate that is asked for."""
    return httpx.Request(
        request.method,
        request.url.copy_with(host=address),
        headers=request.headers,
        stream=request.stream,
        extensions={**request.extensions, "sni_hostname": name},
    )
