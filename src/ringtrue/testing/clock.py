"""Virtual time: a clock that tests move, and an event loop whose waits take no time.

On `VirtualLoop` every timer fires in order as soon as nothing else is to be done. It cannot know of work in threads: give
what runs on it no executor and no real socket.
"""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Coroutine
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

T = TypeVar("T")

START = datetime(2027, 1, 4, 17, 0, tzinfo=UTC)


class StuckError(AssertionError):
    """Nothing can ever happen any more: everything waits for something else."""


class _JumpingSelector(selectors.DefaultSelector):
    """Never waits: the time that would pass is added up instead."""

    def __init__(self) -> None:
        super().__init__()
        self.elapsed = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        ready = super().select(0)
        if ready:
            return ready
        if timeout is None:
            raise StuckError("every task waits and no timer runs")
        self.elapsed += max(0.0, timeout)
        return []


class VirtualLoop(asyncio.SelectorEventLoop):
    """An event loop on virtual time."""

    def __init__(self) -> None:
        self._jumping = _JumpingSelector()
        super().__init__(self._jumping)

    def time(self) -> float:
        """Seconds of virtual time since the loop was made."""
        return self._jumping.elapsed


class LoopClock:
    """The clock of the running virtual loop."""

    def __init__(self, start: datetime = START) -> None:
        self._start = start

    def now(self) -> datetime:
        """The instant, aware, in UTC."""
        return self._start + timedelta(seconds=self.monotonic())

    def monotonic(self) -> float:
        """Seconds since the loop was made."""
        return asyncio.get_running_loop().time()

    async def sleep(self, seconds: float) -> None:
        """Return after `seconds` of virtual time."""
        await asyncio.sleep(max(0.0, seconds))


class ManualClock:
    """A clock that stands still until it is moved; nobody can wait on it."""

    def __init__(self, start: datetime = START) -> None:
        self._now = start
        self._elapsed = 0.0

    def now(self) -> datetime:
        """The instant, aware, in UTC."""
        return self._now

    def monotonic(self) -> float:
        """Seconds that it was moved by."""
        return self._elapsed

    async def sleep(self, seconds: float) -> None:
        """Raises: time does not pass by itself here."""
        raise StuckError(f"a manual clock was asked to wait {seconds} s")

    def advance(self, by: timedelta) -> None:
        """Let time pass."""
        self._now += by
        self._elapsed += by.total_seconds()


def run_virtual(main: Coroutine[Any, Any, T]) -> T:
    """The outcome of `main`, run to its end on virtual time."""
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        return runner.run(main)
