"""API keys. All of it needs a key of scope admin."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from ringtrue.client import requests
from ringtrue.client.models.organization import ApiKey, ApiKeyList, NewApiKey
from ringtrue.client.synchronous.connection import Connection


class ApiKeys:
    """`client.api_keys`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def list(self) -> Iterator[ApiKey]:
        """Every key that opens something, oldest first, without the keys themselves."""
        found = self._connection.ask(requests.get("/api-keys"), ApiKeyList)
        yield from found.api_keys

    def create(
        self, name: str, *, scope: Literal["read", "full", "admin"] = "full", idempotency_key: str | None = None
    ) -> NewApiKey:
        """A new key, which is shown this once.

        Raises Conflict (`idempotency_answer_not_kept`) when it was made but the answer was lost: revoke it and make another.
        """
        body = {"name": name, "scope": scope}
        return self._connection.ask(requests.post("/api-keys", body, idempotency_key=idempotency_key), NewApiKey)

    def revoke(self, key_id: str, *, idempotency_key: str | None = None) -> None:
        """The key opens nothing any more. Raises Conflict for the last one of scope admin."""
        self._connection.tell(requests.delete(requests.path("api-keys", key_id), idempotency_key=idempotency_key))
