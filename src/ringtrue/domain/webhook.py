"""Webhooks, what they are told, and when a delivery that failed is tried again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from ringtrue.ids import CallId, OrgId, WebhookId

CALL_EVENTS = ("call.scheduled", "call.queued", "call.ringing", "call.started", "call.ended", "call.analyzed")
EVENTS = (*CALL_EVENTS, "transcript.updated")  # the closed list of the contract; nothing sends the last one yet

# What a delivery waits for: it is not sent before the webhook took, or can no longer get, the other one of the same call.
BEHIND = {"call.analyzed": "call.ended"}

TRIED_FOR = timedelta(hours=75)  # as long as the example schedule of Standard Webhooks 1.0
_FIRST_WAIT = timedelta(seconds=5)
_GROWTH = 3
_MOST_WAIT = timedelta(hours=12)
_MOST_STEPS = 9  # 5 s * 3**9 is more than the longest wait


@dataclass(frozen=True, kw_only=True, slots=True)
class Webhook:
    """Where an organization wants to be told of events. A listener has no URL: it fetches them; `seen_at` is when it last did."""

    id: WebhookId
    org_id: OrgId
    url: str | None
    events: tuple[str, ...]
    enabled: bool
    secret: str
    created_at: datetime
    seen_at: datetime | None = None


class DeliveryState(StrEnum):
    """How far a delivery has come; all but the first are final."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    GIVEN_UP = "given_up"
    DROPPED = "dropped"


@dataclass(frozen=True, kw_only=True, slots=True)
class Delivery:
    """One event on its way to one webhook.

    `body` is what is sent, the same at every try. `due_at` is when it may be taken next, None once it is final; while `claim`
    names who has it in hand, that is when the claim ends. `behind` is the kind that must be settled before.
    `status` and `reason` are of the last try: what was answered, or why nothing was.
    """

    id: str
    webhook_id: WebhookId
    call_id: CallId
    event_id: str
    kind: str
    sequence: int
    body: str
    created_at: datetime
    due_at: datetime | None
    behind: str | None = None
    state: DeliveryState = DeliveryState.WAITING
    claim: str | None = None
    attempts: int = 0
    tried_at: datetime | None = None
    status: int | None = None
    reason: str | None = None


def next_try(delivery: Delivery, now: datetime, *, jitter: float, asked: timedelta | None) -> datetime | None:
    """When to try again after a try that failed now; None when it is given up.

    Waits grow from 5 s threefold to 12 h, by a quarter shorter or longer (`jitter` from 0 to 1), and the last try is 75 h after
    the event. `asked` is the receiver's Retry-After: a longer wait than ours, up to 12 h, is granted.
    """
    end = delivery.created_at + TRIED_FOR
    if now >= end:
        return None
    factor: int = _GROWTH ** min(delivery.attempts, _MOST_STEPS)
    wait = min(_MOST_WAIT, _FIRST_WAIT * factor) * (0.75 + jitter / 2)
    if asked is not None:
        wait = max(wait, min(asked, _MOST_WAIT))
    return min(now + wait, end)
