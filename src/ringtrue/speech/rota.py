"""Whose clause is rendered next, and how urgently. Pure: times are given, in seconds of any clock.

Theory. Of a text that somebody waits for only the first clause is urgent: while it sounds, there is time for the second. What
is urgent has a lane of its own, so that it waits for nothing else; the other lane stands back and takes the clause that is to
sound soonest, then the first clauses of texts that may be needed. Those of texts that probably will be are urgent too, since what
the other lane has taken is not taken back. A clause that is about to be late becomes urgent.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Lane = Literal["urgent", "later"]

_NEAR_SECONDS = 0.6  # what a clause of 120 characters takes on a core: 62 took 316 ms


@dataclass(kw_only=True, slots=True)
class _Text:
    number: int
    is_needed: bool
    is_likely: bool
    is_begun: bool = False
    is_busy: bool = False
    seconds: float = 0.0
    over_at: float = 0.0
    """When what is made of it will have sounded, once it is needed."""


class Rota:
    """The texts of one voice, in the order in which they came."""

    def __init__(self) -> None:
        self._texts: dict[int, _Text] = {}

    def add(self, number: int, *, is_needed: bool, is_likely: bool = False) -> None:
        """A new text: somebody waits for it, or probably will."""
        self._texts[number] = _Text(number=number, is_needed=is_needed, is_likely=is_likely)

    def need(self, number: int, now: float) -> None:
        """It is spoken from now on; nothing where it was dropped."""
        text = self._texts.get(number)
        if text is not None and not text.is_needed:
            text.is_needed = True
            text.over_at = now + text.seconds

    def drop(self, number: int) -> None:
        """Nobody needs it; nothing where it is unknown."""
        self._texts.pop(number, None)

    def take(self, lane: Lane, now: float) -> int | None:
        """The text whose next clause this lane is to render, None where it has nothing to do. Give it back by `made`."""
        free = [text for text in self._texts.values() if not text.is_busy]
        text = _urgent(free, now) if lane == "urgent" else _later(free)
        if text is None:
            return None
        text.is_busy = True
        return text.number

    def made(self, number: int, now: float, *, seconds: float, is_last: bool) -> None:
        """The clause that was taken lasts that long."""
        text = self._texts.get(number)
        if text is None:
            return
        if is_last:
            del self._texts[number]
            return
        text.is_busy, text.is_begun = False, True
        text.seconds += seconds
        text.over_at = max(now, text.over_at) + seconds

    def until_urgent(self, now: float) -> float | None:
        """How long until a clause becomes urgent by itself; None where none will."""
        waiting = [text.over_at for text in self._texts.values() if text.is_needed and text.is_begun and not text.is_busy]
        return max(0.0, min(waiting) - _NEAR_SECONDS - now) if waiting else None


def _urgent(free: Iterable[_Text], now: float) -> _Text | None:
    needed = [text for text in free if text.is_needed]
    first = next((text for text in needed if not text.is_begun), None)
    if first is not None:
        return first
    late = min((text for text in needed if text.over_at - now <= _NEAR_SECONDS), key=lambda text: text.over_at, default=None)
    return late or next((text for text in free if text.is_likely and not text.is_begun), None)


def _later(free: Iterable[_Text]) -> _Text | None:
    soonest = min((text for text in free if text.is_needed and text.is_begun), key=lambda text: text.over_at, default=None)
    return soonest or next((text for text in free if not text.is_needed and not text.is_begun), None)
