"""Time: the only place that reads it. Instants are aware UTC; elapsed time is monotonic seconds."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """What the program may know of time."""

    def now(self) -> datetime:
        """The instant, aware, in UTC."""
        ...

    def monotonic(self) -> float:
        """Seconds on a clock that never goes back; comparable within one machine's boot."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Return after `seconds`, at once when it is not positive."""
        ...


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        """The instant, aware, in UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Seconds since some point before the process started."""
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        """Return after `seconds`, at once when it is not positive."""
        await asyncio.sleep(max(0.0, seconds))


def rfc3339(at: datetime) -> str:
    """The instant as the API writes it: UTC with `Z`, milliseconds."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
