"""Queued effects: what completes the record of a call after it ended. At least once; a failure is tried again later."""

from __future__ import annotations

from datetime import datetime, timedelta

from ringtrue.calls.store import Tx
from ringtrue.domain.records import EffectRow

_AT_ONCE = 20
_MOST_WAIT = timedelta(minutes=10)
_MOST_DOUBLINGS = 10  # beyond them the wait is the longest anyway, and a number of seconds that no timedelta holds


def due(tx: Tx, now: datetime) -> tuple[EffectRow, ...]:
    """The effects to carry out now, oldest first."""
    return tuple(tx.due_effects(now, _AT_ONCE))


def next_try(effect: EffectRow, now: datetime) -> datetime:
    """When to try an effect again: twice as late each time, ten minutes at most."""
    return now + min(_MOST_WAIT, timedelta(seconds=2 ** min(effect.attempts, _MOST_DOUBLINGS)))
