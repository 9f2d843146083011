"""Five hundred clients that never finish: each is shut out in 15 s, others are served at once, and a call hears nothing of it."""

from __future__ import annotations

import asyncio
import statistics
import time
from contextlib import suppress
from pathlib import Path

import httpx
import pytest

from ringtrue.agents.files import example

from .server import Server, wait_for
from .stamped import StampedPhone

pytestmark = pytest.mark.realtime

EACH = 125
BODY_HEAD = b"POST /threads HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100000\r\n\r\n"
UPGRADE = b"GET /ws/thread HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: "
KINDS: dict[str, tuple[bytes, bytes]] = {  # what is sent at once, then byte by byte
    "idle": (b"", b""),
    "head": (b"", b"GET /calls HTTP/1.1\r\nHost: x\r\nX-Long: " + b"x" * 1000),
    "body": (BODY_HEAD, b"{" * 1000),
    "upgrade": (UPGRADE, b"a" * 1000),
}
CLOSED_SECONDS = 15.0  # what is promised; the guard's own deadlines are tested to the second in virtual time
SLOWER = 10  # times, for whoever asks beside five hundred that do not finish
GAP_SECONDS = 0.04
BY_CHANCE = 2  # gaps in a thousand blocks: of two processes on a busy core the pacer is not always the one that waits


async def closed_after(port: int, kind: str) -> float:
    """How long the server bears with one such client."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    began = time.monotonic()
    at_once, bytewise = KINDS[kind]
    writer.write(at_once)

    async def dribble() -> None:
        for byte in bytewise:
            await asyncio.sleep(0.25)
            writer.write(bytes([byte]))

    dribbling = asyncio.create_task(dribble())
    with suppress(ConnectionError):
        await asyncio.wait_for(reader.read(), 60)
    dribbling.cancel()
    writer.close()
    return time.monotonic() - began


async def probed(url: str, until: asyncio.Event) -> list[float]:
    """How long each of many probes took, in seconds."""
    took = []
    async with httpx.AsyncClient(timeout=20) as http:
        while not until.is_set():
            began = time.monotonic()
            assert (await http.get(f"{url}/livez")).status_code == 200
            took.append(time.monotonic() - began)
            await asyncio.sleep(0.05)
    return took


async def flooded(server: Server) -> tuple[list[float], list[float]]:
    """How long each slow client was borne with, and each probe meanwhile took."""
    until = asyncio.Event()
    probes = asyncio.create_task(probed(server.url, until))
    borne = await asyncio.gather(*(closed_after(server.port, kind) for kind in KINDS for _ in range(EACH)))
    until.set()
    return list(borne), await probes


async def unflooded(server: Server) -> list[float]:
    """How long each probe takes when nobody else asks."""
    until = asyncio.Event()
    asyncio.get_running_loop().call_later(2, until.set)
    return await probed(server.url, until)


@pytest.mark.scenario("slow-clients")
def test_slow_clients_are_shut_out_and_disturb_nobody(tmp_path: Path) -> None:
    """Idle, half a head, half a body, half an upgrade, byte by byte."""
    patient = example("appointment").replace("silence: 8s", "silence: 60s")
    with StampedPhone() as phone, Server(tmp_path / "data", "--trunk", phone.uri) as server:
        server.client.projects.apply("appointment", patient)
        call_id = server.place()
        wait_for(lambda: phone.packets > 100)

        alone = asyncio.run(unflooded(server))
        borne, probes = asyncio.run(flooded(server))

        assert server.client.calls.get(call_id).status == "ongoing"
    assert len(borne) == EACH * len(KINDS)
    assert max(borne) < CLOSED_SECONDS
    assert len(probes) > 20
    assert statistics.median(probes) < SLOWER * statistics.median(alone)
    assert len(phone.own_gaps(over=GAP_SECONDS)) <= BY_CHANCE
