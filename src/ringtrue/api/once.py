"""`Idempotency-Key`: a POST or DELETE that is sent again under its key is done once and answered the same; see `calls.once`."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Coroutine
from datetime import datetime
from http import HTTPStatus
from itertools import count
from typing import Any

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException

from ringtrue import ids
from ringtrue.api import auth, deps, problems, streams
from ringtrue.api.joining import AtWork, working
from ringtrue.calls import once
from ringtrue.calls.store import Store
from ringtrue.domain.records import KeyedRequest
from ringtrue.errors import InvalidInput, RingtrueError

REPLAYED = "Idempotency-Replayed"
_HEADER = "Idempotency-Key"
METHODS = ("POST", "DELETE")
DESCRIBED: dict[str, Any] = {
    "name": _HEADER,
    "in": "header",
    "required": False,
    "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$", "title": _HEADER},
    "description": "Drawn anew for each request: sent again under it, the request is done once and answered the same, for a day.",
}
"""What the OpenAPI document says of the header."""
_KEY = re.compile(r"[\x21-\x7e]{1,255}\Z")
_PROCESS = ids.token_hex(8)
_numbers = count(1)


class OnceRoute(APIRoute):
    """A route that honours the header."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The handler, once for each key."""
        handle = super().get_route_handler()

        async def handle_once(request: Request) -> Response:
            key = request.headers.get(_HEADER)
            if key is None or request.method not in METHODS:
                return await handle(request)
            given = deps.of_request(request)
            try:
                client = await auth.principal(request, given, None)
            except problems.Problem:
                return await handle(request)  # which says the same
            if not _KEY.match(key):
                raise InvalidInput(
                    "An idempotency key has 1 to 255 printable ASCII characters.",
                    field=(_HEADER,),
                    code="idempotency_key_invalid",
                )
            current = AtWork(org_id=client.org_id, key=client.request_key(key), token=f"{_PROCESS}.{next(_numbers)}")
            wanted = await _wanted(request, current, given.clock.now())
            told = await given.store.run(lambda tx: once.begin(tx, wanted))
            if told is not None:
                return _replayed(told)
            return await _carried_out(request, handle, current, given.store)

        return handle_once


async def _wanted(request: Request, current: AtWork, at: datetime) -> KeyedRequest:
    asked = f"{request.method} {request.url.path}?{request.url.query}\n".encode("utf-8", "surrogateescape")
    fingerprint = hashlib.sha256(asked + await request.body()).hexdigest()
    return KeyedRequest(org_id=current.org_id, key=current.key, fingerprint=fingerprint, token=current.token, begun_at=at)


async def _carried_out(
    request: Request, handle: Callable[[Request], Coroutine[Any, Any, Response]], current: AtWork, store: Store
) -> Response:
    try:
        with working(current):
            response = await _answered(request, handle)
    except BaseException:
        await store.run(lambda tx: once.release(tx, current.org_id, current.key, current.token))
        raise
    if response.status_code >= 500 or response.status_code == HTTPStatus.TOO_MANY_REQUESTS:  # to be sent again, under its key
        await store.run(lambda tx: once.release(tx, current.org_id, current.key, current.token))
        return response
    told = once.Told(status=response.status_code, body=bytes(response.body).decode()) if current.keeps_answer else None
    await store.run(lambda tx: once.answer(tx, current.org_id, current.key, current.token, told=told))
    return response


async def _answered(request: Request, handle: Callable[[Request], Coroutine[Any, Any, Response]]) -> Response:
    """The answer, refusals included: they are answers that are kept."""
    try:
        return await handle(request)
    except (problems.Problem, RingtrueError, RequestValidationError, HTTPException) as exc:
        return await problems.of_any(request, exc)


def _replayed(told: once.Told) -> Response:
    media_type = "application/json"
    if told.status >= 400:
        media_type = problems.MEDIA_TYPE
    elif streams.is_stream(told.body):
        media_type = streams.MEDIA_TYPE
    headers = {REPLAYED: "true"}
    if not told.body:
        return Response(status_code=told.status, headers=headers)
    return Response(told.body, told.status, media_type=media_type, headers=headers)
