"""The listening socket and the server on it: real bytes on loopback."""

from __future__ import annotations

import asyncio
import gc
import http.client
import socket
from typing import TYPE_CHECKING

import pytest

from ringtrue.api import serve
from ringtrue.api.admission import Admission
from ringtrue.api.envelope import MOST_BYTES
from ringtrue.errors import SetupError

if TYPE_CHECKING:
    from conftest import Desk


def exchange(port: int, data: bytes) -> bytes:
    """All that comes back on a connection until the server closes it."""
    with socket.create_connection(("127.0.0.1", port), timeout=20) as client:
        client.sendall(data)
        pieces = []
        while piece := client.recv(65_536):
            pieces.append(piece)
    return b"".join(pieces)


def test_a_free_port_is_taken() -> None:
    """And is in use from then on."""
    with serve.bind("127.0.0.1", 0) as sock:
        port = sock.getsockname()[1]

        assert port > 0
        with pytest.raises(SetupError):
            serve.bind("127.0.0.1", port)


def test_what_is_written_is_sent_at_once() -> None:
    """An answer is more than one segment: with Nagle's algorithm the second waits for a delayed acknowledgement."""

    async def is_off() -> bool:
        accepted: asyncio.Future[asyncio.StreamWriter] = asyncio.get_running_loop().create_future()
        with serve.bind("127.0.0.1", 0) as sock:
            server = await asyncio.start_server(lambda _reader, writer: accepted.set_result(writer), sock=sock)
            async with server:
                _, client = await asyncio.open_connection(*sock.getsockname())
                writer = await accepted
                found = writer.get_extra_info("socket").getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
                for one in (client, writer):
                    one.close()
        return bool(found)

    assert asyncio.run(is_off())


def test_a_busy_port_names_another_to_try() -> None:
    """One that is free."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]

        with pytest.raises(SetupError, match=rf"127\.0\.0\.1:{port} .*--port \d+\.") as refused:
            serve.bind("127.0.0.1", port)

    proposed = int(refused.value.sentence.rstrip(".").rpartition(" ")[2])
    serve.bind("127.0.0.1", proposed).close()
    assert proposed != port


def test_an_address_that_is_not_ours_is_refused() -> None:
    """RFC 5737: nobody's; and another port would not help."""
    with pytest.raises(SetupError, match=r"192\.0\.2\.1:8080 .*as --host") as refused:
        serve.bind("192.0.2.1", 8080)

    assert "--port" not in refused.value.sentence


def test_a_server_says_when_it_serves_and_ends_when_asked(desk: Desk) -> None:
    """Then the port is free again."""

    async def main() -> int:
        sock = serve.bind("127.0.0.1", 0)
        port = int(sock.getsockname()[1])
        server = serve.Server(desk.app, sock)
        running = asyncio.create_task(server.run())
        await server.started()
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.close()
        server.stop()
        await running
        return port

    serve.bind("127.0.0.1", asyncio.run(main())).close()


def test_one_request_is_answered_over_the_wire(port: int) -> None:
    """With its id, and without telling what serves it."""
    got = exchange(port, b"GET /livez HTTP/1.1\r\nHost: x\r\nX-Request-Id: mine\r\nConnection: close\r\n\r\n")

    head = got.partition(b"\r\n\r\n")[0].lower()
    assert got.startswith(b"HTTP/1.1 200 OK\r\n")
    assert b"x-request-id: mine" in head
    assert b"server:" not in head


@pytest.mark.parametrize(
    "request_bytes",
    [
        b"POST /threads HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
        b"POST /threads HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
        b"POST /threads HTTP/1.1\r\nHost: x\r\nContent-Length: -2\r\n\r\n{}",
        b"POST /threads HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999\r\n\r\n{}",
        b"GET /calls/\xff HTTP/1.1\r\nHost: x\r\n\r\n",
        b"hello\r\n\r\n",
    ],
)
def test_what_could_be_read_in_two_ways_is_refused(port: int, request_bytes: bytes) -> None:
    """RFC 9112, section 6.3: a proxy before us might have read the other."""
    got = exchange(port, request_bytes)

    assert got.startswith(b"HTTP/1.1 400 Bad Request\r\ncontent-type: application/problem+json\r\n")
    assert b"x-request-id: req_" in got


@pytest.mark.parametrize("size", [MOST_BYTES + 1, 8 * MOST_BYTES])
def test_a_client_that_sends_before_it_reads_sees_the_413(port: int, size: int) -> None:
    """And not a connection that was reset."""
    client = http.client.HTTPConnection("127.0.0.1", port, timeout=20)

    client.request("POST", "/threads", b"x" * size)
    answer = client.getresponse()

    assert (answer.status, answer.headers["Content-Type"]) == (413, "application/problem+json")
    client.close()


def test_a_client_that_waits_to_be_asked_is_not(port: int) -> None:
    """It has the answer before it has sent a byte of the body."""
    head = b"POST /threads HTTP/1.1\r\nHost: x\r\nContent-Length: 1048577\r\nExpect: 100-continue\r\n\r\n"

    assert exchange(port, head).startswith(b"HTTP/1.1 413 ")


def test_half_a_body_makes_nothing(port: int, desk: Desk) -> None:
    """The connection ended before the request did."""
    with socket.create_connection(("127.0.0.1", port)) as client:
        client.sendall(b"POST /threads HTTP/1.1\r\nHost: x\r\nAuthorization: rt_full\r\nContent-Length: 100\r\n\r\n{}")
        client.shutdown(socket.SHUT_WR)
        assert client.recv(1000) == b""

    assert desk.count("threads") == 0


@pytest.mark.parametrize(
    ("trusted", "statuses"),
    [
        ((), [401, 429, 429]),  # from anybody the header means nothing
        (("192.0.2.0/24",), [401, 429, 429]),  # nor from another than the trusted
        (("127.0.0.1",), [401, 401, 429]),
        (("127.0.0.0/8", "198.51.100.0/24"), [401, 401, 429]),
    ],
)
def test_only_a_trusted_proxy_says_whose_request_it_is(desk: Desk, trusted: tuple[str, ...], statuses: list[int]) -> None:
    """Of the addresses that it passes on, the last one that is not trusted itself counts: whoever writes others before it in
    the header gains nothing."""
    desk.wire(admission=Admission(rate=1, burst=1))
    forwarded = ["203.0.113.1", "203.0.113.2, 198.51.100.7" if len(trusted) > 1 else "203.0.113.2", "10.9.8.7, 203.0.113.2"]

    with desk.served(trusted_proxies=trusted) as port:
        found = []
        for value in forwarded:
            client = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
            client.request("GET", "/calls", headers={"X-Forwarded-For": value})
            found.append(client.getresponse().status)
            client.close()

    assert found == statuses


def test_what_is_loaded_is_not_looked_at_again() -> None:
    """The collector leaves it alone, and comes less often."""
    before = gc.get_threshold()
    try:
        serve.settle()

        assert gc.get_freeze_count() > 1000
        assert gc.get_threshold()[0] > before[0]
    finally:
        gc.unfreeze()
        gc.set_threshold(*before)
