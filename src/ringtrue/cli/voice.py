"""Fetch a voice or model with its progress shown on stderr, where that is a terminal."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn

from ringtrue.cli import output
from ringtrue.speech import fetch as fetching


def fetch(name: str, models: Path) -> Path:
    """The folder of the voice or model, fetched and checked. Raises SetupError."""
    with _bars(name) as progress:
        return fetching.fetch(name, models, progress=progress, mirror=_mirror())


def ensure(name: str, models: Path) -> None:
    """Have the voice or model here: its size and its licence's notice are said on first use. Raises SetupError."""
    with _bars(name) as progress:
        fetching.ensure(name, models, say=_say, progress=progress, mirror=_mirror())


def _say(sentence: str) -> None:
    output.errors.print(sentence, highlight=False, markup=False, soft_wrap=True)


def _mirror() -> str | None:
    return os.environ.get("RINGTRUE_MIRROR")


@contextmanager
def _bars(name: str) -> Iterator[fetching.Progress]:
    bars = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        DownloadColumn(),
        console=output.errors,
        disable=not sys.stderr.isatty(),
    )
    with bars:
        files = {file.name: bars.add_task(file.name, total=file.size_bytes, visible=False) for file in fetching.row(name).files}
        yield lambda file, done, _total: bars.update(files[file], completed=done, visible=True)
