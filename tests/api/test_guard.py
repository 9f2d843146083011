"""The guarded HTTP protocol in virtual time: slow, endless and idle clients, and what is no HTTP."""

from __future__ import annotations

import asyncio
import json

import pytest

from ringtrue.api import guard
from ringtrue.testing.clock import run_virtual

from .door import Door, answer, protocol_of, send, writes_on

REQUEST = b"GET /livez HTTP/1.1\r\nHost: x\r\n\r\n"
UPLOAD = b"POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n"

LONG_UPLOAD = b"POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: 1048576\r\n\r\n"


def test_who_says_nothing_is_closed_after_eight_seconds() -> None:
    """A connection is not a request."""

    async def main() -> None:
        wire = Door(answer).connect()
        await asyncio.sleep(7.9)
        assert not wire.is_closing()
        await asyncio.sleep(0.2)
        assert (wire.ended, wire.written) == ("aborted", b"")

    run_virtual(main())


def test_a_head_by_the_byte_is_closed_after_eight_seconds() -> None:
    """Each byte buys no time."""

    async def main() -> None:
        wire = Door(answer).connect()
        for byte in REQUEST:
            send(wire, bytes([byte]))
            await asyncio.sleep(1)
        assert (wire.ended, wire.ended_at) == ("aborted", 8)

    run_virtual(main())


def test_a_body_by_the_byte_is_closed_after_a_stretch() -> None:
    """Six seconds from the end of the head; with a head that was as slow that is less than fifteen."""

    async def main() -> None:
        wire = Door(answer).connect()
        await asyncio.sleep(5)
        send(wire, UPLOAD)
        for _ in range(99):
            send(wire, b"x")
            await asyncio.sleep(1)
        assert (wire.ended, wire.ended_at) == ("aborted", 11)

    run_virtual(main())


def test_a_body_that_dries_up_is_closed_after_the_next_stretch() -> None:
    """What it brought before buys no time."""

    async def main() -> None:
        wire = Door(answer).connect()
        send(wire, LONG_UPLOAD)
        await asyncio.sleep(5)
        send(wire, b"x" * 500_000)
        await asyncio.sleep(30)
        assert (wire.ended, wire.ended_at) == ("aborted", 12)

    run_virtual(main())


@pytest.mark.parametrize(("each", "pause"), [(1500, 0.4), (40_000, 5.0)])
def test_a_long_body_on_a_bad_line_is_read(each: int, pause: float) -> None:
    """A mebibyte at 3.7 kB a second, or in bursts with five seconds between them."""

    async def main() -> None:
        wire = Door(answer).connect()
        send(wire, LONG_UPLOAD)
        left = 1 << 20
        while left and not wire.is_closing():
            await asyncio.sleep(pause)
            send(wire, b"x" * min(each, left))
            left -= min(each, left)
        await asyncio.sleep(0.1)
        assert wire.written.endswith(b"\r\n\r\n1048576")

    run_virtual(main())


def test_a_body_that_is_never_whole_is_closed_after_five_minutes() -> None:
    """However fast it comes."""

    async def main() -> None:
        wire = Door(answer).connect()
        send(wire, b"POST /x HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n")
        for _ in range(400):
            send(wire, b"800\r\n" + b"x" * 0x800 + b"\r\n")
            await asyncio.sleep(1)
        assert (wire.ended, wire.ended_at) == ("aborted", 300)

    run_virtual(main())


def test_a_body_in_time_is_answered() -> None:
    """However many pieces it comes in."""

    async def main() -> None:
        wire = Door(answer).connect()
        send(wire, UPLOAD)
        for _ in range(10):
            await asyncio.sleep(0.5)
            send(wire, b"x" * 10)
        await asyncio.sleep(0.1)
        assert wire.written.endswith(b"\r\n\r\n100")

    run_virtual(main())


def test_our_own_time_is_not_the_clients() -> None:
    """A whole request is answered, however long we take."""

    async def main() -> None:
        wire = Door(answer).connect()
        send(wire, REQUEST.replace(b"/livez", b"/slow"))
        await asyncio.sleep(91)
        assert (wire.ended, wire.written[:15]) == (None, b"HTTP/1.1 200 OK")

    run_virtual(main())


