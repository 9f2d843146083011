"""The recorder: both channels at their positions, on disk while the call runs, whatever the disk does."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import threading
import wave
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ringtrue.audio import wav
from ringtrue.conversation.leg import Pcm, Position
from ringtrue.worker import recorder as recorder_module
from ringtrue.worker.recorder import Recorder, RecordingResult

RATE = 8000
BLOCK = 160


def block(value: int, samples: int = BLOCK) -> Pcm:
    """Audio of one level."""
    return np.full(samples, value, dtype=np.int16)


def read(path: Path) -> Pcm:
    """Both channels, one row a sample, as a player reads them."""
    with wave.open(str(path), "rb") as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (2, 2, RATE)
        return np.frombuffer(file.readframes(file.getnframes()), dtype="<i2").reshape(-1, 2)


def finish(recorder: Recorder, total: int) -> RecordingResult:
    """Close it."""
    return asyncio.run(recorder.finish(Position(total)))


class Disk:
    """Takes what goes wrong."""

    def __init__(self) -> None:
        self.errors: list[str] = []

    def recorder(self, path: Path) -> Recorder:
        """A recorder that tells."""
        return Recorder(path, RATE, on_disk_error=self.errors.append)


@pytest.fixture
def disk() -> Disk:
    """A healthy one."""
    return Disk()


def test_caller_left_agent_right_on_one_clock(tmp_path: Path, disk: Disk) -> None:
    """Where nothing sounded there is silence, to the sample."""
    path = tmp_path / "a.wav"
    recorder = disk.recorder(path)

    recorder.sent(Position(0), block(7))
    recorder.heard(Position(100), block(-5))
    recorder.sent(Position(480), block(8))
    result = finish(recorder, 800)

    left, right = np.zeros(800, dtype=np.int16), np.zeros(800, dtype=np.int16)
    left[100:260] = -5
    right[0:160], right[480:640] = 7, 8
    assert read(path).T.tolist() == [left.tolist(), right.tolist()]
    assert (result, disk.errors) == (RecordingResult(samples=800, failed=False, error=None), [])


@pytest.mark.parametrize("total", [0, 1, 159, 8000, 24001, 200_000, 8000 * 3600])
def test_the_length_is_the_call_s_to_the_sample(tmp_path: Path, disk: Disk, total: int) -> None:
    """Whether nothing sounded for an hour or more came than the call was long."""
    path = tmp_path / "a.wav"
    recorder = disk.recorder(path)
    recorder.sent(Position(0), block(7))

    result = finish(recorder, total)

    assert (result.samples, result.failed, wav.duration_samples(path)) == (total, False, total)
    assert read(path)[:BLOCK, 1].tolist() == [7] * min(BLOCK, total)


def test_a_long_hold_is_silence(tmp_path: Path, disk: Disk) -> None:
    """An hour passes between two blocks; the disk is not taken for a slow one."""
    path = tmp_path / "a.wav"
    recorder = disk.recorder(path)
    later = 3600 * RATE + 77

    recorder.sent(Position(0), block(7))
    recorder.sent(Position(later), block(8))
    finish(recorder, later + BLOCK)

    right = read(path)[:, 1]
    assert np.flatnonzero(right).tolist() == [*range(BLOCK), *range(later, later + BLOCK)]
    assert disk.errors == []


def test_a_second_late_still_finds_its_place(tmp_path: Path, disk: Disk) -> None:
    """While the other channel went on."""
    path = tmp_path / "a.wav"
    recorder = disk.recorder(path)

    for n in range(500):
        recorder.sent(Position(n * BLOCK), block(1))
        if n >= 50:
            recorder.heard(Position((n - 50) * BLOCK), block(2))
    finish(recorder, 500 * BLOCK)

    both = read(path)
    assert both[:, 1].tolist() == [1] * 500 * BLOCK
    assert both[:, 0].tolist() == [2] * 450 * BLOCK + [0] * 50 * BLOCK


def test_audio_placed_ahead_takes_nothing_from_the_other_channel(tmp_path: Path, disk: Disk) -> None:
    """A caller's audio may lie up to a second ahead of the clock."""
    path = tmp_path / "a.wav"
    recorder = disk.recorder(path)

    for n in range(500):
        recorder.heard(Position(n * BLOCK + RATE), block(2))
        recorder.sent(Position(n * BLOCK), block(1))
    finish(recorder, 500 * BLOCK)

    assert read(path)[:, 1].tolist() == [1] * 500 * BLOCK


def test_too_late_is_lost_and_harms_nothing(tmp_path: Path, disk: Disk) -> None:
    """What lies behind is on disk already."""
    path = tmp_path / "a.wav"
    recorder = disk.recorder(path)

    for n in range(1000):
        recorder.sent(Position(n * BLOCK), block(1))
    recorder.heard(Position(0), block(2))
    finish(recorder, 1000 * BLOCK)

    both = read(path)
    assert (int(both[:, 0].max()), both[:, 1].tolist()) == (0, [1] * 1000 * BLOCK)


