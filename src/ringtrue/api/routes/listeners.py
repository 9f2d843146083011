"""Listeners: `/listeners`, for `ringtrue listen`: events are fetched by who cannot be reached, and forwarded from there."""

from __future__ import annotations

from fastapi import APIRouter, Depends

from ringtrue import ids
from ringtrue.api.auth import Writer
from ringtrue.api.deps import Deps
from ringtrue.api.fields import refusing
from ringtrue.api.joining import keep_no_answer
from ringtrue.api.once import OnceRoute
from ringtrue.api.refusals import refuses
from ringtrue.calls import listeners
from ringtrue.calls.listeners import Done
from ringtrue.clock import rfc3339
from ringtrue.domain.webhook import CALL_EVENTS
from ringtrue.wire.webhooks import HandedShape, ListenerRequest, NewListenerShape, NextRequest, NextShape

router = APIRouter(tags=["Webhooks"], route_class=OnceRoute)


@router.post("/listeners", response_model=NewListenerShape, status_code=201, dependencies=[Depends(refusing(ListenerRequest))])
@refuses("too_many_listeners")
async def create_listener(client: Writer, deps: Deps, body: ListenerRequest | None = None) -> NewListenerShape:
    """A new listener: what happens from now on is kept for it. One that does not ask for a day is forgotten."""
    keep_no_answer()
    at, secret = deps.clock.now(), ids.webhook_secret()
    events = body.events if body is not None and body.events is not None else CALL_EVENTS
    made = await deps.store.run(lambda tx: listeners.create(tx, client.org_id, events=events, secret=secret, at=at))
    return NewListenerShape.model_validate(
        {"id": made.id, "events": made.events, "secret": secret, "created_at": rfc3339(made.created_at)}
    )


@router.post("/listeners/{listener_id}/next", response_model=NextShape, dependencies=[Depends(refusing(NextRequest))])
async def next_events(listener_id: str, client: Writer, deps: Deps, body: NextRequest | None = None) -> NextShape:
    """Say what is done, and get the oldest events that are not, at most 20. Asked again it answers the same."""
    at = deps.clock.now()
    done = [Done(id=one.id, status=one.status) for one in body.done] if body is not None else []
    waiting = await deps.store.run(lambda tx: listeners.proceed(tx, client.org_id, ids.WebhookId(listener_id), done, at=at))
    handed = [
        HandedShape.model_validate({"id": one.id, "event_id": one.event_id, "type": one.kind, "body": one.body})
        for one in waiting
    ]
    return NextShape(deliveries=handed)


@router.delete("/listeners/{listener_id}", status_code=204, dependencies=[Depends(refusing())])
async def delete_listener(listener_id: str, client: Writer, deps: Deps) -> None:
    """Listen no more."""
    await deps.store.run(lambda tx: listeners.delete(tx, client.org_id, ids.WebhookId(listener_id)))
