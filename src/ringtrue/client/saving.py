"""A file that is there whole or not at all."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType
from typing import Self


class Saved:
    """Written beside its place and moved there at the end; nothing is left of one that was not finished.

    Writing blocks, in the asynchronous client too: some kilobytes into the page cache take less than handing them to a thread.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._part = path.with_name(f"{path.name}.part")
        self._file = self._part.open("wb")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._file.close()
        if kind is None:
            self._part.replace(self._path)
        else:
            self._part.unlink(missing_ok=True)

    def write(self, chunk: bytes) -> None:
        """Go on with it."""
        self._file.write(chunk)
