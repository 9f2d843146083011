"""Requests over HTTP, tried again where that is safe."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

import httpx

from ringtrue import ids
from ringtrue.client import answers, retrying
from ringtrue.client.errors import APIError
from ringtrue.client.models.document import Model
from ringtrue.client.options import Options
from ringtrue.client.requests import Request
from ringtrue.clock import SystemClock

M = TypeVar("M", bound=Model)
Sleep = Callable[[float], None]


class Connection:
    """Sends requests to one server with one key. Raises APIError."""

    def __init__(self, options: Options, *, transport: httpx.BaseTransport | None, sleep: Sleep | None) -> None:
        self._options = options
        self._clock = SystemClock()
        self.sleep = sleep or time.sleep
        self._http = httpx.Client(
            base_url=options.base_url,
            headers=options.headers(),
            timeout=options.timeout,
            transport=transport,
            trust_env=False,  # a server of one's own is not behind the environment's proxies
        )

    def close(self) -> None:
        """Give the connections back."""
        self._http.close()

    def monotonic(self) -> float:
        """Seconds that only ever grow."""
        return self._clock.monotonic()

    def ask(self, request: Request, answer: type[M]) -> M:
        """The document that the operation answers with."""
        return answers.read(self._send(request, is_streamed=False), answer)

    def tell(self, request: Request) -> None:
        """Carry out an operation that answers with nothing that is worth reading."""
        self._send(request, is_streamed=False)

    def lines(self, request: Request) -> Iterator[str]:
        """The lines of the answer as they come."""
        with self._streamed(request) as response:
            yield from response.iter_lines()

    def chunks(self, request: Request) -> Iterator[bytes]:
        """The bytes of the answer as they come."""
        with self._streamed(request) as response:
            yield from response.iter_bytes()

    @contextmanager
    def _streamed(self, request: Request) -> Iterator[httpx.Response]:
        response = self._send(request, is_streamed=True)
        try:
            yield response
        except httpx.RequestError as exc:  # what has been passed on cannot be taken back, so this is not tried again
            raise answers.unanswered(exc, self._options.base_url) from exc
        finally:
            response.close()

    def _send(self, request: Request, *, is_streamed: bool) -> httpx.Response:
        """The successful answer, after as many tries as it takes and may take."""
        retries = 0
        while True:
            found = self._try(request, is_streamed=is_streamed)
            if isinstance(found, httpx.Response):
                return found
            most = self._options.max_retries
            seconds = retrying.pause(found, request, retries=retries, most_retries=most, share=ids.fraction())
            if seconds is None:
                raise found
            self.sleep(seconds)
            retries += 1

    def _try(self, request: Request, *, is_streamed: bool) -> httpx.Response | APIError:
        """A successful answer, or why there is none."""
        sent = self._http.build_request(
            request.method, request.path, params=request.params(), content=request.payload(), headers=request.headers()
        )
        try:
            response = self._http.send(sent, stream=is_streamed, follow_redirects=request.follows_redirects)
            if response.is_success:
                return response
            response.read()
            response.close()
        except httpx.RequestError as exc:
            failure = answers.unanswered(exc, self._options.base_url)
            failure.__cause__ = exc
            return failure
        return answers.refusal(response)
