"""The store port's webhooks and deliveries: what is told to whom, and how far that has come."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from ringtrue.domain.webhook import Delivery, Webhook
from ringtrue.ids import OrgId, WebhookId


class WebhookTx(Protocol):
    """Webhooks, the listeners among them, and their deliveries."""

    def add_webhook(self, webhook: Webhook) -> None: ...
    def put_webhook(self, webhook: Webhook) -> None:
        """Replace its URL, its events, whether it is enabled, and when it was seen."""
        ...

    def webhook(self, org_id: OrgId, webhook_id: WebhookId) -> Webhook | None:
        """The organization's webhook or listener, locked against other writers until the transaction ends."""
        ...

    def webhook_by_id(self, webhook_id: WebhookId) -> Webhook | None:
        """Whosever it is: for those who deliver."""
        ...

    def webhooks(self, org_id: OrgId) -> Sequence[Webhook]:
        """All of the organization, listeners among them, oldest first."""
        ...

    def drop_webhook(self, org_id: OrgId, webhook_id: WebhookId) -> None:
        """With every delivery to it."""
        ...

    def drop_listeners(self, unseen_since: datetime) -> None:
        """Those of every organization that were not seen since, with their deliveries."""
        ...

    def add_delivery(self, delivery: Delivery) -> None: ...
    def put_delivery(self, delivery: Delivery) -> None:
        """Replace what changes: its state, claim, tries, and when it is due."""
        ...

    def delivery(self, webhook_id: WebhookId, delivery_id: str) -> Delivery | None:
        """The delivery when it is one to the webhook, locked against other writers until the transaction ends."""
        ...

    def webhooks_due(self, now: datetime) -> Sequence[WebhookId]:
        """Enabled webhooks with a URL for which `due_delivery` has something."""
        ...

    def due_delivery(self, webhook_id: WebhookId, now: datetime) -> Delivery | None:
        """What the webhook is to be told next; locked, and skipping what another worker is just claiming.

        Of one call in the order of its events: none before each earlier one was tried once and is in nobody's hand, nor before
        what it stands behind is settled.
        """
        ...

    def waiting_deliveries(self, webhook_id: WebhookId, limit: int) -> Sequence[Delivery]:
        """Those that are not settled, oldest first; of one call in the order of its events, also of one instant."""
        ...

    def drop_waiting(self, webhook_id: WebhookId) -> None:
        """None of its deliveries waits any more."""
        ...

    def forget_deliveries(self, before: datetime) -> None:
        """Delete settled ones of earlier events: some at a time, oldest first."""
        ...
