"""Threads: conversations across calls and chats."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Literal

from ringtrue.client import requests
from ringtrue.client.models.threads import Message, MessagesPage, NewThread, Thread, ThreadsPage, ThreadSummary, ThreadToken
from ringtrue.client.requests import UNCHANGED, Unchanged
from ringtrue.client.synchronous.connection import Connection


class Threads:
    """`client.threads`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def create(
        self,
        *,
        timezone: str | None = None,
        user_phone_number: str | None = None,
        user_email: str | None = None,
        project_name: str | None = None,
        json_data: Mapping[str, object] | None = None,
        idempotency_key: str | None = None,
    ) -> NewThread:
        """A new thread. `json_data` is what the agent's prompts see in its chats."""
        body = {
            "timezone": timezone,
            "user_phone_number": user_phone_number,
            "user_email": user_email,
            "project_name": project_name,
            "json_data": requests.json_text(json_data),
        }
        return self._connection.ask(requests.post("/threads", body, idempotency_key=idempotency_key), NewThread)

    def get(self, thread_id: str) -> Thread:
        """The thread and what it used."""
        return self._connection.ask(requests.get(requests.path("threads", thread_id)), Thread)

    def list(self, *, project_name: str | None = None, limit: int | None = None) -> Iterator[ThreadSummary]:
        """Threads, newest first, at most `limit` of them, fetched page by page as they are asked for."""
        query: dict[str, str | int | Sequence[str] | None] = {"project_name": project_name}
        found = 0
        while limit is None or found < limit:
            query["limit"] = requests.page_size(limit, found)
            page = self._connection.ask(requests.get("/threads", query), ThreadsPage)
            yield from page.threads
            found += len(page.threads)
            query["cursor"] = page.pagination.cursor
            if query["cursor"] is None:
                return

    def update(
        self, thread_id: str, *, alias: str | Unchanged | None = UNCHANGED, timezone: str | Unchanged | None = UNCHANGED
    ) -> Thread:
        """Change its name or time zone; None clears, what is left out stays."""
        body = {"alias": alias, "timezone": timezone}
        return self._connection.ask(requests.patch(requests.path("threads", thread_id), body), Thread)

    def token(
        self,
        thread_id: str,
        *,
        expires_in: int | None = None,
        include: Sequence[Literal["analysis", "recording"]] | None = None,
        idempotency_key: str | None = None,
    ) -> ThreadToken:
        """A token that opens this thread alone, for `expires_in` seconds (60 to 86400; default an hour).

        `include` lets it see the analyses or recordings of the thread's calls too.
        """
        body = {"expires_in": expires_in, "include": include}
        path = requests.path("threads", thread_id, "token")
        return self._connection.ask(requests.post(path, body, idempotency_key=idempotency_key), ThreadToken)

    def messages(
        self, thread_id: str, *, cursor: str | None = None, reverse: bool = False, limit: int | None = None
    ) -> Iterator[Message]:
        """The thread's messages, newest first, at most `limit` of them, fetched page by page as they are asked for.

        They go from `cursor`, or the latest, to older ones; with `reverse` from `cursor` to newer ones.
        """
        found = 0
        while limit is None or found < limit:
            size = requests.page_size(limit, found)
            query = {"cursor": cursor, "reverse": "true" if reverse else None, "limit": size}
            path = requests.path("threads", thread_id, "messages")
            page = self._connection.ask(requests.get(path, query), MessagesPage)
            yield from page.messages[: None if limit is None else size]
            found += len(page.messages)
            cursor = page.pagination.cursor
            if cursor is None:
                return
