"""The pacer on a clock that moves only where the test says."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest

from ringtrue.telephony.rtp.pacer import Pacer


@dataclass
class SteppingClock:
    """Sleeping moves it; a stall makes one sleep too long."""

    at: float = 1000.0
    stalls: dict[int, float] = field(default_factory=dict)
    sleeps: int = 0

    def now(self) -> datetime:
        """Unused."""
        return datetime(2027, 1, 1, tzinfo=UTC)

    def monotonic(self) -> float:
        """Where the test put it."""
        return self.at

    async def sleep(self, seconds: float) -> None:
        """Move on, and over a stall at the sleep of that number."""
        self.sleeps += 1
        self.at += max(0.0, seconds) + self.stalls.get(self.sleeps, 0.0)
        await asyncio.sleep(0)


@dataclass(eq=False)
class Stream:
    """Notes its ticks: when, and after how many skipped blocks."""

    clock: SteppingClock
    then: Callable[[int], None] = lambda _count: None
    ticks: list[tuple[int, int]] = field(default_factory=list)

    def tick(self, skipped: int) -> None:
        """One block is due."""
        self.ticks.append((round((self.clock.at - 1000.0) * 1000), skipped))
        self.then(len(self.ticks))


def run(clock: SteppingClock, count: int, *others: Stream) -> tuple[Pacer, Stream]:
    """The pacer and one stream after that many ticks."""

    async def drive() -> tuple[Pacer, Stream]:
        pacer = Pacer(clock)
        task = asyncio.create_task(pacer.run())
        stream = Stream(clock, then=lambda n: task.cancel() and None if n == count else None)
        for one in (*others, stream):
            pacer.register(one)
        with pytest.raises(asyncio.CancelledError):
            await task
        return pacer, stream

    return asyncio.run(drive())


def test_a_tick_every_twenty_milliseconds() -> None:
    """With none skipped while nothing is late."""
    _, stream = run(SteppingClock(), 4)

    assert stream.ticks == [(20, 0), (40, 0), (60, 0), (80, 0)]


def test_a_stall_is_skipped_and_never_made_up_for() -> None:
    """Ticks that were missed are told as skipped; the next comes on the old grid."""
    _, stream = run(SteppingClock(stalls={3: 0.505}), 5)

    assert stream.ticks == [(20, 0), (40, 0), (565, 25), (580, 0), (600, 0)]


def test_a_little_late_is_sent_late() -> None:
    """Up to a block and a half a phone's buffer bridges; then the grid is as before."""
    _, stream = run(SteppingClock(stalls={2: 0.028}), 4)

    assert stream.ticks == [(20, 0), (68, 0), (68, 0), (80, 0)]


@pytest.mark.parametrize("stall_ms", range(0, 200, 7))
def test_no_stall_makes_a_burst(stall_ms: int) -> None:
    """Never more than two blocks at one instant, and blocks sent and skipped together are those of the clock."""
    _, stream = run(SteppingClock(stalls={2: stall_ms / 1000}), 8)

    instants = [at for at, _ in stream.ticks]
    assert max(instants.count(at) for at in instants) <= 2
    blocks = 0
    for at, skipped in stream.ticks:
        blocks += skipped + 1
        assert 20 * blocks <= at < 20 * blocks + 31
    assert len(stream.ticks) == 8


def test_lateness_is_the_worst_but_the_last_hundredth() -> None:
    """The 99th percentile of the ticks, in milliseconds."""
    pacer, _ = run(SteppingClock(stalls={10: 0.050, 20: 0.052, 30: 0.054}), 200)

    assert pacer.lateness_ms() == pytest.approx(52)


def test_lateness_is_forgotten_after_five_seconds() -> None:
    """Admission looks at now, not at the start of the process."""
    pacer, _ = run(SteppingClock(stalls={1: 2.0}), 300)

    assert pacer.lateness_ms() == pytest.approx(0)


def test_before_the_first_tick_nothing_is_late() -> None:
    """A fresh process may take calls."""
    assert Pacer(SteppingClock()).lateness_ms() == 0


def test_a_stream_that_left_is_not_driven() -> None:
    """Also when it leaves within a tick, and leaving twice is harmless."""
    clock = SteppingClock()
    pacer = Pacer(clock)
    first = Stream(clock)

    def leave(_count: int) -> None:
        pacer.unregister(first)
        pacer.unregister(first)

    first.then = leave

    async def drive() -> None:
        task = asyncio.create_task(pacer.run())
        pacer.register(first)
        pacer.register(Stream(clock, then=lambda n: task.cancel() and None if n == 5 else None))
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(drive())

    assert first.ticks == [(20, 0)]


def test_a_broken_stream_stops_nobody_else() -> None:
    """One call's fault leaves the clock to the others."""
    clock = SteppingClock()

    def fail(_count: int) -> None:
        raise ZeroDivisionError

    broken = Stream(clock, then=fail)

    _, stream = run(clock, 3, broken)

    assert len(stream.ticks) == 3
    assert len(broken.ticks) == 1