def test_a_kept_connection_is_closed_after_thirty_seconds() -> None:
    """And until then it serves again."""

    async def main() -> None:
        wire = Door(answer).connect()
        for _ in range(3):
            send(wire, REQUEST)
            await asyncio.sleep(29)
        assert (wire.ended, wire.written.count(b"200 OK")) == (None, 3)
        await asyncio.sleep(2)
        assert wire.ended == "closed"

    run_virtual(main())


def test_requests_sent_at_once_are_all_answered() -> None:
    """In their order."""

    async def main() -> None:
        wire = Door(answer).connect()
        send(wire, REQUEST * 3)
        await asyncio.sleep(1)
        assert (wire.ended, wire.written.count(b"200 OK")) == (None, 3)

    run_virtual(main())


def test_an_answer_that_nobody_reads_is_given_up() -> None:
    """After two minutes in which nothing was read; whoever reads at times is waited for."""

    async def main() -> None:
        stuck, slow = Door(writes_on).connect(), Door(writes_on).connect()
        for wire in (stuck, slow):
            send(wire, REQUEST)
            protocol_of(wire).pause_writing()
        for _ in range(3):
            await asyncio.sleep(100)
            protocol_of(slow).resume_writing()
            protocol_of(slow).pause_writing()
        assert (stuck.ended, stuck.ended_at) == ("aborted", 120)
        assert slow.ended is None

    run_virtual(main())


@pytest.mark.parametrize("line", [b"X-Long: " + b"x" * 1000, b"X: y\r\n" * 100])
def test_a_head_without_end_is_cut_off(line: bytes) -> None:
    """At 64 KiB, in one field or in many."""

    async def main() -> None:
        wire = Door(answer).connect()
        send(wire, b"GET / HTTP/1.1\r\n")
        n_lines = 0
        while wire.ended is None and n_lines < 20_000:
            send(wire, line)
            n_lines += 1
        assert 60_000 < n_lines * len(line) < 70_000

    run_virtual(main())


@pytest.mark.parametrize(
    "data", [b"\x16\x03\x01\x02\x00\x01\x00", b"INVITE sip:anna@x SIP/2.0\r\n\r\n", b"GET / HTTP/1.1\r\n:\r\n\r\n"]
)
def test_what_is_no_http_is_a_problem(data: bytes) -> None:
    """Of the same shape as all others, with a request id."""

    async def main() -> None:
        wire = Door(answer).connect()
        send(wire, data)
        head, _, body = wire.written.partition(b"\r\n\r\n")
        problem = json.loads(body)
        assert head.startswith(b"HTTP/1.1 400 Bad Request\r\ncontent-type: application/problem+json\r\n")
        assert f"x-request-id: {problem['request_id']}".encode() in head
        assert (problem["status"], problem["code"], wire.ended) == (400, "bad_request", "closed")

    run_virtual(main())


def test_a_flood_of_idle_connections_shuts_nobody_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who has kept us waiting longest makes room; whoever is being answered stays."""
    monkeypatch.setattr(guard, "MOST_CONNECTIONS", 10)

    async def main() -> None:
        door = Door(answer)
        busy = door.connect()
        send(busy, REQUEST.replace(b"/livez", b"/slow"))
        idle = []
        for _ in range(30):
            await asyncio.sleep(0.01)
            idle.append(door.connect())
        send(idle[-1], UPLOAD)
        await asyncio.sleep(0.01)

        client = door.connect()
        send(client, REQUEST)
        await asyncio.sleep(0.01)

        assert client.written.startswith(b"HTTP/1.1 200 OK")
        assert busy.ended is None
        assert [wire.ended for wire in idle] == ["aborted"] * 22 + [None] * 8

    run_virtual(main())


def test_too_many_requests_in_progress_leave_no_room(monkeypatch: pytest.MonkeyPatch) -> None:
    """They are answered; the newest client is not."""
    monkeypatch.setattr(guard, "MOST_CONNECTIONS", 3)

    async def main() -> None:
        door = Door(answer)
        busy = [door.connect() for _ in range(3)]
        for wire in busy:
            send(wire, REQUEST.replace(b"/livez", b"/slow"))

        client = door.connect()
        await asyncio.sleep(91)

        assert client.ended == "aborted"
        assert [wire.written[:15] for wire in busy] == [b"HTTP/1.1 200 OK"] * 3

    run_virtual(main())
