"""Suppressions: numbers that are never rung."""

from __future__ import annotations

from ringtrue.client import requests
from ringtrue.client.models.organization import Suppression
from ringtrue.client.synchronous.connection import Connection


class Suppressions:
    """`client.suppressions`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, number: str) -> Suppression:
        """Why the number is never rung. Raises NotFound when it may be."""
        return self._connection.ask(requests.get(requests.path("suppressions", number)), Suppression)

    def set(self, number: str, *, reason: str | None = None) -> Suppression:
        """Never ring the number again; `reason` is for people."""
        return self._connection.ask(requests.put(requests.path("suppressions", number), {"reason": reason}), Suppression)

    def drop(self, number: str, *, idempotency_key: str | None = None) -> None:
        """Allow the number again."""
        self._connection.tell(requests.delete(requests.path("suppressions", number), idempotency_key=idempotency_key))
