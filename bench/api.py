"""What hot reads cost over HTTP, beside a route that does nothing and beside the database's own select; nothing is asserted.

    python bench/api.py [--seconds 4] [--connections 4] [--rounds 3] [--unsettled] [--json]

One server in a process of its own, request limits on but far away. The routes take turns for some seconds each, several rounds,
so that what else the machine does falls on all of them; of each the best round counts. `GET /livez` is the route that does
nothing: it goes through the same protocol, envelope and framework. The select is the one that finds the call, prepared, in this
process. What the server spent of its processor for a request does not depend on what else the machine does.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from ringtrue.agents.files import json_schema
from ringtrue.api import serve
from ringtrue.api.admission import Admission
from ringtrue.api.app import create_app
from ringtrue.api.deps import ApiDeps
from ringtrue.api.doors import RequestStore
from ringtrue.bootstrap.chats import chats
from ringtrue.calls import keys
from ringtrue.calls.store import Tx
from ringtrue.clock import SystemClock
from ringtrue.domain.disposition import Disposition
from ringtrue.domain.facts import LegEnded
from ringtrue.domain.utterance import Utterance, Word, as_text
from ringtrue.storage.database import SqliteStore, connect
from ringtrue.storage.recordings import RecordingFiles
from ringtrue.testing.clock import START
from ringtrue.testing.office import FILES, POLICY, answered, claimed, happened, open_office, placed, ringing

_KEY = "rt_bench"
_HELLO = "hello (/livez)"
_CALLS = 40
_TRANSCRIPT_BYTES = 8 * 1024
_SAID = "I would like to move my appointment to next Thursday at half past ten, if there is still room then."


@dataclass(frozen=True, kw_only=True)
class Served:
    """Where the server is."""

    port: int
    pid: int


@dataclass(frozen=True, kw_only=True)
class Measured:
    """One round of one route."""

    per_second: float
    p50_ms: float
    p99_ms: float
    cpu_ms: float


def filled(folder: Path) -> str:
    """A database with calls whose transcripts have 8 kB; the id of one of them."""
    store = SqliteStore.open(folder / "ringtrue.db", SystemClock())

    def work(tx: Tx) -> str:
        office = open_office(tx)
        keys.issue(tx, office.org.id, "bench", "full", secret=_KEY, at=START)
        for _ in range(_CALLS):
            call = answered(tx, ringing(tx, claimed(tx, placed(tx, office))))
            for index, utterance in enumerate(transcript()):
                tx.put_utterance(call.id, index, utterance)
            happened(tx, call.id, LegEnded(disposition=Disposition.USER_HANGUP, duration_ms=1), at=START + timedelta(seconds=9))
        return call.id

    with closing(store):
        return store.run_now(work)


def transcript() -> list[Utterance]:
    """Both speak in turns."""
    found: list[Utterance] = []
    while len(as_text(found)) < _TRANSCRIPT_BYTES:
        start = len(found) * 8000
        words = tuple(
            Word(word=word, start_ms=start + 300 * n, end_ms=start + 300 * n + 250, timing="estimated")
            for n, word in enumerate(_SAID.split())
        )
        role = "agent" if len(found) % 2 == 0 else "user"
        found.append(
            Utterance(role=role, content=_SAID, generated=_SAID, words=words, start_ms=start, end_ms=words[-1].end_ms)  # type: ignore[arg-type]
        )
    return found


def serve_it(folder: Path, *, is_settled: bool) -> None:
    """The server, until it is killed."""
    store = SqliteStore.open(folder / "ringtrue.db", SystemClock())
    deps = ApiDeps(
        store=RequestStore(store),
        files=FILES,
        policy=POLICY,
        clock=SystemClock(),
        recordings=RecordingFiles(folder / "recordings"),
        link_key=b"key",
        token_key=b"key",
        chats=chats(),
        public_url="http://127.0.0.1",
        ring=lambda: None,
        is_ready=lambda: True,
        is_draining=lambda: False,
        project_schema=json.loads(json_schema()),
        admission=Admission(rate=1_000_000, burst=1_000_000),
    )
    sock = serve.bind("127.0.0.1", 0)
    print(sock.getsockname()[1], flush=True)
    asyncio.run(run_it(serve.Server(create_app(deps), sock), is_settled=is_settled))


async def run_it(server: serve.Server, *, is_settled: bool) -> None:
    """As the program does; unsettled, it leaves the collector as it is."""
    running = asyncio.create_task(server.run())
    await server.started()
    if is_settled:
        serve.settle()
    await running


async def asked(port: int, path: str, until: float, took: list[float]) -> None:
    """One connection that asks again and again."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    request = f"GET {path} HTTP/1.1\r\nHost: x\r\nAuthorization: {_KEY}\r\n\r\n".encode()
    while time.perf_counter() < until:
        began = time.perf_counter()
        writer.write(request)
        head = (await reader.readuntil(b"\r\n\r\n")).lower()
        assert head.startswith(b"http/1.1 200 "), head
        await reader.readexactly(int(head.partition(b"content-length:")[2].partition(b"\r\n")[0]))
        took.append(time.perf_counter() - began)
    writer.close()


