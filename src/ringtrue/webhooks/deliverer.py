"""Carries deliveries to their webhooks, beside the HTTP server.

Each webhook has couriers of its own, few at once, who bring one delivery after another; so a receiver that is dead or slow
holds up its own deliveries and no others. A courier whose try failed goes home: what else waits there is looked at anew. What
is in hand when the process dies is taken up by the next one when its claim ends.
"""

from __future__ import annotations

import asyncio
from collections import Counter

from ringtrue import ids, logs
from ringtrue.calls import deliveries
from ringtrue.calls.deliveries import Claimed, Tried
from ringtrue.calls.store import Store
from ringtrue.clock import Clock
from ringtrue.domain.webhook import DeliveryState
from ringtrue.errors import StoreUnavailable
from ringtrue.ids import WebhookId
from ringtrue.webhooks.sender import Sender

_log = logs.get(__name__)

_LOOK_SECONDS = 0.25
_COURIERS_EACH = 4
_COURIERS = 256
_FORGET_EVERY_SECONDS = 60.0
_JITTER_BITS = 16


class Deliverer:
    """Sends what is due until cancelled; `claim` names this one among others that may work on the same database."""

    def __init__(self, *, store: Store, sender: Sender, clock: Clock) -> None:
        self._store = store
        self._sender = sender
        self._clock = clock
        self._claim = f"deliverer_{ids.token_hex(8)}"
        self._couriers: Counter[WebhookId] = Counter()
        self._forgot_at: float | None = None

    async def run(self) -> None:
        """Work until cancelled."""
        try:
            async with asyncio.TaskGroup() as couriers:
                while True:
                    await self.look(couriers)
                    await self._clock.sleep(_LOOK_SECONDS)
        finally:
            await self._sender.close()

    async def look(self, couriers: asyncio.TaskGroup) -> None:
        """Send a courier to every webhook that is to be told something and has not enough of them."""
        now = self._clock.now()
        try:
            await self._forget()
            due = await self._store.read(lambda tx: deliveries.due(tx, now))
        except StoreUnavailable as exc:
            _log.warning("deliveries.delayed", reason=exc.sentence)
            return
        for webhook_id in sorted(due, key=lambda one: self._couriers[one]):  # first those that have none
            if self._couriers.total() < _COURIERS and self._couriers[webhook_id] < _COURIERS_EACH:
                self._couriers[webhook_id] += 1
                couriers.create_task(self._courier(webhook_id))

    async def _courier(self, webhook_id: WebhookId) -> None:
        try:
            while await self._one(webhook_id):
                pass
        except StoreUnavailable as exc:  # what was in hand is taken up again when its claim ends
            _log.warning("deliveries.delayed", reason=exc.sentence)
        finally:
            self._couriers[webhook_id] -= 1

    async def _one(self, webhook_id: WebhookId) -> bool:
        """Bring one delivery; whether it was taken, and another may be."""
        now = self._clock.now()
        claimed = await self._store.run(lambda tx: deliveries.claim(tx, webhook_id, self._claim, now))
        if claimed is None:
            return False
        tried = await self._try(claimed)
        at, jitter = self._clock.now(), ids.random_bits(_JITTER_BITS) / (1 << _JITTER_BITS)
        after = await self._store.run(lambda tx: deliveries.settle(tx, claimed.delivery, tried, at, jitter=jitter))
        if after is not None and not tried.is_taken:
            _log.warning(
                "delivery.given_up" if after.state is DeliveryState.GIVEN_UP else "delivery.failed",
                webhook_id=webhook_id,
                event_id=after.event_id,
                attempts=after.attempts,
                status=tried.status,
                reason=tried.reason,
            )
        return tried.is_taken

    async def _try(self, claimed: Claimed) -> Tried:
        try:
            return await self._sender.send(claimed)
        except Exception:
            # A defect of ours at one receiver must not end the deliveries to all others: it counts as a try that failed.
            _log.exception("delivery.broken", webhook_id=claimed.webhook.id, event_id=claimed.delivery.event_id)
            return Tried(reason="internal")

    async def _forget(self) -> None:
        elapsed = self._clock.monotonic()
        if self._forgot_at is not None and elapsed - self._forgot_at < _FORGET_EVERY_SECONDS:
            return
        self._forgot_at = elapsed
        now = self._clock.now()
        await self._store.run(lambda tx: deliveries.forget(tx, now))
