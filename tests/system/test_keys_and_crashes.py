"""Many clients that send every request several times, and a server that is killed among them: each call rings at most once.

`RINGTRUE_TEST_KEYS` says how many keys; `make test-keys` runs a thousand.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
from collections import Counter, defaultdict
from pathlib import Path

import httpx
import pytest

from .busy_peer import BusyPeer
from .server import DATA, UNLIMITED, Server, wait_for

pytestmark = pytest.mark.realtime

KEYS = int(os.environ.get("RINGTRUE_TEST_KEYS") or 100)
SENDS = 5
_AT_ONCE = 10  # keys, each sent five times over
_PATIENCE_SECONDS = 60 + KEYS
_AGAIN_SECONDS = 0.2
_BUSY_AFTER_SECONDS = 0.5  # so that calls are in the air whenever the server dies


class Clients:
    """Those who send: each until it is answered, across the death of the server."""

    def __init__(self, server: Server) -> None:
        self._url = f"{server.url}/voice/phone-call"
        self._key = (server.data / "api-key").read_text().strip()
        self.acknowledged: dict[str, list[str]] = defaultdict(list)
        self.met: Counter[str] = Counter()

    async def send(self, numbers: list[str]) -> None:
        """Every number under a key of its own, by five clients at once."""
        room = asyncio.Semaphore(_AT_ONCE)
        limits = httpx.Limits(max_connections=_AT_ONCE * SENDS)
        async with httpx.AsyncClient(headers={"Authorization": self._key}, limits=limits, timeout=30) as http:

            async def five_times(number: str) -> None:
                async with room:
                    await asyncio.gather(*(self._until_answered(http, number) for _ in range(SENDS)))

            async with asyncio.timeout(_PATIENCE_SECONDS):
                await asyncio.gather(*(five_times(number) for number in numbers))

    async def _until_answered(self, http: httpx.AsyncClient, number: str) -> None:
        body = {"callee": number, "project_id": "appointment", "background": True, "json_data": json.dumps(DATA)}
        while True:
            try:
                answer = await http.post(self._url, json=body, headers={"Idempotency-Key": f"key-{number}"})
            except httpx.TransportError:
                self.met["not reachable"] += 1
                await asyncio.sleep(_AGAIN_SECONDS)
                continue
            self.met[str(answer.status_code)] += 1
            if answer.status_code == 202:
                self.met["replayed"] += "Idempotency-Replayed" in answer.headers
                self.acknowledged[number].append(answer.json()["call"]["id"])
                return
            assert answer.status_code in (409, 429, 503), answer.text  # in flight, too fast, shutting down: all mean again
            await asyncio.sleep(_AGAIN_SECONDS)


@pytest.mark.scenario("kill-among-idempotent-requests")
def test_every_key_rings_once_though_the_server_is_killed(tmp_path: Path) -> None:
    """As many INVITEs as keys at most, one for each; whatever was acknowledged is there afterwards, under one id."""
    numbers = [f"+1415{2000000 + index * 7:07d}" for index in range(KEYS)]
    folder = tmp_path / "data"
    with BusyPeer(answer_after=_BUSY_AFTER_SECONDS) as peer:
        first = Server(folder, *UNLIMITED, "--trunk", peer.uri)
        clients = Clients(first)

        def kill_and_start_again() -> Server:
            wait_for(lambda: len(clients.acknowledged) >= KEYS // 2 and peer.owed, seconds=_PATIENCE_SECONDS, every=0.005)
            first.stop(signal.SIGKILL)
            return Server(folder, *UNLIMITED, "--trunk", peer.uri, port=first.port, sip_port=first.sip_port)

        async def both() -> Server:
            second, _ = await asyncio.gather(asyncio.to_thread(kill_and_start_again), clients.send(numbers))
            return second

        with asyncio.run(both()) as second:
            wait_for(
                lambda: not list(second.client.calls.list(limit=1, status=["scheduled", "queued", "ongoing"])),
                seconds=_PATIENCE_SECONDS,
                every=0.5,
            )
            calls = [one.to_dict() for one in second.client.calls.list(limit=10 * KEYS)]

    ids = {number: set(answers) for number, answers in clients.acknowledged.items()}
    print({**clients.met, "rings": peer.count, **Counter(call["disconnection_reason"] for call in calls)})
    assert {number: len(answers) for number, answers in clients.acknowledged.items()} == dict.fromkeys(numbers, SENDS)
    assert {number: {call["id"] for call in calls if call["to_number"] == number} for number in numbers} == ids
    assert all(len(one) == 1 for one in ids.values())
    assert len(calls) == KEYS
    assert clients.met["not reachable"] > 0  # it was killed among requests, and while phones rang
    assert any(call["disconnection_reason"] == "error_worker_lost" for call in calls)
    assert all(len(peer.rings[number]) <= 1 for number in numbers)
    assert set(peer.rings) <= set(numbers)
    assert peer.count <= KEYS
    for call in calls:
        is_busy = call["disconnection_reason"] == "dial_busy"
        assert is_busy or call["disconnection_reason"] == "error_worker_lost", call["disconnection_reason"]
        assert len(peer.rings[call["to_number"]]) == 1 or not is_busy