def cpu_ms(pid: int) -> float:
    """What a process has spent so far (proc(5): utime and stime, in ticks)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) * 1000 / os.sysconf("SC_CLK_TCK")


async def measured(server: Served, path: str, seconds: float, connections: int) -> Measured:
    """One route for that long."""
    took: list[float] = []
    spent = cpu_ms(server.pid)
    began = time.perf_counter()
    await asyncio.gather(*(asked(server.port, path, began + seconds, took) for _ in range(connections)))
    total = time.perf_counter() - began
    took.sort()
    return Measured(
        per_second=len(took) / total,
        p50_ms=took[len(took) // 2] * 1000,
        p99_ms=took[int(len(took) * 0.99)] * 1000,
        cpu_ms=(cpu_ms(server.pid) - spent) / len(took),
    )


def selects_per_second(folder: Path, call_id: str, seconds: float) -> float:
    """How often the database itself finds the row."""
    with closing(connect(folder / "ringtrue.db", reads_only=True)) as connection:
        began, n_selects = time.perf_counter(), 0
        while time.perf_counter() < began + seconds:
            connection.execute("SELECT * FROM calls WHERE id = ?", (call_id,)).fetchone()
            n_selects += 1
        return n_selects / (time.perf_counter() - began)


def run(folder: Path, seconds: float, connections: int, rounds: int, *, is_settled: bool) -> dict[str, Measured]:
    """The best round of each route."""
    call_id = filled(folder)
    routes = {
        "hello (/livez)": "/livez",
        "GET /calls/{id}, 8 kB": f"/calls/{call_id}",
        "GET /calls, page of 20": "/calls?limit=20",
    }
    command = [sys.executable, __file__, "--serve", str(folder), *([] if is_settled else ["--unsettled"])]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert server.stdout is not None
        served = Served(port=int(server.stdout.readline()), pid=server.pid)
        found: dict[str, list[Measured]] = {name: [] for name in routes}
        for _ in range(rounds):
            for name, path in routes.items():
                found[name].append(asyncio.run(measured(served, path, seconds, connections)))
    finally:
        server.kill()
        server.wait()
    best = {name: max(all_of, key=lambda one: one.per_second) for name, all_of in found.items()}
    per_second = selects_per_second(folder, call_id, seconds)
    best["prepared select"] = Measured(per_second=per_second, p50_ms=0.0, p99_ms=0.0, cpu_ms=1000 / per_second)
    return best


def main() -> None:
    """All of it."""
    options = argparse.ArgumentParser(description="Measure hot reads over HTTP; see the module.")
    options.add_argument("--seconds", type=float, default=4.0)
    options.add_argument("--connections", type=int, default=4)
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--unsettled", action="store_true", help="a server that leaves the collector as it is")
    options.add_argument("--json", action="store_true")
    options.add_argument("--serve", type=Path, help=argparse.SUPPRESS)
    chosen = options.parse_args()
    if chosen.serve is not None:
        serve_it(chosen.serve, is_settled=not chosen.unsettled)
        return
    with tempfile.TemporaryDirectory(prefix="ringtrue-api-") as folder:
        best = run(Path(folder), chosen.seconds, chosen.connections, chosen.rounds, is_settled=not chosen.unsettled)
    if chosen.json:
        json.dump({name: vars(one) for name, one in best.items()}, sys.stdout, indent=1)
        return
    hello = best[_HELLO]
    print(f"{'':<24} {'per s':>8} {'of hello':>9} {'p50 ms':>8} {'p99 ms':>8} {'cpu ms':>8} {'of hello':>9}")
    for name, one in best.items():
        print(
            f"{name:<24} {one.per_second:>8.0f} {one.per_second / hello.per_second:>9.2f} {one.p50_ms:>8.2f} {one.p99_ms:>8.2f} "
            f"{one.cpu_ms:>8.2f} {hello.cpu_ms / one.cpu_ms:>9.2f}"
        )


if __name__ == "__main__":
    main()
