"""The recording's file: two channels of PCM16 (caller left, agent right), appended to while the call runs.

The header's sizes are written at the end; after a crash `repair` makes them true from the file's own length. Nothing is
synced per block: what the system has taken survives the death of the process.
"""

from __future__ import annotations

import struct
from pathlib import Path
from typing import BinaryIO

HEADER_BYTES = 44
CHANNELS = 2
FRAME_BYTES = 2 * CHANNELS
_RATE_OFFSET = 24


def header(rate_hz: int, frames: int) -> bytes:
    """The 44 bytes before the samples."""
    size = frames * FRAME_BYTES
    return struct.pack(
        "<4sI4s4sIHHIIHH4sI",
        b"RIFF",
        36 + size,
        b"WAVE",
        b"fmt ",
        16,
        1,
        CHANNELS,
        rate_hz,
        rate_hz * FRAME_BYTES,
        FRAME_BYTES,
        16,
        b"data",
        size,
    )


def close(file: BinaryIO, rate_hz: int, frames: int) -> None:
    """Make the header of an open file true."""
    file.seek(0)
    file.write(header(rate_hz, frames))


def repair(path: Path) -> None:
    """Make the header true where the process died; a frame cut in half is dropped. Harmless on a whole file."""
    size = path.stat().st_size
    if size < HEADER_BYTES:
        return
    frames = (size - HEADER_BYTES) // FRAME_BYTES
    whole = header(rate_hz(path), frames)
    with path.open("r+b") as file:
        if file.read(HEADER_BYTES) == whole and size == HEADER_BYTES + frames * FRAME_BYTES:
            return
        file.truncate(HEADER_BYTES + frames * FRAME_BYTES)
        file.seek(0)
        file.write(whole)


def duration_samples(path: Path) -> int:
    """Samples per channel that are on disk, whatever the header says."""
    return max(0, path.stat().st_size - HEADER_BYTES) // FRAME_BYTES


def rate_hz(path: Path) -> int:
    """Samples per second, by the header. Raises ValueError when the file has none."""
    with path.open("rb") as file:
        head = file.read(HEADER_BYTES)
    if len(head) < HEADER_BYTES or head[:4] != b"RIFF":
        raise ValueError("not a recording")
    return int(struct.unpack_from("<I", head, _RATE_OFFSET)[0])
