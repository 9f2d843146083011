"""The synchronous client."""

from __future__ import annotations

from types import TracebackType
from typing import Self

import httpx

from ringtrue.client import options, requests
from ringtrue.client.errors import APIError
from ringtrue.client.synchronous.api_keys import ApiKeys
from ringtrue.client.synchronous.calls import Calls
from ringtrue.client.synchronous.chat import Chat
from ringtrue.client.synchronous.connection import Connection, Sleep
from ringtrue.client.synchronous.listeners import Listeners
from ringtrue.client.synchronous.numbers import Numbers
from ringtrue.client.synchronous.projects import Projects
from ringtrue.client.synchronous.suppressions import Suppressions
from ringtrue.client.synchronous.threads import Threads
from ringtrue.client.synchronous.webhooks import Webhooks


class Client:
    """Every operation of one server, opened by one API key.

    Requests that got no answer, or one that says to come back, are tried again after growing pauses. That is safe: each POST
    and DELETE carries an idempotency key of its own, the same on all its tries, so that no party is rung twice. What fails in
    the end raises a subclass of APIError. May be shared by many threads; close it, or use it in `with`.
    """

    def __init__(
        self,
        base_url: str | None = None,
        api_key: str | None = None,
        *,
        timeout: float | None = options.TIMEOUT_SECONDS,
        max_retries: int = options.MAX_RETRIES,
        transport: httpx.BaseTransport | None = None,
        sleep: Sleep | None = None,
    ) -> None:
        """Without arguments RINGTRUE_URL and RINGTRUE_API_KEY say where the server is and what opens it.

        `timeout` is in seconds, for each try to connect, to send and to read; None waits for ever. `max_retries` 0 tries once.
        `transport` replaces the network and `sleep` what waits between tries, as tests want. Raises ValueError for an address
        that is none, and without a key.
        """
        chosen = options.chosen(base_url, api_key, timeout=timeout, max_retries=max_retries)
        self._connection = Connection(chosen, transport=transport, sleep=sleep)
        self.calls = Calls(self._connection)
        self.threads = Threads(self._connection)
        self.chat = Chat(self._connection)
        self.projects = Projects(self._connection)
        self.numbers = Numbers(self._connection)
        self.suppressions = Suppressions(self._connection)
        self.webhooks = Webhooks(self._connection)
        self.listeners = Listeners(self._connection)
        self.api_keys = ApiKeys(self._connection)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Give the connections back."""
        self._connection.close()

    def is_ready(self) -> bool:
        """Whether the server takes calls now."""
        try:
            self._connection.tell(requests.ask_once("/readyz"))
        except APIError:
            return False
        return True
