"""Webhooks: where events are sent. Verify what arrives with any library of Standard Webhooks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ringtrue.client import requests
from ringtrue.client.models.organization import NewWebhook, Webhook, WebhookList
from ringtrue.client.synchronous.connection import Connection


class Webhooks:
    """`client.webhooks`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def list(self) -> Iterator[Webhook]:
        """Every webhook, without its secret."""
        found = self._connection.ask(requests.get("/webhooks"), WebhookList)
        yield from found.webhooks

    def create(
        self, url: str, events: Sequence[str] | None = None, *, enabled: bool = True, idempotency_key: str | None = None
    ) -> NewWebhook:
        """Send these events there, such as `call.ended`; without any, whatever happens to calls.

        The answer holds the secret of the signatures, this once. Raises Conflict (`idempotency_answer_not_kept`) when the webhook
        was made but the answer was lost: delete it and make another.
        """
        body = {"url": url, "events": events, "enabled": enabled}
        return self._connection.ask(requests.post("/webhooks", body, idempotency_key=idempotency_key), NewWebhook)

    def update(
        self, webhook_id: str, *, url: str | None = None, events: Sequence[str] | None = None, enabled: bool | None = None
    ) -> Webhook:
        """Change what is given."""
        body = requests.given({"url": url, "events": events, "enabled": enabled})
        return self._connection.ask(requests.patch(requests.path("webhooks", webhook_id), body), Webhook)

    def delete(self, webhook_id: str, *, idempotency_key: str | None = None) -> None:
        """Send nothing there any more."""
        self._connection.tell(requests.delete(requests.path("webhooks", webhook_id), idempotency_key=idempotency_key))
