"""The doorbell: a hint that is lost at worst."""

from __future__ import annotations

import asyncio

from ringtrue.testing.clock import run_virtual
from ringtrue.worker.doorbell import Doorbell


async def waited(bell: Doorbell, seconds: float) -> float:
    """How long the wait lasted."""
    loop = asyncio.get_running_loop()
    began = loop.time()
    await bell.wait(seconds)
    return loop.time() - began


def test_without_a_ring_the_wait_ends_by_itself() -> None:
    """After the time that was given."""
    assert run_virtual(waited(Doorbell(), 0.5)) == 0.5


def test_a_ring_ends_the_wait_of_everyone() -> None:
    """At once."""

    async def test() -> list[float]:
        bell = Doorbell()
        waits = [asyncio.create_task(waited(bell, 5)) for _ in range(3)]
        await asyncio.sleep(1)
        bell.ring()
        return [await wait for wait in waits]

    assert run_virtual(test()) == [1, 1, 1]


def test_rings_while_nobody_waits_are_kept_as_one() -> None:
    """The next wait ends at once, the one behind it does not."""

    async def test() -> list[float]:
        bell = Doorbell()
        bell.ring()
        bell.ring()
        return [await waited(bell, 5), await waited(bell, 5)]

    assert run_virtual(test()) == [0, 5]


def test_no_time_is_no_wait() -> None:
    """Nor is less than none."""
    assert run_virtual(waited(Doorbell(), -1)) == 0
