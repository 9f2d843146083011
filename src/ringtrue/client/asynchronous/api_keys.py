"""API keys. All of it needs a key of scope admin."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Literal

from ringtrue.client import requests
from ringtrue.client.asynchronous.connection import AsyncConnection
from ringtrue.client.models.organization import ApiKey, ApiKeyList, NewApiKey


class AsyncApiKeys:
    """`client.api_keys`."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def list(self) -> AsyncIterator[ApiKey]:
        """Every key that opens something, oldest first, without the keys themselves."""
        found = await self._connection.ask(requests.get("/api-keys"), ApiKeyList)
        for key in found.api_keys:
            yield key

    async def create(
        self, name: str, *, scope: Literal["read", "full", "admin"] = "full", idempotency_key: str | None = None
    ) -> NewApiKey:
        """A new key, which is shown this once.

        Raises Conflict (`idempotency_answer_not_kept`) when it was made but the answer was lost: revoke it and make another.
        """
        body = {"name": name, "scope": scope}
        return await self._connection.ask(requests.post("/api-keys", body, idempotency_key=idempotency_key), NewApiKey)

    async def revoke(self, key_id: str, *, idempotency_key: str | None = None) -> None:
        """The key opens nothing any more. Raises Conflict for the last one of scope admin."""
        await self._connection.tell(requests.delete(requests.path("api-keys", key_id), idempotency_key=idempotency_key))