@given(st.permutations(range(60)), st.integers(1, 260))
def test_any_order_within_the_window_gives_the_same(
    tmp_path_factory: pytest.TempPathFactory, order: list[int], size: int
) -> None:
    """Packets of any size, in any order of arrival within two seconds."""
    path = tmp_path_factory.mktemp("order") / "a.wav"
    recorder = Disk().recorder(path)

    for n in order:
        recorder.heard(Position(n * size), block(n + 1, size))
    finish(recorder, 60 * size)

    assert read(path)[:, 0].tolist() == np.repeat(np.arange(1, 61), size).tolist()


KILLED = """
import asyncio, os, signal, sys
from pathlib import Path
import numpy as np
from ringtrue.worker import recorder as module

async def main():
    recorder = module.Recorder(Path(sys.argv[1]), 8000, on_disk_error=print)
    for n in range(1000):
        recorder.sent(n * 160, np.full(160, 3, dtype=np.int16))
    module._writer.submit(lambda: None).result()
    os.kill(os.getpid(), signal.SIGKILL)

asyncio.run(main())
"""


def test_a_killed_process_leaves_a_recording(tmp_path: Path) -> None:
    """After the repair of its header it plays to at most four seconds before the end."""
    path = tmp_path / "a.wav"

    ended = subprocess.run([sys.executable, "-c", KILLED, str(path)], check=False, timeout=60)

    assert ended.returncode == -signal.SIGKILL
    wav.repair(path)
    both = read(path)
    assert 16 * RATE <= len(both) <= 20 * RATE
    assert both[:, 1].tolist() == [3] * len(both)


LIMITED = """
import asyncio, resource, signal, sys
from pathlib import Path
import numpy as np
from ringtrue.worker import recorder as recorder_module
from ringtrue.worker.recorder import Recorder

async def main():
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
    told = []
    recorder = Recorder(Path(sys.argv[1]), 8000, on_disk_error=told.append)
    for n in range(1000):
        recorder.sent(n * 160, np.full(160, 3, dtype=np.int16))
    result = await recorder.finish(160_000)
    print(len(told), result.failed, result.samples)

asyncio.run(main())
"""


def test_a_full_disk_costs_the_rest_of_the_recording_only(tmp_path: Path) -> None:
    """It is told once, the call goes on, and what was taken plays."""
    path = tmp_path / "a.wav"

    ended = subprocess.run([sys.executable, "-c", LIMITED, str(path)], check=True, timeout=60, capture_output=True, text=True)

    told, failed, samples = ended.stdout.split()
    assert (told, failed) == ("1", "True")
    both = read(path)
    assert len(both) == int(samples) == wav.duration_samples(path) > 0
    assert both[:, 1].tolist() == [3] * len(both)


def test_a_device_that_takes_nothing_fails_the_recording(tmp_path: Path, disk: Disk) -> None:
    """Not even the header can be written."""
    path = tmp_path / "a.wav"
    path.symlink_to("/dev/full")
    recorder = disk.recorder(path)

    recorder.sent(Position(0), block(1))
    result = finish(recorder, BLOCK)

    assert (result.failed, result.samples, len(disk.errors)) == (True, 0, 1)


def test_a_folder_that_is_gone_fails_the_recording(tmp_path: Path, disk: Disk) -> None:
    """The file cannot be opened at all."""
    recorder = disk.recorder(tmp_path / "gone" / "a.wav")

    recorder.sent(Position(0), block(1))

    assert finish(recorder, BLOCK) == RecordingResult(samples=0, failed=True, error=os.strerror(2))
    assert disk.errors == [os.strerror(2)]


def test_discarded_leaves_no_file(tmp_path: Path, disk: Disk) -> None:
    """Nothing of it may be kept."""
    path = tmp_path / "a.wav"
    recorder = disk.recorder(path)
    recorder.sent(Position(0), block(1))

    asyncio.run(recorder.discard())

    assert not path.exists()


def test_a_disk_that_stalls_costs_the_recording_not_the_memory(tmp_path: Path, disk: Disk) -> None:
    """Half a minute owed is given up; the call is never held."""
    path = tmp_path / "a.wav"
    stalled = threading.Event()
    recorder_module._writer.submit(stalled.wait)
    recorder = disk.recorder(path)

    try:
        for n in range(50 * 40):
            recorder.sent(Position(n * BLOCK), block(1))
        assert disk.errors == ["the disk is too slow"]
    finally:
        stalled.set()

    assert finish(recorder, 50 * 40 * BLOCK).failed
    assert not path.exists()
