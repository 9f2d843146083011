"""Numbers: which project answers which."""

from __future__ import annotations

from collections.abc import Iterator

from ringtrue.client import requests
from ringtrue.client.models.organization import Number, NumberList
from ringtrue.client.synchronous.connection import Connection


class Numbers:
    """`client.numbers`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def list(self) -> Iterator[Number]:
        """Every number, oldest first."""
        found = self._connection.ask(requests.get("/numbers"), NumberList)
        yield from found.numbers

    def set(self, number: str, project: str) -> Number:
        """Let the project of that name or id answer calls to the number (E.164), which is added where it is missing."""
        return self._connection.ask(requests.put(requests.path("numbers", number), {"project": project}), Number)

    def drop(self, number: str, *, idempotency_key: str | None = None) -> None:
        """Answer calls to the number no more."""
        self._connection.tell(requests.delete(requests.path("numbers", number), idempotency_key=idempotency_key))
