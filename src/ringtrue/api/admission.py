"""Who may ask how often. A valid key has a bucket of its own; everybody else shares the one of their address.

A request takes a token of its address before anything is looked up, and gets it back when its key proves valid. So whoever
guesses keys, or sends rubbish, is stopped at the rate of one address, and never slows a valid key from elsewhere. Keys that
were valid at this address before are not stopped either: colleagues behind one proxy outlast a guesser among them.
"""

from __future__ import annotations

import hashlib
import math
from collections import OrderedDict
from dataclasses import dataclass
from typing import Self

from ringtrue.api.buckets import MOST_BUCKETS, Buckets, Level
from ringtrue.api.problems import Problem


@dataclass(frozen=True, kw_only=True, slots=True)
class Visitor:
    """An address and what it presents. `token` is None where that is nothing."""

    address: str
    token: str | None

    @classmethod
    def of(cls, address: str, secret: str) -> Self:
        """Who presents that secret, of which only a digest is kept."""
        digest = hashlib.sha256(f"{address}\n{secret}".encode("utf-8", "surrogatepass")).hexdigest()
        return cls(address=address, token=digest if secret else None)


class Admission:
    """The buckets of one server. A rate or burst of 0 lets everything in."""

    def __init__(self, *, rate: int, burst: int) -> None:
        self.is_on = rate > 0 and burst > 0
        self._keys = Buckets(rate, burst)
        self._addresses = Buckets(rate, burst)
        self._known: OrderedDict[str, None] = OrderedDict()
        self._policy = f'"requests";q={burst};w={math.ceil(burst / rate)}' if self.is_on else ""

    def knock(self, visitor: Visitor, *, at: float) -> None:
        """Before anything is looked up. `at` is a monotonic clock's reading. Raises Problem (429)."""
        if visitor.token in self._known:
            return
        level = self._addresses.take(visitor.address, at=at)
        if not level.is_admitted:
            raise self._refusal(level)

    def let_in(self, visitor: Visitor, key_id: str, *, at: float) -> dict[str, str]:
        """What it presents is that key: the headers that tell where the key stands. Raises Problem (429)."""
        assert visitor.token is not None
        if visitor.token not in self._known:
            self._addresses.give_back(visitor.address, at=at)
        self._known[visitor.token] = None
        self._known.move_to_end(visitor.token)
        if len(self._known) > MOST_BUCKETS:
            self._known.popitem(last=False)
        level = self._keys.take(key_id, at=at)
        if not level.is_admitted:
            raise self._refusal(level)
        return self._headers(level)

    def turn_away(self, visitor: Visitor, *, at: float) -> None:
        """What it presents is no key, or no longer."""
        if visitor.token is not None and visitor.token in self._known:
            del self._known[visitor.token]
            self._addresses.take(visitor.address, at=at)

    def _refusal(self, level: Level) -> Problem:
        return Problem(
            429,
            "rate_limited",
            "There were too many requests: send the next one after as many seconds as Retry-After says.",
            headers={"Retry-After": str(level.wait_seconds), **self._headers(level)},
        )

    def _headers(self, level: Level) -> dict[str, str]:
        """By draft-ietf-httpapi-ratelimit-headers-10: the policy and what is left of it. The three fields of its early drafts are
        not sent: the draft has dropped them, and clients that wait by themselves read Retry-After."""
        wait = f";t={level.wait_seconds}" if level.wait_seconds else ""
        return {"RateLimit-Policy": self._policy, "RateLimit": f'"requests";r={level.remaining}{wait}'}
