"""Nothing within is reached, however it is written and whatever a name comes to mean."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Sequence
from pathlib import Path

import httpx
import pytest

from ringtrue.calls.deliveries import Tried
from ringtrue.clock import SystemClock
from ringtrue.webhooks.addresses import Network, networks
from ringtrue.webhooks.resolver import Lookup, Resolver
from ringtrue.webhooks.sender import Sender
from ringtrue.webhooks.transport import GuardedTransport

from .hostile import hosts
from .receivers import Receiver, claimed

EVERYTHING = networks(["0.0.0.0/0", "::/0"])
LOOPBACK = networks(["127.0.0.0/8"])
PUBLIC = "93.184.216.34"
CERTIFICATE = Path(__file__).parent.parent / "data" / "webhooks" / "hooks.test.pem"


def literal(host: str, port: int) -> list[str]:
    """What the system makes of an address in any spelling, and of `localhost`; no name server is asked."""
    if host.rstrip(".").lower() == "localhost":
        return ["127.0.0.1", "::1"]
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST)
    return [str(address[0]) for *_, address in found]


def says(*answers: Sequence[str]) -> Lookup:
    """A name server that answers so in turn, the last for ever; its `asked` is how often."""
    waiting = list(answers)
    return lambda host, port: waiting.pop(0) if len(waiting) > 1 else waiting[0]


class Noted(httpx.AsyncBaseTransport):
    """Connects nowhere and notes where it would have."""

    def __init__(self, *failing: str) -> None:
        self.requests: list[httpx.Request] = []
        self._failing = failing

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        if request.url.host in self._failing:
            raise httpx.ConnectError("refused")
        return httpx.Response(204, stream=httpx.ByteStream(b""))


async def send(
    url: str,
    lookup: Lookup,
    *,
    allowed: tuple[Network, ...] = (),
    inner: httpx.AsyncBaseTransport | None = None,
) -> Tried:
    """What comes of one try."""
    sender = Sender(clock=SystemClock(), transport=GuardedTransport(resolver=Resolver(lookup), allowed=allowed, inner=inner))
    try:
        return await sender.send(claimed(url))
    finally:
        await sender.close()


async def send_all(lookup: Lookup, *, allowed: tuple[Network, ...] = ()) -> tuple[dict[str, Tried], int]:
    """What comes of every hostile spelling, on the port of a listener on loopback; and the connections that it saw."""
    async with Receiver().listening() as receiver:
        transport = GuardedTransport(resolver=Resolver(lookup), allowed=allowed)
        sender = Sender(clock=SystemClock(), transport=transport)
        found = {host: await sender.send(claimed(f"http://{host}:{receiver.port}/")) for host in hosts()}
        await sender.close()
    return found, receiver.n_connections


def test_no_hostile_spelling_reaches_anything() -> None:
    """Hundreds of them, with a listener on loopback that sees no connection."""
    found, n_connections = asyncio.run(send_all(literal))

    assert len(found) >= 300
    assert n_connections == 0
    assert {tried.reason for tried in found.values()} <= {"target_refused", "name_unknown", "url_invalid"}
    assert sum(tried.reason == "target_refused" for tried in found.values()) >= 300


def test_without_the_guard_the_spellings_of_loopback_would_reach_it() -> None:
    """So that the test above is worth something."""

    async def all_of_loopback() -> int:
        async with Receiver().listening() as receiver:
            for host in ("127.0.0.1", "2130706433", "0x7f000001", "0x7F000001", "127.1", "017700000001", "0", "localhost"):
                await send(f"http://{host}:{receiver.port}/", literal, allowed=EVERYTHING)
        return receiver.n_connections

    assert asyncio.run(all_of_loopback()) == 8


def test_a_name_that_rebinds_reaches_nothing_within() -> None:
    """Public at the first look, loopback at the second: the first try connects to what was looked at, the next is refused."""

    async def twice() -> tuple[list[Tried], list[str], int]:
        async with Receiver().listening() as receiver:
            url, lookup, inner = f"http://rebinds.example:{receiver.port}/", says([PUBLIC], ["127.0.0.1"]), Noted()
            tried = [await send(url, lookup, inner=inner) for _ in range(2)]
        return tried, [request.url.host for request in inner.requests], receiver.n_connections

    tried, reached, n_connections = asyncio.run(twice())

    assert tried == [Tried(status=204), Tried(reason="target_refused")]
    assert (reached, n_connections) == ([PUBLIC], 0)


def test_the_connection_itself_asks_for_no_name(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that the system does not know is delivered to, at the address that was looked at."""
    asked: list[object] = []
    system = socket.getaddrinfo

    def noted(host: object, *args: object, **options: object) -> object:
        asked.append(host)
        return system(host, *args, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(socket, "getaddrinfo", noted)

    async def once() -> tuple[Tried, Receiver]:
        async with Receiver().listening() as receiver:
            url = f"http://unknown.invalid:{receiver.port}/hooks"
            return await send(url, says(["127.0.0.1"]), allowed=LOOPBACK), receiver

    tried, receiver = asyncio.run(once())

    assert tried == Tried(status=200)
    assert receiver.received[0].headers["host"] == f"unknown.invalid:{receiver.port}"
    assert {host for host in asked if host not in ("127.0.0.1", b"127.0.0.1")} == set()


@pytest.mark.parametrize("addresses", [[PUBLIC, "10.0.0.1"], ["::1", PUBLIC], [PUBLIC, "fe80::1%2"], ["not an address"]])
def test_one_address_within_spoils_the_name(addresses: list[str]) -> None:
    """None of the others is tried."""
    inner = Noted()

    assert asyncio.run(send("https://mixed.example/", says(addresses), inner=inner)) == Tried(reason="target_refused")
    assert inner.requests == []


def test_the_next_address_is_tried_when_one_takes_no_connection() -> None:
    """IPv6 that leads nowhere is met often."""
    inner = Noted("2606:4700::1")

    tried = asyncio.run(send("https://both.example/", says(["2606:4700::1", PUBLIC]), inner=inner))

    assert tried == Tried(status=204)
    assert [request.url.host for request in inner.requests] == ["2606:4700::1", PUBLIC]
    assert [request.headers["host"] for request in inner.requests] == ["both.example"] * 2
    assert [request.extensions["sni_hostname"] for request in inner.requests] == ["both.example"] * 2


def test_when_no_address_takes_a_connection_the_try_failed() -> None:
    """After a few of many."""
    many = [f"93.184.216.{number}" for number in range(9)]
    inner = Noted(*many)

    assert asyncio.run(send("https://dead.example/", says(many), inner=inner)) == Tried(reason="connection_failed")
    assert len(inner.requests) == 4


@pytest.mark.parametrize("error", [OSError("no such name"), UnicodeError("label too long"), None])
def test_a_name_without_an_address_is_unknown(error: Exception | None) -> None:
    """It may be mended, so it is tried again as others are."""

    def lookup(host: str, port: int) -> list[str]:
        if error is not None:
            raise error
        return []

    assert asyncio.run(send("https://nowhere.example/", lookup)) == Tried(reason="name_unknown")


@pytest.mark.parametrize(("name", "expected"), [("hooks.test", Tried(status=200)), ("x.test", Tried(reason="connection_failed"))])
def test_the_certificate_must_be_the_names(name: str, expected: Tried) -> None:
    """Although the connection is to a bare address, the server is told the name and has to prove it."""
    told: list[str | None] = []
    ours = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ours.load_cert_chain(CERTIFICATE, CERTIFICATE.with_suffix(".key"))
    ours.sni_callback = lambda _socket, server_name, _context: told.append(server_name)

    async def once() -> Tried:
        trusting = ssl.create_default_context(cafile=str(CERTIFICATE))
        inner = httpx.AsyncHTTPTransport(verify=trusting)
        async with Receiver().listening(ssl=ours) as receiver:
            return await send(f"https://{name}:{receiver.port}/", says(["127.0.0.1"]), allowed=LOOPBACK, inner=inner)

    assert asyncio.run(once()) == expected
    assert told == [name]
