"""File locks: the turnstile that lets writing processes take turns, and the lock of a data folder.

SQLite's own waiting sleeps and tries again, so a process that writes in a tight loop starves another for seconds. With two
locks whoever waits on the porch is next in the room: the one that just left has to queue behind it. The kernel frees the
locks of a process that dies.
"""

from __future__ import annotations

import fcntl
import os
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from ringtrue.errors import SetupError
from ringtrue.storage import faults


def _open(path: Path) -> int:
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)


class Turnstile:
    """Around every write: one process at a time, in turn. Used by one thread of a process at a time."""

    def __init__(self, database: Path) -> None:
        """Two files beside the database. Raises OSError when they cannot be made."""
        self._porch = _open(database.with_name(f"{database.name}-porch"))
        self._room = _open(database.with_name(f"{database.name}-room"))

    def __enter__(self) -> None:
        fcntl.flock(self._porch, fcntl.LOCK_EX)
        try:
            fcntl.flock(self._room, fcntl.LOCK_EX)
        finally:
            fcntl.flock(self._porch, fcntl.LOCK_UN)

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        fcntl.flock(self._room, fcntl.LOCK_UN)

    def close(self) -> None:
        """Close both files."""
        os.close(self._porch)
        os.close(self._room)


class FolderLock:
    """A data folder held by this server until `release` or the end of the process."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor: int | None = descriptor

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.release()

    def release(self) -> None:
        """Let another server have the folder; harmless when repeated."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


def lock_folder(data: Path) -> FolderLock:
    """The folder, made where it is missing, held by this server alone. Raises SetupError while another server has it."""
    path = data / "lock"
    try:
        data.mkdir(parents=True, exist_ok=True)
        descriptor = _open(path)
    except OSError as error:
        raise faults.at_start(error, path) from error
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        os.close(descriptor)
        raise SetupError(
            f"The data folder {str(data)!r} is in use by another server{_holder(path)}: "
            "stop that one, or choose another folder with --data."
        ) from error
    except OSError as error:
        os.close(descriptor)
        raise faults.at_start(error, path) from error
    # Only for the sentence above; the lock itself is the kernel's, so a stale number does no harm and a full disk neither.
    with suppress(OSError):
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, str(os.getpid()).encode(), 0)
    return FolderLock(descriptor)


def _holder(path: Path) -> str:
    written = path.read_text(errors="replace").strip()
    return f" (process {written})" if written.isdigit() else ""
