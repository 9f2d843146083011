"""Deliveries: claimed for a while by whoever sends them, settled by what came of it. At least once, never two at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from ringtrue.calls import outbox
from ringtrue.calls.store import Tx
from ringtrue.domain.webhook import Delivery, DeliveryState, Webhook, next_try
from ringtrue.ids import WebhookId

CLAIMED_FOR = timedelta(seconds=60)  # a try takes 10 s at most, and its note as long as a busy database lets it wait
KEPT = timedelta(days=30)

_GONE = 410


@dataclass(frozen=True, kw_only=True, slots=True)
class Claimed:
    """A delivery in hand, and where it goes."""

    delivery: Delivery
    webhook: Webhook


@dataclass(frozen=True, kw_only=True, slots=True)
class Tried:
    """What came of one try: the status that was answered, else the reason why none was; and the wait that was asked for."""

    status: int | None = None
    reason: str | None = None
    retry_after: timedelta | None = None

    @property
    def is_taken(self) -> bool:
        """Whether the receiver has it: any 2xx, and nothing else."""
        return self.status is not None and 200 <= self.status < 300


def due(tx: Tx, now: datetime) -> Sequence[WebhookId]:
    """The webhooks that are to be told something now."""
    return tx.webhooks_due(now)


def claim(tx: Tx, webhook_id: WebhookId, claim_name: str, now: datetime) -> Claimed | None:
    """The webhook's next delivery, in the hand of `claim_name` for `CLAIMED_FOR`; None when there is none."""
    webhook = tx.webhook_by_id(webhook_id)
    if webhook is None or not webhook.enabled:
        return None
    found = tx.due_delivery(webhook_id, now)
    if found is None:
        return None
    taken = replace(found, claim=claim_name, due_at=now + CLAIMED_FOR)
    tx.put_delivery(taken)
    return Claimed(delivery=taken, webhook=webhook)


def settle(tx: Tx, claimed: Delivery, tried: Tried, now: datetime, *, jitter: float) -> Delivery | None:
    """The delivery after a try, as stored; None when it is in another hand or final by now, and the try does not count.

    A receiver that says 410 wants nothing more: its webhook is disabled, and what waits for it is dropped.
    """
    stored = tx.delivery(claimed.webhook_id, claimed.id)
    if stored is None or stored.claim != claimed.claim or stored.state is not DeliveryState.WAITING:
        return None
    again = None if tried.is_taken else next_try(stored, now, jitter=jitter, asked=tried.retry_after)
    state = DeliveryState.WAITING
    if again is None:
        state = DeliveryState.DELIVERED if tried.is_taken else DeliveryState.GIVEN_UP
    after = replace(
        stored,
        state=state,
        due_at=again,
        claim=None,
        attempts=stored.attempts + 1,
        tried_at=now,
        status=tried.status,
        reason=tried.reason,
    )
    if tried.status == _GONE:
        after = replace(after, state=DeliveryState.GIVEN_UP, due_at=None)
        _disable(tx, after.webhook_id)
    tx.put_delivery(after)
    return after


def forget(tx: Tx, now: datetime) -> None:
    """Delete what was settled long ago, and listeners that nobody asks for any more."""
    tx.forget_deliveries(now - KEPT)
    tx.drop_listeners(now - outbox.LISTENED_FOR)


def _disable(tx: Tx, webhook_id: WebhookId) -> None:
    webhook = tx.webhook_by_id(webhook_id)
    if webhook is not None:
        tx.put_webhook(replace(webhook, enabled=False))
        tx.drop_waiting(webhook_id)
