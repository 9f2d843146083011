"""The recording's file, read by Python's own `wave` as any player would."""

from __future__ import annotations

import io
import os
import wave
from pathlib import Path

import pytest

from ringtrue.audio import wav

FRAMES = bytes(range(40)) * 2  # 20 frames


def read(path: Path) -> tuple[int, int, int, bytes]:
    """Channels, rate, frames and samples, by the header."""
    with wave.open(str(path), "rb") as file:
        return file.getnchannels(), file.getframerate(), file.getnframes(), file.readframes(1000)


def test_a_closed_file_is_an_ordinary_wav(tmp_path: Path) -> None:
    """Two channels of 16 bits with every frame."""
    path = tmp_path / "a.wav"
    with path.open("wb") as file:
        file.write(wav.header(8000, 0) + FRAMES)
        wav.close(file, 8000, 20)

    assert read(path) == (2, 8000, 20, FRAMES)


@pytest.mark.parametrize("size", range(wav.HEADER_BYTES, wav.HEADER_BYTES + len(FRAMES) + 1))
def test_a_file_that_ends_anywhere_is_repaired(tmp_path: Path, size: int) -> None:
    """After a crash at any byte behind the header every whole frame plays, a half one is gone."""
    path = tmp_path / "a.wav"
    path.write_bytes((wav.header(8000, 0) + FRAMES)[:size])

    wav.repair(path)

    whole = (size - wav.HEADER_BYTES) // 4
    assert read(path) == (2, 8000, whole, FRAMES[: 4 * whole])
    assert path.stat().st_size == wav.HEADER_BYTES + 4 * whole


@pytest.mark.parametrize("size", range(wav.HEADER_BYTES))
def test_a_file_without_a_whole_header_is_no_recording(tmp_path: Path, size: int) -> None:
    """Repair leaves it alone, and asking for its rate says so."""
    path = tmp_path / "a.wav"
    path.write_bytes(wav.header(8000, 0)[:size])

    wav.repair(path)

    assert path.stat().st_size == size
    assert wav.duration_samples(path) == 0
    with pytest.raises(ValueError, match="not a recording"):
        wav.rate_hz(path)


def test_a_whole_file_is_not_touched(tmp_path: Path) -> None:
    """Repair of a file that is true writes nothing: a reader may have it open."""
    path = tmp_path / "a.wav"
    path.write_bytes(wav.header(16000, 20) + FRAMES)
    os.utime(path, ns=(1, 1))

    wav.repair(path)

    assert path.stat().st_mtime_ns == 1


def test_duration_is_what_lies_on_disk(tmp_path: Path) -> None:
    """A growing file says how long it is now, whatever its header says."""
    path = tmp_path / "a.wav"
    path.write_bytes(wav.header(8000, 0) + FRAMES[:10])

    assert wav.duration_samples(path) == 2
    assert wav.rate_hz(path) == 8000


def test_another_file_is_no_recording(tmp_path: Path) -> None:
    """Only what begins as RIFF has a rate."""
    path = tmp_path / "a.wav"
    path.write_bytes(bytes(100))

    with pytest.raises(ValueError, match="not a recording"):
        wav.rate_hz(path)


def test_close_only_rewrites_the_header() -> None:
    """The samples stay as they are."""
    file = io.BytesIO(wav.header(8000, 0) + FRAMES)

    wav.close(file, 8000, 20)

    assert file.getvalue() == wav.header(8000, 20) + FRAMES
