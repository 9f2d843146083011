"""Webhooks: `/webhooks`. Every key sees where they go; only those that may change things change them. Secrets are shown once."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Depends

from ringtrue import ids
from ringtrue.api.auth import Reader, Writer
from ringtrue.api.deps import Deps
from ringtrue.api.fields import refusing
from ringtrue.api.joining import keep_no_answer
from ringtrue.api.once import OnceRoute
from ringtrue.api.refusals import refuses
from ringtrue.calls import webhooks
from ringtrue.clock import rfc3339
from ringtrue.domain.webhook import CALL_EVENTS, Webhook
from ringtrue.wire.webhooks import NewWebhookShape, WebhookChange, WebhookRequest, WebhookShape, WebhooksShape

router = APIRouter(tags=["Webhooks"], route_class=OnceRoute)


@router.get("/webhooks", response_model=WebhooksShape, dependencies=[Depends(refusing())])
async def list_webhooks(client: Reader, deps: Deps) -> WebhooksShape:
    """Every webhook, oldest first, without its secret."""
    found = await deps.store.read(lambda tx: webhooks.of(tx, client.org_id))
    return WebhooksShape(webhooks=[WebhookShape(**_fields(one)) for one in found])


@router.post("/webhooks", response_model=NewWebhookShape, status_code=201, dependencies=[Depends(refusing(WebhookRequest))])
@refuses("url_invalid", "events_missing", "too_many_webhooks")
async def create_webhook(body: WebhookRequest, client: Writer, deps: Deps) -> NewWebhookShape:
    """A new webhook, told of what happens from now on. The answer alone has the secret that its deliveries are signed with."""
    keep_no_answer()
    at, secret = deps.clock.now(), ids.webhook_secret()
    made = await deps.store.run(
        lambda tx: webhooks.create(
            tx,
            client.org_id,
            url=body.url,
            events=CALL_EVENTS if body.events is None else body.events,
            enabled=body.enabled is not False,
            secret=secret,
            at=at,
        )
    )
    return NewWebhookShape(**_fields(made), secret=secret)


@router.patch("/webhooks/{webhook_id}", response_model=WebhookShape, dependencies=[Depends(refusing(WebhookChange))])
@refuses("url_invalid", "events_missing")
async def change_webhook(webhook_id: str, body: WebhookChange, client: Writer, deps: Deps) -> WebhookShape:
    """Change where a webhook goes, what it is told of, or whether. Its secret stays."""
    changed = await deps.store.run(
        lambda tx: webhooks.change(
            tx, client.org_id, ids.WebhookId(webhook_id), url=body.url, events=body.events, enabled=body.enabled
        )
    )
    return WebhookShape(**_fields(changed))


@router.delete("/webhooks/{webhook_id}", status_code=204, dependencies=[Depends(refusing())])
async def delete_webhook(webhook_id: str, client: Writer, deps: Deps) -> None:
    """Tell a webhook nothing more, not even what waits."""
    await deps.store.run(lambda tx: webhooks.delete(tx, client.org_id, ids.WebhookId(webhook_id)))


def _fields(webhook: Webhook) -> dict[str, Any]:
    return {
        "id": webhook.id,
        "url": webhook.url,
        "events": list(webhook.events),
        "enabled": webhook.enabled,
        "created_at": rfc3339(webhook.created_at),
    }
