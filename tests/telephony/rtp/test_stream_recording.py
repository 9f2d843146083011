"""The recording of a stream beside what its far end has: the same samples, at the same positions."""

from __future__ import annotations

import wave
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ringtrue.audio import g711
from ringtrue.conversation.leg import Pcm, Position
from ringtrue.worker.recorder import Recorder

BLOCK = 160


def channels(path: Path) -> tuple[Pcm, Pcm]:
    """Caller and agent."""
    with wave.open(str(path), "rb") as file:
        both = np.frombuffer(file.readframes(file.getnframes()), dtype="<i2").reshape(-1, 2)
    return both[:, 0], both[:, 1]


@pytest.mark.parametrize("codec", ["PCMU", "PCMA"])
def test_the_agent_s_channel_is_what_the_far_end_received(on_line: Any, ramp: Pcm, tmp_path: Path, codec: Any) -> None:
    """Through silence, speech, a barge-in, a hold and a stall; silence where no packet was sent."""

    async def test(line: Any) -> None:
        recorder = Recorder(tmp_path / "a.wav", 8000, on_disk_error=pytest.fail)
        line.stream.add_tap(recorder)
        line.start(codec=codec)
        line.tick(5)
        line.stream.play(ramp)
        line.tick(20)
        line.stream.flush()
        line.tick(7)
        line.stream.play(ramp[:1000])
        line.tick(3)
        line.update(codec=codec, sending=False)
        line.tick(11)
        line.update(codec=codec)
        line.tick(2, skipped=13)
        line.tick(9)
        await recorder.finish(Position(int(line.stream.sent)))

        received = line.far.received()
        first = received[0].timestamp
        wanted = np.zeros(int(line.stream.sent), dtype=np.int16)
        for packet in received:
            at = (packet.timestamp - first) & 0xFFFFFFFF
            wanted[at : at + BLOCK] = g711.decode(packet.payload, codec)
        assert channels(tmp_path / "a.wav")[1].tolist() == wanted.tolist()

    on_line(test)


def test_the_caller_s_channel_is_what_the_far_end_sent(on_line: Any, tmp_path: Path) -> None:
    """With one constant lag, whatever the network does: delay, loss, doubling and disorder."""

    async def test(line: Any) -> None:
        recorder = Recorder(tmp_path / "a.wav", 8000, on_disk_error=pytest.fail)
        line.stream.add_tap(recorder)
        line.start()
        voice = np.random.default_rng(5).integers(0, 256, (100, BLOCK), dtype=np.uint8)
        order = [0, 2, 1, 1, *range(3, 40), *range(45, 60), 44, *range(60, 100)]  # 40 to 43 are lost
        begin = line.far.timestamp
        for n in order:
            line.clock.advance(timedelta(milliseconds=20))
            line.far.timestamp, line.far.sequence = begin + n * BLOCK, 500 + n
            line.far.send(line.stream.local_port, voice[n].tobytes())
            await line.hear()
        await recorder.finish(Position(100 * BLOCK))

        wanted = g711.decode(voice.tobytes(), "PCMU").copy()
        wanted[40 * BLOCK : 44 * BLOCK] = 0
        assert channels(tmp_path / "a.wav")[0].tolist() == wanted.tolist()

    on_line(test)
