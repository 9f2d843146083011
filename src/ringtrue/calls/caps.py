"""How often an organization may let phones ring: counted from the calls themselves, by the instant at which each is to ring.

A call counts for a window when it rings less than that window's length before or after. So no minute ever has more rings than
the cap, however calls for now and for later were asked for, and what was accepted is not refused later unless the cap shrank.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, timedelta

from ringtrue.calls.store import Tx
from ringtrue.domain.dial_rules import Caps, DialRules
from ringtrue.errors import TooManyCalls
from ringtrue.ids import CallId, OrgId

_MINUTE = timedelta(minutes=1)
_DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True, slots=True)
class Ring:
    """One ring: whose, of whom, when, and of which call where there is one already."""

    org_id: OrgId
    callee: str
    at: datetime
    call_id: CallId | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class _Window:
    """One cap: of which calls, in which time, and what is said over it."""

    most: int
    length: timedelta
    callee: str | None
    reason: str
    sentence: str


def of(rules: DialRules, server: Caps) -> Caps:
    """The caps that hold for an organization: its own where it has some, else the server's."""

    def chosen(own: int | None, default: int | None) -> int | None:
        return (default if own is None else own) or None

    return Caps(
        per_minute=chosen(rules.caps.per_minute, server.per_minute),
        per_day=chosen(rules.caps.per_day, server.per_day),
        same_callee_per_day=chosen(rules.caps.same_callee_per_day, server.same_callee_per_day),
    )


def check(tx: Tx, ring: Ring, caps: Caps, *, now: datetime) -> None:
    """Raises TooManyCalls when the ring would be one too many."""
    for window in _windows(caps, ring):
        if _is_full(tx, ring, window, before=ring.at + window.length):
            raise TooManyCalls(window.sentence, reason=window.reason, retry_after=_room_after(tx, ring, window, now=now))


def check_again(tx: Tx, ring: Ring, caps: Caps) -> None:
    """Raises TooManyCalls when, of those that ring no later, as many others as are allowed by now rang already."""
    for window in _windows(caps, ring):
        # Only what rings before or with it: on both sides of it there may be more, which no minute ever had together. The first
        # look costs little, for it reads an index only, and nearly always says that there is room.
        until = ring.at + timedelta.resolution
        if _is_full(tx, ring, window, before=until) and _is_full(tx, ring, window, before=until, waiting_too=False):
            raise TooManyCalls(window.sentence, reason=window.reason)


def _windows(caps: Caps, ring: Ring) -> list[_Window]:
    known = (
        (caps.per_minute, _MINUTE, None, "calls_per_minute_reached", "The organization has as many calls in this minute"),
        (caps.per_day, _DAY, None, "calls_per_day_reached", "The organization has as many calls within a day"),
        (caps.same_callee_per_day, _DAY, ring.callee, "calls_to_callee_reached", "This number has as many calls within a day"),
    )
    remedy = "as it may: call later, or let the operator raise the cap."
    return [
        _Window(most=most, length=length, callee=callee, reason=reason, sentence=f"{sentence} {remedy}")
        for most, length, callee, reason, sentence in known
        if most is not None
    ]


def _is_full(tx: Tx, ring: Ring, window: _Window, *, before: datetime, waiting_too: bool = True) -> bool:
    return tx.has_rings(
        ring.org_id,
        window.most,
        after=ring.at - window.length,
        before=before,
        callee=window.callee,
        but=ring.call_id,
        waiting_too=waiting_too,
    )


def _room_after(tx: Tx, ring: Ring, window: _Window, *, now: datetime) -> int | None:
    """Seconds until the oldest that counts is out of the window; None for a ring that is not for now."""
    oldest = tx.first_ring(ring.org_id, after=ring.at - window.length, callee=window.callee)
    if ring.at > now or oldest is None or oldest > now:
        return None
    return max(1, math.ceil((oldest + window.length - now).total_seconds()))
