"""Numbers: which project answers which."""

from __future__ import annotations

from collections.abc import AsyncIterator

from ringtrue.client import requests
from ringtrue.client.asynchronous.connection import AsyncConnection
from ringtrue.client.models.organization import Number, NumberList


class AsyncNumbers:
    """`client.numbers`."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def list(self) -> AsyncIterator[Number]:
        """Every number, oldest first."""
        found = await self._connection.ask(requests.get("/numbers"), NumberList)
        for number in found.numbers:
            yield number

    async def set(self, number: str, project: str) -> Number:
        """Let the project of that name or id answer calls to the number (E.164), which is added where it is missing."""
        return await self._connection.ask(requests.put(requests.path("numbers", number), {"project": project}), Number)

    async def drop(self, number: str, *, idempotency_key: str | None = None) -> None:
        """Answer calls to the number no more."""
        await self._connection.tell(requests.delete(requests.path("numbers", number), idempotency_key=idempotency_key))
