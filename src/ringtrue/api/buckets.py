"""Token buckets, one for each who asks: how many requests there may be at once, and how many a second in the long run.

What is remembered is bounded: of too many, the one that has been idle longest is forgotten. It has most likely filled up again,
and a full bucket is what a newcomer gets.
"""

from __future__ import annotations

import math
from collections import OrderedDict
from dataclasses import dataclass

MOST_BUCKETS = 10_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Level:
    """What is left in a bucket after a request: `wait_seconds` until there is a whole token more, 0 when it is full."""

    is_admitted: bool
    remaining: int
    wait_seconds: int


class Buckets:
    """Buckets that hold `burst` tokens and gain `rate` of them a second; each request takes one."""

    def __init__(self, rate: float, burst: int, *, most: int = MOST_BUCKETS) -> None:
        self.rate = rate
        self.burst = burst
        self._most = most
        self._kept: OrderedDict[str, tuple[float, float]] = OrderedDict()  # tokens, and when there were so many

    def __len__(self) -> int:
        return len(self._kept)

    def take(self, name: str, *, at: float) -> Level:
        """Take a token, when there is a whole one. `at` is a monotonic clock's reading, in seconds."""
        tokens = self._filled(name, at)
        is_admitted = tokens >= 1
        self._keep(name, tokens - 1 if is_admitted else tokens, at)
        return self._level(name, is_admitted=is_admitted)

    def give_back(self, name: str, *, at: float) -> None:
        """Return a token that should not have been taken."""
        self._keep(name, min(float(self.burst), self._filled(name, at) + 1), at)

    def _filled(self, name: str, at: float) -> float:
        tokens, since = self._kept.get(name, (float(self.burst), at))
        return min(float(self.burst), tokens + (at - since) * self.rate)

    def _keep(self, name: str, tokens: float, at: float) -> None:
        self._kept[name] = (tokens, at)
        self._kept.move_to_end(name)
        if len(self._kept) > self._most:
            self._kept.popitem(last=False)

    def _level(self, name: str, *, is_admitted: bool) -> Level:
        tokens, _ = self._kept[name]
        if tokens >= self.burst:
            return Level(is_admitted=is_admitted, remaining=self.burst, wait_seconds=0)
        remaining = math.floor(tokens)
        return Level(
            is_admitted=is_admitted, remaining=remaining, wait_seconds=max(1, math.ceil((remaining + 1 - tokens) / self.rate))
        )
