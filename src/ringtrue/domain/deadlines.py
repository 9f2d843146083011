"""How long each state may last: no call is ever stuck. The worker acts well before; these close what nobody acted on."""

from __future__ import annotations

from datetime import datetime, timedelta

SCHEDULE_GRACE = timedelta(minutes=10)
"""How late a call may still be placed after downtime (api.md 2.7)."""

CLAIM = SCHEDULE_GRACE + timedelta(minutes=1)
"""From the due instant until some worker must have claimed the call."""

SIGNALLING = timedelta(seconds=90)
"""Beyond the ring limit: Timer B before the first answer and again after our CANCEL (64 x T1 = 32 s each), and a margin."""

OFFERED = timedelta(minutes=2)
"""An inbound call between its INVITE and the acknowledged answer."""

WRAP_UP = timedelta(seconds=60)
"""Beyond the limit of a conversation: the last words and BYE with its retransmissions (Timer F, 32 s)."""

ASKED = timedelta(seconds=45)
"""From a client's cancel or hang-up until the leg must be gone (Timer F, 32 s, and a margin)."""


def of_claim(due: datetime, until: datetime | None) -> datetime:
    """Until when a call that is due then may wait to be rung; `until` is where its calling hours end."""
    return due + CLAIM if until is None else min(due + CLAIM, until)
