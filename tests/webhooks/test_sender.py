"""One try: what is sent, and what is made of whatever a receiver does."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import timedelta

import httpx
import pytest
from standardwebhooks.webhooks import Webhook

from ringtrue.calls.deliveries import Tried
from ringtrue.clock import Clock, SystemClock
from ringtrue.testing.clock import ManualClock
from ringtrue.webhooks.addresses import networks
from ringtrue.webhooks.resolver import Resolver
from ringtrue.webhooks.sender import TRY_SECONDS, Sender
from ringtrue.webhooks.transport import GuardedTransport

from .receivers import OK, SECRET, Receiver, claimed

LOOPBACK = networks(["127.0.0.0/8"])


class HeldClock(ManualClock):
    """A clock whose waits end when it is told; `asked` are the waits."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[float] = []
        self.passed = asyncio.Event()

    async def sleep(self, seconds: float) -> None:
        """Wait until told."""
        self.asked.append(seconds)
        await self.passed.wait()


async def send_to(receiver: Receiver, path: str = "/hooks", *, clock: Clock | None = None) -> Tried:
    """What comes of one try at a receiver on loopback."""
    sender = Sender(clock=clock or SystemClock(), transport=GuardedTransport(resolver=Resolver(), allowed=LOOPBACK))
    try:
        return await sender.send(claimed(f"http://127.0.0.1:{receiver.port}{path}"))
    finally:
        await sender.close()


def tried_at(
    answer: bytes | Callable[[asyncio.StreamWriter], Awaitable[None]] | None, *, clock: Clock | None = None
) -> tuple[Tried, Receiver]:
    """What comes of one try at a receiver that answers so."""

    async def work() -> tuple[Tried, Receiver]:
        async with Receiver(answer).listening() as receiver:
            return await send_to(receiver, clock=clock), receiver

    return asyncio.run(work())


def test_what_is_sent_is_signed_and_verified_by_the_reference_library() -> None:
    """A POST of the very bytes, with the three headers of Standard Webhooks."""
    tried, receiver = tried_at(OK)

    (received,) = receiver.received
    assert tried == Tried(status=200)
    assert received.line == "POST /hooks HTTP/1.1"
    assert received.body.decode() == claimed("").delivery.body
    assert received.headers["content-type"] == "application/json"
    assert received.headers["webhook-id"] == "evt_1"
    assert received.headers["user-agent"].startswith("Ringtrue/")
    assert received.headers["host"] == f"127.0.0.1:{receiver.port}"
    assert Webhook(SECRET).verify(received.body, received.headers) == json.loads(received.body)


@pytest.mark.parametrize("status", [200, 204, 301, 307, 400, 410, 429, 500, 503])
def test_a_status_is_reported_as_it_is(status: int) -> None:
    """What it means is decided elsewhere."""
    tried, receiver = tried_at(b"HTTP/1.1 %d Said\r\nContent-Length: 0\r\n\r\n" % status)

    assert (tried, len(receiver.received)) == (Tried(status=status), 1)


def test_a_redirect_is_not_followed() -> None:
    """Not even to the same host."""

    async def work() -> tuple[Tried, Receiver]:
        async with Receiver().listening() as receiver:
            to = f"http://127.0.0.1:{receiver.port}/other"
            receiver.answer = f"HTTP/1.1 307 Elsewhere\r\nLocation: {to}\r\nContent-Length: 0\r\n\r\n".encode()
            return await send_to(receiver), receiver

    tried, receiver = asyncio.run(work())

    assert (tried, receiver.n_connections) == (Tried(status=307), 1)


@pytest.mark.parametrize(
    "answer",
    [
        None,
        b"",
        b"\x15\x03\x01",
        b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nshort",
        b"HTTP/1.1 200 OK\r\nX: " + b"a" * 200_000,
        b"220 mail.example ESMTP\r\n",
    ],
)
def test_a_hang_up_or_nonsense_is_no_answer(answer: bytes | None) -> None:
    """A 200 that breaks off as well."""
    assert tried_at(answer)[0] == Tried(reason="no_answer")


