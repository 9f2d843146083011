"""The doorbell: a lossy hint that the calls table changed. Whoever hears none looks by itself, a little later."""

from __future__ import annotations

import asyncio


class Doorbell:
    """Wakes everyone who waits; rings while nobody waits are kept as one."""

    def __init__(self) -> None:
        self._rung = asyncio.Event()

    def ring(self) -> None:
        """The table changed."""
        self._rung.set()

    async def wait(self, seconds: float) -> None:
        """Return at the next ring, at the latest after `seconds`."""
        try:
            await asyncio.wait_for(self._rung.wait(), max(0.0, seconds))
        except TimeoutError:
            return
        finally:
            self._rung.clear()
