"""The recorder: hears both channels of a leg and keeps them on disk, sample for sample, while the call runs.

Each channel is a sheet of silence on which blocks are laid at their positions. The sheet reaches a little behind the newest
position, so that late packets still find their place; what lies further back is handed to one writer thread for all calls.
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

_WINDOW_SECONDS = 2  # one for packets that come late, which are lost to any phone as well; one for those placed ahead
_CHUNK_SECONDS = 1
_MOST_WAITING = 30  # chunks (seconds) a stalled disk may owe one call before its recording is given up

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
        self._sheet = np.zeros(((_WINDOW_SECONDS + _CHUNK_SECONDS) * rate_hz, wav.CHANNELS), dtype="<i2")
        self._base = 0  # the position of the sheet's first row
        self._full = (_WINDOW_SECONDS + _CHUNK_SECONDS) * rate_hz  # rows, beyond which the oldest are written
        self._waiting: list[Future[None]] = []
        self._file: BinaryIO | None = None
        self._written = 0
        self._error: str | None = None
        self._submit(b"")

    def heard(self, at: Position, pcm: Pcm) -> None:
        """Lay received audio on the caller's channel."""
        self._lay(int(at), pcm, 0)

    def sent(self, at: Position, pcm: Pcm) -> None:
        """Lay sent audio on the agent's channel."""
        self._lay(int(at), pcm, 1)

    async def finish(self, total: Position) -> RecordingResult:
        """Cut or fill both channels to exactly `total` samples and close the file."""
        self._make_room(int(total))
        while self._base < total:
            self._shift(min(int(total) - self._base, len(self._sheet)))
        await asyncio.wrap_future(_writer.submit(self._close, int(total)))
        return RecordingResult(samples=self._written, failed=self._error is not None, error=self._error)

    async def discard(self) -> None:
        """Close the file and take it away: nothing of it may be kept."""
        await asyncio.wrap_future(_writer.submit(self._remove))

    # --- on the event loop ------------------------------------------------------------------------------------------

    def _lay(self, at: int, pcm: Pcm, channel: int) -> None:
        start = at - self._base
        end = start + len(pcm)
        if end > self._full:
            self._make_room(at + len(pcm))
            start = at - self._base
            end = start + len(pcm)
        if start < 0:
            pcm, start = pcm[-start:], 0
        if end > 0:
            self._sheet[start:end, channel] = pcm

    def _make_room(self, end: int) -> None:
        chunk = _CHUNK_SECONDS * self._rate_hz
        skipped = (end - self._base - 2 * len(self._sheet)) // chunk
        if skipped > 0:  # A long hold: its silence is counted, not copied on the media clock.
            self._shift(len(self._sheet))
            self._submit(bytes(chunk * wav.FRAME_BYTES), times=skipped)
            self._base += skipped * chunk
        while end > self._base + self._full:
            self._shift(chunk)

    def _shift(self, samples: int) -> None:
        self._submit(self._sheet[:samples].tobytes())
        self._sheet[: -samples or None] = self._sheet[samples:]
        self._sheet[len(self._sheet) - samples :] = 0
        self._base += samples

    def _submit(self, data: bytes, times: int = 1) -> None:
        self._waiting = [one for one in self._waiting if not one.done()]
        if len(self._waiting) > _MOST_WAITING:
            self._fail("the disk is too slow")
        if self._error is None:
            self._waiting.append(_writer.submit(self._append, data, times))

    # --- on the writer thread ---------------------------------------------------------------------------------------

    def _append(self, data: bytes, times: int) -> None:
        if self._error is not None:
            return
        try:
            if self._file is None:
                self._file = self._path.open("wb", buffering=0)
                self._write(self._file, wav.header(self._rate_hz, 0))
            for _ in range(times if data else 0):
                self._write(self._file, data)
                self._written += len(data) // wav.FRAME_BYTES
        except OSError as exc:
            self._fail(exc.strerror or str(exc))

    @staticmethod
    def _write(file: BinaryIO, data: bytes) -> None:
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
            frames = min(self._written, total)
            self._file.truncate(wav.HEADER_BYTES + frames * wav.FRAME_BYTES)
            wav.close(self._file, self._rate_hz, frames)
            self._written = frames
        except OSError as exc:
            self._fail(exc.strerror or str(exc))
        finally:
            self._file.close()

    def _fail(self, reason: str) -> None:
        if self._error is None:
            self._error = reason
            self._on_disk_error(reason)
