"""Listeners: events for who cannot be reached by a webhook, and therefore asks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ringtrue.client import requests
from ringtrue.client.asynchronous.connection import AsyncConnection
from ringtrue.client.models.organization import HandedEvent, HandedEvents, NewListener


class AsyncListeners:
    """`client.listeners`."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def create(self, events: Sequence[str] | None = None, *, idempotency_key: str | None = None) -> NewListener:
        """A new listener, for which events are kept from now on. Its secret, to sign what is forwarded, is shown this once."""
        return await self._connection.ask(
            requests.post("/listeners", {"events": events}, idempotency_key=idempotency_key), NewListener
        )

    async def next_events(self, listener_id: str, done: Sequence[Mapping[str, str | int | None]] = ()) -> Sequence[HandedEvent]:
        """Say which deliveries are done (`id`, and the `status` that was answered); the oldest that are not, in order.

        Asked again it answers the same, so whoever asks for ever sees to that: this is not tried again by itself.
        """
        path = requests.path("listeners", listener_id, "next")
        found = await self._connection.ask(requests.post_once(path, {"done": done}), HandedEvents)
        return found.deliveries

    async def delete(self, listener_id: str, *, idempotency_key: str | None = None) -> None:
        """Keep nothing more for it."""
        await self._connection.tell(requests.delete(requests.path("listeners", listener_id), idempotency_key=idempotency_key))
