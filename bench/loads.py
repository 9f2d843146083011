"""What runs beside the media: 1 MiB request bodies, a storm of commits, a voice at full load; each a process that ends on EOF.

Each prints one line when it is under way, and one with what it did at its end.
"""

from __future__ import annotations

import asyncio
import http.client
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path

from ringtrue.bootstrap import first_start, web
from ringtrue.clock import SystemClock
from ringtrue.settings import Settings
from ringtrue.speech.pool import SpeechConfig, SpeechPool
from ringtrue.storage.database import SqliteStore
from ringtrue.storage.recordings import RecordingFiles

_TEXT = "Good morning, this is the clinic calling about your appointment on Thursday at half past ten, number {}."


def _until_eof() -> threading.Event:
    """Set when the parent closes our standard input."""
    over = threading.Event()

    def wait() -> None:
        sys.stdin.read()
        over.set()

    threading.Thread(target=wait, daemon=True).start()
    return over


def _say(**fields: object) -> None:
    print(json.dumps(fields), flush=True)


def commits(folder: Path) -> None:
    """Durable commits in a tight loop, from another process."""
    over = _until_eof()
    settings, clock = Settings(data=folder), SystemClock()
    store = SqliteStore.open(folder / "ringtrue.db", clock)
    first_start.prepare(store, settings, clock, base_url="http://127.0.0.1")
    (org,) = store.read_now(lambda tx: tx.orgs())
    _say(ready=True)
    done, began = 0, time.monotonic()
    while not over.is_set():
        at, party = clock.now(), f"+1415{done:07d}"
        store.run_now(lambda tx, party=party, at=at: tx.suppress(org.id, party, "bench", at))
        done += 1
    _say(did=f"{done / (time.monotonic() - began):.0f} commits/s")
    store.close()


def bodies(folder: Path) -> None:
    """The real application in this process, and a client in another that posts 1 MiB bodies without a pause."""
    from ringtrue.api.serve import Server, bind

    over = _until_eof()
    settings, clock = Settings(data=folder, trunk="sip:127.0.0.1:9"), SystemClock()
    store = SqliteStore.open(folder / "ringtrue.db", clock)
    sock = bind("127.0.0.1", 0)
    url = f"http://127.0.0.1:{sock.getsockname()[1]}"
    prepared = first_start.prepare(store, settings, clock, base_url=url)
    assert prepared is not None
    app = web.build_app(
        settings,
        store=store,
        clock=clock,
        recordings=RecordingFiles(folder / "recordings"),
        public_url=url,
        ring=lambda: None,
        is_ready=lambda: True,
        is_draining=lambda: False,
        is_simulated=False,
    )
    server = Server(app, sock)

    async def serve() -> None:
        serving = asyncio.create_task(server.run())
        await server.started()
        client = await asyncio.create_subprocess_exec(
            sys.executable, __file__, "post", str(sock.getsockname()[1]), prepared.key, stdin=subprocess.PIPE
        )
        _say(ready=True)
        await asyncio.get_running_loop().run_in_executor(None, over.wait)
        client.stdin.close()  # type: ignore[union-attr]
        await client.wait()
        server.stop()
        await serving

    asyncio.run(serve())
    store.close()


def post(port: int, key: str) -> None:
    """The client of `bodies`."""
    over = _until_eof()
    data = {"first_name": "Anna", "appointment": "2027-03-04T10:30", "offers": ["2027-03-05T09:00"]}
    request = {"callee": "+14155550123", "project_id": "appointment", "json_data": json.dumps(data), "background": True}
    pad = (1 << 20) - 600
    # By turns one that is accepted and one that is read to its end and refused: the dearest of either kind.
    turns = (json.dumps(request) + " " * pad, json.dumps({**request, "json_data": json.dumps(data) + " " * pad}))
    sizes = [len(turn) for turn in turns]
    statuses: Counter[int] = Counter()
    began = time.monotonic()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    while not over.is_set():
        body = turns[sum(statuses.values()) % 2].encode()
        connection.request("POST", "/voice/phone-call", body, {"Authorization": key, "Content-Type": "application/json"})
        response = connection.getresponse()
        response.read()
        statuses[response.status] += 1
        if response.will_close:
            connection.close()
    rate = sum(statuses.values()) / (time.monotonic() - began)
    _say(did=f"{rate:.0f} bodies/s of {min(sizes) / (1 << 20):.2f} MiB, answers {dict(statuses)}")


def voice(folder: Path) -> None:
    """Two conversations' worth of rendering at once, without a pause."""
    models = Path(os.environ.get("RINGTRUE_MODELS", "data/models"))
    engine = "piper" if any(models.glob("*/*.onnx")) else "tones"
    over = _until_eof()

    async def speak(pool: SpeechPool, number: int) -> float:
        seconds, count = 0.0, 0
        while not over.is_set():
            async for part in pool.speak(_TEXT.format(f"{number} {count}"), voice="default", rate_hz=8000):
                seconds += len(part.pcm) / 8000
            count += 1
        return seconds

    async def run() -> None:
        pool = SpeechPool(SpeechConfig(engine=engine, models_dir=models, cache_dir=folder / "cache"))
        await pool.start()
        _say(ready=True)
        began = time.monotonic()
        spoken = await asyncio.gather(speak(pool, 1), speak(pool, 2))
        _say(did=f"{engine}: {sum(spoken) / (time.monotonic() - began):.1f} s of speech a second")
        await pool.close()

    asyncio.run(run())


def main() -> None:
    """Which load."""
    kind = sys.argv[1]
    if kind == "post":
        post(int(sys.argv[2]), sys.argv[3])
        return
    with tempfile.TemporaryDirectory() as folder:
        {"commits": commits, "bodies": bodies, "voice": voice}[kind](Path(folder))


if __name__ == "__main__":
    main()
