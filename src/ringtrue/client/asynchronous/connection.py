"""Requests over HTTP, tried again where that is safe."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
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
AsyncSleep = Callable[[float], Awaitable[None]]


class AsyncConnection:
    """Sends requests to one server with one key. Raises APIError."""

    def __init__(self, options: Options, *, transport: httpx.AsyncBaseTransport | None, sleep: AsyncSleep | None) -> None:
        self._options = options
        self._clock = SystemClock()
        self.sleep = sleep or asyncio.sleep
        self._http = httpx.AsyncClient(
            base_url=options.base_url,
            headers=options.headers(),
            timeout=options.timeout,
            transport=transport,
            trust_env=False,  # a server of one's own is not behind the environment's proxies
        )

    async def close(self) -> None:
        """Give the connections back."""
        await self._http.aclose()

    def monotonic(self) -> float:
        """Seconds that only ever grow."""
        return self._clock.monotonic()

    async def ask(self, request: Request, answer: type[M]) -> M:
        """The document that the operation answers with."""
        return answers.read(await self._send(request, is_streamed=False), answer)

    async def tell(self, request: Request) -> None:
        """Carry out an operation that answers with nothing that is worth reading."""
        await self._send(request, is_streamed=False)

    async def lines(self, request: Request) -> AsyncIterator[str]:
        """The lines of the answer as they come."""
        async with self._streamed(request) as response:
            async for line in response.aiter_lines():
                yield line

    async def chunks(self, request: Request) -> AsyncIterator[bytes]:
        """The bytes of the answer as they come."""
        async with self._streamed(request) as response:
            async for chunk in response.aiter_bytes():
                yield chunk

    @asynccontextmanager
    async def _streamed(self, request: Request) -> AsyncIterator[httpx.Response]:
        response = await self._send(request, is_streamed=True)
        try:
            yield response
        except httpx.RequestError as exc:  # what has been passed on cannot be taken back, so this is not tried again
            raise answers.unanswered(exc, self._options.base_url) from exc
        finally:
            await response.aclose()

    async def _send(self, request: Request, *, is_streamed: bool) -> httpx.Response:
        """The successful answer, after as many tries as it takes and may take."""
        retries = 0
        while True:
            found = await self._try(request, is_streamed=is_streamed)
            if isinstance(found, httpx.Response):
                return found
            most = self._options.max_retries
            seconds = retrying.pause(found, request, retries=retries, most_retries=most, share=ids.fraction())
            if seconds is None:
                raise found
            await self.sleep(seconds)
            retries += 1

    async def _try(self, request: Request, *, is_streamed: bool) -> httpx.Response | APIError:
        """A successful answer, or why there is none."""
        sent = self._http.build_request(
            request.method, request.path, params=request.params(), content=request.payload(), headers=request.headers()
        )
        try:
            response = await self._http.send(sent, stream=is_streamed, follow_redirects=request.follows_redirects)
            if response.is_success:
                return response
            await response.aread()
            await response.aclose()
        except httpx.RequestError as exc:
            failure = answers.unanswered(exc, self._options.base_url)
            failure.__cause__ = exc
            return failure
        return answers.refusal(response)