def test_nobody_there_is_a_failed_connection() -> None:
    """The port is free."""

    async def work() -> Tried:
        async with Receiver().listening() as receiver:
            pass
        return await send_to(receiver)

    assert asyncio.run(work()) == Tried(reason="connection_failed")


@pytest.mark.parametrize("begun", [b"", b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nslow"])
def test_the_whole_try_takes_ten_seconds_at_most(begun: bytes) -> None:
    """However much of an answer came."""

    async def work() -> tuple[Tried, list[float]]:
        clock = HeldClock()

        async def stall(writer: asyncio.StreamWriter) -> None:
            writer.write(begun)
            await writer.drain()
            clock.passed.set()
            await asyncio.Event().wait()

        async with Receiver(stall).listening() as receiver:
            return await send_to(receiver, clock=clock), clock.asked

    assert asyncio.run(work()) == (Tried(reason="timed_out"), [TRY_SECONDS])


def test_a_name_server_that_does_not_answer_counts_as_well() -> None:
    """The ten seconds begin with the name."""

    async def work() -> Tried:
        clock = HeldClock()

        class Dead(Resolver):
            async def addresses(self, host: str, port: int) -> list[str]:
                clock.passed.set()
                await asyncio.Event().wait()
                return []

        sender = Sender(clock=clock, transport=GuardedTransport(resolver=Dead(), allowed=()))
        tried = await sender.send(claimed("https://example.com/"))
        await sender.close()
        return tried

    assert asyncio.run(work()) == Tried(reason="timed_out")


def test_of_a_long_answer_only_the_beginning_is_read() -> None:
    """A receiver that sends for ever is left."""
    n_sent = 0

    async def for_ever(writer: asyncio.StreamWriter) -> None:
        nonlocal n_sent
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nConnection: close\r\n\r\n")
        while True:
            writer.write(b"a" * 65_536)
            n_sent += 65_536
            await writer.drain()

    tried, _ = tried_at(for_ever)

    assert tried == Tried(status=200)
    assert n_sent < 20_000_000  # what the buffers of both sockets take


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("120", timedelta(seconds=120)),
        ("0", timedelta(0)),
        ("Mon, 04 Jan 2027 17:05:00 GMT", timedelta(minutes=5)),
        ("Mon, 04 Jan 2027 16:00:00 GMT", timedelta(hours=-1)),
        ("9" * 40, timedelta(seconds=100_000_000)),
        ("-5", None),
        ("1.5", None),
        ("soon", None),
        ("", None),
        ("Mon, 99 Jan 999999999999 17:05:00 GMT", None),
    ],
)
def test_a_wait_is_asked_for_in_seconds_or_as_a_date(value: str, expected: timedelta | None) -> None:
    """Anything else asks for none."""

    async def work() -> Tried:
        async def refuse(_request: httpx.Request) -> httpx.Response:
            return httpx.Response(503, headers={"Retry-After": value}, stream=httpx.ByteStream(b""))

        sender = Sender(clock=HeldClock(), transport=httpx.MockTransport(refuse))
        return await sender.send(claimed("https://example.com/"))

    assert asyncio.run(work()) == Tried(status=503, retry_after=expected)


def test_no_proxy_of_the_environment_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """It would connect to what was never looked at."""

    async def work() -> tuple[Tried, int]:
        async with Receiver().listening() as proxy, Receiver().listening() as receiver:
            for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
                monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
            return await send_to(receiver), proxy.n_connections

    assert asyncio.run(work()) == (Tried(status=200), 0)


def test_no_connection_and_no_cookie_is_kept() -> None:
    """Each try is looked at anew, and tells one receiver nothing of another."""

    async def work() -> Receiver:
        async with Receiver(b"HTTP/1.1 200 OK\r\nSet-Cookie: a=b\r\nContent-Length: 0\r\n\r\n").listening() as receiver:
            sender = Sender(clock=SystemClock(), transport=GuardedTransport(resolver=Resolver(), allowed=LOOPBACK))
            for _ in range(2):
                await sender.send(claimed(f"http://127.0.0.1:{receiver.port}/"))
            await sender.close()
            return receiver

    receiver = asyncio.run(work())

    assert (receiver.n_connections, len(receiver.received)) == (2, 2)
    assert "cookie" not in receiver.received[1].headers
