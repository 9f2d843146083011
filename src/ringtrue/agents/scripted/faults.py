"""Collects every mistake of a project file, each with its place and its remedy."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import Protocol

from ringtrue.errors import ProjectFault


class Place(Protocol):
    """Anything that knows where in the file it stands."""

    @property
    def line(self) -> int | None:
        """From 1; None in JSON."""
        ...

    @property
    def column(self) -> int | None:
        """From 1; None in JSON."""
        ...


MOST_FAULTS = 200
"""Nobody reads on beyond these; a file made to have thousands must not cost thousands of comparisons."""


class Enough(Exception):
    """So many mistakes were found that the search stops."""


class Faults:
    """The mistakes and warnings found so far."""

    def __init__(self) -> None:
        self._faults: list[ProjectFault] = []
        self._warnings: list[ProjectFault] = []

    def add(self, at: Place | None, path: str, message: str, remedy: str) -> None:
        """Note a mistake. Raises Enough at the last one that is kept."""
        self._faults.append(_fault(at, path, message, remedy))
        if len(self._faults) >= MOST_FAULTS:
            raise Enough

    def warn(self, at: Place | None, path: str, message: str, remedy: str) -> None:
        """Note something that is allowed, but probably not meant."""
        self._warnings.append(_fault(at, path, message, remedy))

    @property
    def found(self) -> tuple[ProjectFault, ...]:
        """The mistakes in the order of the file, each once."""
        return _ordered(self._faults)

    @property
    def warnings(self) -> tuple[ProjectFault, ...]:
        """The warnings in the order of the file, each once."""
        return _ordered(self._warnings)


def nearest(word: str, known: Iterable[str]) -> str:
    """A remedy that names the known word nearest to `word`, or all of them."""
    names = list(known)
    close = difflib.get_close_matches(word[:64], names, n=1, cutoff=0.6)
    if close:
        return f"Did you mean {close[0]!r}?"
    return f"Known here: {', '.join(names)}." if names else "Remove it."


def _fault(at: Place | None, path: str, message: str, remedy: str) -> ProjectFault:
    line, column = (at.line, at.column) if at is not None else (None, None)
    return ProjectFault(line=line, column=column, path=path, message=message, remedy=remedy)


def _ordered(faults: list[ProjectFault]) -> tuple[ProjectFault, ...]:
    return tuple(sorted(dict.fromkeys(faults), key=lambda fault: (fault.line or 0, fault.column or 0)))
