"""The near ends under uvloop: the media of N calls.

`streams` is as a worker carries them, `unrecorded` the same without recordings, `echo` a plain echo of the same packets.
"""

from __future__ import annotations

import asyncio
import gc
import json
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import uvloop

from ringtrue.audio import g711
from ringtrue.clock import SystemClock
from ringtrue.conversation.leg import Position
from ringtrue.telephony.rtp.pacer import Pacer
from ringtrue.telephony.rtp.ports import PortRange
from ringtrue.telephony.rtp.stream import RtpStream
from ringtrue.worker.recorder import Recorder

_PORTS = (31000, 34999)
_CLAUSE_SAMPLES = 12_000  # 1.5 s of speech, as a voice hands over a clause
_TURN_SECONDS = 3.0  # half of the time somebody speaks


async def _line() -> str:
    """One line of standard input; empty at its end."""
    return await asyncio.get_running_loop().run_in_executor(None, sys.stdin.readline)


async def _measure(pacer_ms: Callable[[], float]) -> None:
    """From now until the next line: what this process used."""
    gc.collect()
    gc.freeze()
    cpu, began = time.process_time(), time.monotonic()
    await _line()
    used, passed = time.process_time() - cpu, time.monotonic() - began
    print(json.dumps({"cpu_share": used / passed, "clock_p99_ms": round(pacer_ms(), 2)}), flush=True)


async def _talk(stream: RtpStream, wait: float) -> None:
    clause = g711.decode(np.random.default_rng(1).integers(0, 256, _CLAUSE_SAMPLES, dtype=np.uint8).tobytes(), "PCMU")
    await asyncio.sleep(wait)
    while True:
        stream.play(clause)
        await asyncio.sleep(_TURN_SECONDS)


async def streams(count: int, folder: Path, *, is_recorded: bool) -> None:
    """The real thing: streams on one pacer, an agent that speaks half of the time."""
    clock = SystemClock()
    pacer = Pacer(clock)
    ports = PortRange(*_PORTS)
    lines = [RtpStream.open(ports=ports, bind_host="127.0.0.1", pacer=pacer, clock=clock) for _ in range(count)]
    print(json.dumps([line.local_port for line in lines]), flush=True)
    remotes = json.loads(await _line())
    async with asyncio.TaskGroup() as tasks:
        running = [tasks.create_task(pacer.run())]
        recorders = []
        for number, (line, port) in enumerate(zip(lines, remotes, strict=True)):
            if is_recorded:
                recorders.append(Recorder(folder / f"{number}.wav", 8000, on_disk_error=print))
                line.add_tap(recorders[-1])
            line.start(remote=("127.0.0.1", port), payload_type=0, codec="PCMU", telephone_event=101)
            running.append(tasks.create_task(_talk(line, number * _TURN_SECONDS / count)))
        await _measure(pacer.lateness_ms)
        for task in running:
            task.cancel()
    for line in lines:
        line.close()
    for recorder in recorders:
        await recorder.finish(Position(int(lines[0].sent)))


class _Echo(asyncio.DatagramProtocol):
    """Sends back what comes."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the way back."""
        self._transport = transport

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        """As it came."""
        self._transport.sendto(data, addr)  # type: ignore[attr-defined]  # uvloop's is no asyncio.DatagramTransport


async def echo(count: int) -> None:
    """The least that any program does for those packets."""
    loop = asyncio.get_running_loop()
    ends = [await loop.create_datagram_endpoint(_Echo, local_addr=("127.0.0.1", 0)) for _ in range(count)]
    print(json.dumps([end[0].get_extra_info("sockname")[1] for end in ends]), flush=True)
    await _line()
    await _measure(lambda: 0.0)


def main() -> None:
    """Which, and how many."""
    kind, count = sys.argv[1], int(sys.argv[2])
    with tempfile.TemporaryDirectory() as folder:
        uvloop.run(echo(count) if kind == "echo" else streams(count, Path(folder), is_recorded=kind == "streams"))


if __name__ == "__main__":
    main()
