"""Listeners: webhooks without a URL. Whoever made one fetches its deliveries in order and says which are done."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from ringtrue import ids
from ringtrue.calls import outbox
from ringtrue.calls.store import Tx
from ringtrue.calls.webhooks import in_order
from ringtrue.domain.webhook import Delivery, DeliveryState, Webhook
from ringtrue.errors import Conflict, NotFound
from ringtrue.ids import OrgId, WebhookId

MOST = 10
_AT_ONCE = 20


@dataclass(frozen=True, kw_only=True, slots=True)
class Done:
    """A delivery that the listener is done with; `status` is what its receiver answered, None when it did not."""

    id: str
    status: int | None


def create(tx: Tx, org_id: OrgId, *, events: Iterable[str], secret: str, at: datetime) -> Webhook:
    """A new listener, told of what happens from now on; forgets those that nobody asked for. Raises Conflict at too many."""
    there = [one for one in tx.webhooks(org_id) if one.url is None]
    forgotten = [one for one in there if outbox.is_forgotten(one, at)]
    for one in forgotten:
        tx.drop_webhook(org_id, one.id)
    if len(there) - len(forgotten) >= MOST:
        raise Conflict(f"There are {MOST} listeners already: stop one first.", reason="too_many_listeners")
    listener = Webhook(
        id=ids.new_listener(at),
        org_id=org_id,
        url=None,
        events=in_order(events),
        enabled=True,
        secret=secret,
        created_at=at,
        seen_at=at,
    )
    tx.add_webhook(listener)
    return listener


def proceed(tx: Tx, org_id: OrgId, listener_id: WebhookId, done: Iterable[Done], *, at: datetime) -> Sequence[Delivery]:
    """Note what is done, then the oldest deliveries that are not. Repeating it is harmless. Raises NotFound."""
    listener = _found(tx, org_id, listener_id)
    for one in done:
        stored = tx.delivery(listener_id, one.id)
        if stored is not None and stored.state is DeliveryState.WAITING:
            tx.put_delivery(_settled(stored, one.status, at))
    tx.put_webhook(replace(listener, seen_at=at))
    return tx.waiting_deliveries(listener_id, _AT_ONCE)


def delete(tx: Tx, org_id: OrgId, listener_id: WebhookId) -> None:
    """The listener is gone, with what waits for it. Raises NotFound."""
    tx.drop_webhook(org_id, _found(tx, org_id, listener_id).id)


def _settled(delivery: Delivery, status: int | None, at: datetime) -> Delivery:
    is_taken = status is not None and 200 <= status < 300
    return replace(
        delivery,
        state=DeliveryState.DELIVERED if is_taken else DeliveryState.GIVEN_UP,
        due_at=None,
        attempts=delivery.attempts + 1,
        tried_at=at,
        status=status,
        reason=None if status is not None else "connection_failed",
    )


def _found(tx: Tx, org_id: OrgId, listener_id: WebhookId) -> Webhook:
    found = tx.webhook(org_id, listener_id)
    if found is None or found.url is not None:
        raise NotFound("There is no such listener.")
    return found
