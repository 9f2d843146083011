"""Suppressions: numbers that are never rung."""

from __future__ import annotations

from ringtrue.client import requests
from ringtrue.client.asynchronous.connection import AsyncConnection
from ringtrue.client.models.organization import Suppression


class AsyncSuppressions:
    """`client.suppressions`."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def get(self, number: str) -> Suppression:
        """Why the number is never rung. Raises NotFound when it may be."""
        return await self._connection.ask(requests.get(requests.path("suppressions", number)), Suppression)

    async def set(self, number: str, *, reason: str | None = None) -> Suppression:
        """Never ring the number again; `reason` is for people."""
        return await self._connection.ask(requests.put(requests.path("suppressions", number), {"reason": reason}), Suppression)

    async def drop(self, number: str, *, idempotency_key: str | None = None) -> None:
        """Allow the number again."""
        await self._connection.tell(requests.delete(requests.path("suppressions", number), idempotency_key=idempotency_key))
