"""The asynchronous client."""

from __future__ import annotations

from types import TracebackType
from typing import Self

import httpx

from ringtrue.client import options, requests
from ringtrue.client.asynchronous.api_keys import AsyncApiKeys
from ringtrue.client.asynchronous.calls import AsyncCalls
from ringtrue.client.asynchronous.chat import AsyncChat
from ringtrue.client.asynchronous.connection import AsyncConnection, AsyncSleep
from ringtrue.client.asynchronous.listeners import AsyncListeners
from ringtrue.client.asynchronous.numbers import AsyncNumbers
from ringtrue.client.asynchronous.projects import AsyncProjects
from ringtrue.client.asynchronous.suppressions import AsyncSuppressions
from ringtrue.client.asynchronous.threads import AsyncThreads
from ringtrue.client.asynchronous.webhooks import AsyncWebhooks
from ringtrue.client.errors import APIError


class AsyncClient:
    """Every operation of one server, opened by one API key.

    Requests that got no answer, or one that says to come back, are tried again after growing pauses. That is safe: each POST
    and DELETE carries an idempotency key of its own, the same on all its tries, so that no party is rung twice. What fails in
    the end raises a subclass of APIError. May be shared by many tasks; close it, or use it in `async with`.
    """

    def __init__(
        self,
        base_url: str | None = None,
        api_key: str | None = None,
        *,
        timeout: float | None = options.TIMEOUT_SECONDS,
        max_retries: int = options.MAX_RETRIES,
        transport: httpx.AsyncBaseTransport | None = None,
        sleep: AsyncSleep | None = None,
    ) -> None:
        """Without arguments RINGTRUE_URL and RINGTRUE_API_KEY say where the server is and what opens it.

        `timeout` is in seconds, for each try to connect, to send and to read; None waits for ever. `max_retries` 0 tries once.
        `transport` replaces the network and `sleep` what waits between tries, as tests want. Raises ValueError for an address
        that is none, and without a key.
        """
        chosen = options.chosen(base_url, api_key, timeout=timeout, max_retries=max_retries)
        self._connection = AsyncConnection(chosen, transport=transport, sleep=sleep)
        self.calls = AsyncCalls(self._connection)
        self.threads = AsyncThreads(self._connection)
        self.chat = AsyncChat(self._connection)
        self.projects = AsyncProjects(self._connection)
        self.numbers = AsyncNumbers(self._connection)
        self.suppressions = AsyncSuppressions(self._connection)
        self.webhooks = AsyncWebhooks(self._connection)
        self.listeners = AsyncListeners(self._connection)
        self.api_keys = AsyncApiKeys(self._connection)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        await self.close()

    async def close(self) -> None:
        """Give the connections back."""
        await self._connection.close()

    async def is_ready(self) -> bool:
        """Whether the server takes calls now."""
        try:
            await self._connection.tell(requests.ask_once("/readyz"))
        except APIError:
            return False
        return True
