"""The recorder: hears both channels of a leg and keeps them on disk, sample for sample, while the call runs.

Each channel is a sheet of silence on which blocks are laid at their positions. The sheet reaches a little behind the newest
position, so that late packets still find their place; twice a second what changed on it is handed to one writer thread for
all calls, which writes it at its place in the file. So a crash costs half a second of audio, not the window of late packets.
A full or slow disk costs the recording, never the call: the media clock only ever copies arrays.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np

from ringtrue.audio import wav
from ringtrue.conversation.leg import Pcm, Position

_SHEET_SECONDS = 3  # two for packets that come late, which are lost to any phone as well; one for those placed ahead
_STEP_SECONDS = 1  # by which the sheet moves on
_FLUSH_SECONDS = 0.5
_MOST_WAITING = 60  # writes (half seconds) a stalled disk may owe one call before its recording is given up

_writer = ThreadPoolExecutor(1, thread_name_prefix="recorder")


@dataclass(frozen=True, kw_only=True, slots=True)
class RecordingResult:
    """How a recording came out; `samples` per channel are on disk."""

    samples: int
    failed: bool
    error: str | None


class Recorder:
    """One call's recording; a tap of its leg."""

    def __init__(self, path: Path, rate_hz: int, on_disk_error: Callable[[str], None]) -> None:
        self._path = path
        self._rate_hz = rate_hz
        self._on_disk_error = on_disk_error
        self._sheet = np.zeros((_SHEET_SECONDS * rate_hz, wav.CHANNELS), dtype="<i2")
        self._base = 0  # the position of the sheet's first row
        self._changed = 0  # from here on the file does not yet hold what the sheet does
        self._newest = 0
        self._flush_at = int(_FLUSH_SECONDS * rate_hz)
        self._waiting: list[Future[None]] = []
        self._file: BinaryIO | None = None
        self._kept = 0
        self._error: str | None = None
        self._submit(0, b"")

    def heard(self, at: Position, pcm: Pcm) -> None:
        """Lay received audio on the caller's channel."""
        self._lay(int(at), pcm, 0)

    def sent(self, at: Position, pcm: Pcm) -> None:
        """Lay sent audio on the agent's channel."""
        self._lay(int(at), pcm, 1)

    async def finish(self, total: Position) -> RecordingResult:
        """Cut or fill both channels to exactly `total` samples and close the file."""
        self._flush()
        await asyncio.wrap_future(_writer.submit(self._close, int(total)))
        return RecordingResult(samples=self._kept, failed=self._error is not None, error=self._error)

    async def discard(self) -> None:
        """Close the file and take it away: nothing of it may be kept."""
        await asyncio.wrap_future(_writer.submit(self._remove))

    # --- on the event loop ------------------------------------------------------------------------------------------

    def _lay(self, at: int, pcm: Pcm, channel: int) -> None:
        end = at + len(pcm)
        if end > self._base + len(self._sheet):
            self._move_to(end)
        base = self._base
        if at < base:
            pcm, at = pcm[base - at :], base
            if end <= base:
                return
        self._sheet[at - base : end - base, channel] = pcm
        if at < self._changed:
            self._changed = at
        if end > self._newest:
            self._newest = end
            if end >= self._flush_at:
                self._flush()

    def _move_to(self, end: int) -> None:
        """Move the sheet on by whole steps, so that `end` lies on it; what leaves it is written first."""
        self._flush()
        step = _STEP_SECONDS * self._rate_hz
        by = -((self._base + len(self._sheet) - end) // step) * step
        kept = max(0, len(self._sheet) - by)
        self._sheet[:kept] = self._sheet[len(self._sheet) - kept :]
        self._sheet[kept:] = 0
        self._base += by

    def _flush(self) -> None:
        if self._changed < self._newest:
            start = max(self._changed, self._base) - self._base
            self._submit(self._base + start, self._sheet[start : self._newest - self._base].tobytes())
        self._changed = self._newest
        self._flush_at = self._newest + int(_FLUSH_SECONDS * self._rate_hz)

    def _submit(self, at: int, data: bytes) -> None:
        self._waiting = [one for one in self._waiting if not one.done()]
        if len(self._waiting) > _MOST_WAITING:
            self._fail("the disk is too slow")
        if self._error is None:
            self._waiting.append(_writer.submit(self._write, at, data))

    # --- on the writer thread ---------------------------------------------------------------------------------------

    def _write(self, at: int, data: bytes) -> None:
        """Write at a position; a hole before it reads as silence."""
        if self._error is not None:
            return
        try:
            if self._file is None:
                self._file = self._path.open("wb", buffering=0)
                self._put(self._file, wav.header(self._rate_hz, 0))
            if data:
                self._file.seek(wav.HEADER_BYTES + at * wav.FRAME_BYTES)
                self._put(self._file, data)
        except OSError as exc:
            self._fail(exc.strerror or str(exc))

    @staticmethod
    def _put(file: BinaryIO, data: bytes) -> None:
        if file.write(data) != len(data):
            raise OSError("the disk took only a part")

    def _remove(self) -> None:
        try:
            if self._file is not None:
                self._file.close()
            self._path.unlink(missing_ok=True)
        except OSError as exc:
            self._fail(exc.strerror or str(exc))

    def _close(self, total: int) -> None:
        if self._file is None:
            return
        try:
            on_disk = (self._file.seek(0, 2) - wav.HEADER_BYTES) // wav.FRAME_BYTES
            frames = total if self._error is None else max(0, min(total, on_disk))
            self._file.truncate(wav.HEADER_BYTES + frames * wav.FRAME_BYTES)
            wav.close(self._file, self._rate_hz, frames)
            self._kept = frames
        except OSError as exc:
            self._fail(exc.strerror or str(exc))
        finally:
            self._file.close()

    def _fail(self, reason: str) -> None:
        if self._error is None:
            self._error = reason
            self._on_disk_error(reason)
