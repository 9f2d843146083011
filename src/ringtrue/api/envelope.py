"""Around every request: its id, its admission, a small, shallow and clean body, and an answer to any bug.

A body is bounded here and not by the framework, which would read any amount and nest any depth before it looked.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ringtrue import ids
from ringtrue.api.problems import Problem, of_any, of_bug
from ringtrue.errors import StoreUnavailable

IGNORED_FIELDS = "Ringtrue-Ignored-Fields"
MOST_BYTES = 1 << 20
# So much of a body that is too large is read and thrown away: most clients read no answer before they have sent theirs, and
# a connection that is closed on them resets before they see it.
MOST_DISCARDED = 32 << 20
MOST_DEPTH = 64
TAKE_BODIES = ("POST", "PUT", "PATCH", "DELETE")
_MOST_DIGITS = 18
_NUMBER = re.compile(r"[0-9]+\Z")
_SANE_ID = re.compile(r"[A-Za-z0-9._\-]{1,128}\Z")
# Possessive, and to the end where a string is not closed, even behind a last backslash: it matches from every quote. If it
# could fail, a megabyte of \\" would be searched anew from each of its quotes.
_STRING = re.compile(rb'"[^"\\]*+(?:\\(?:.|\Z)[^"\\]*+)*+(?:"|\Z)', re.DOTALL)
_BRACKET = re.compile(rb"[\[\]{}]")
_YAML = ("application/yaml", "application/x-yaml", "text/yaml", "text/x-yaml")


Enter = Callable[[Scope], Awaitable[Mapping[str, str]]]
"""Lets a request in, and says which headers its answer is to have. Raises Problem, HTTPException, StoreUnavailable."""


class Envelope:
    """The outermost layer of the app."""

    def __init__(self, app: ASGIApp, enter: Enter) -> None:
        self._app = app
        self._enter = enter

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        request_id = _request_id(headers)
        scope.setdefault("state", {})["request_id"] = request_id
        # What answers GET answers HEAD (RFC 9110, section 9.3.2); recordings, which are large, do that themselves.
        is_head = scope["method"] == "HEAD" and not scope["path"].startswith("/recordings/")
        if is_head:
            scope = {**scope, "method": "GET"}
        is_started = False
        told: Mapping[str, str] = {}

        async def named(message: Message) -> None:
            nonlocal is_started
            if message["type"] == "http.response.start":
                is_started = True
                answer_headers = MutableHeaders(scope=message)
                answer_headers["X-Request-Id"] = request_id
                answer_headers.update(told)
                if ignored := scope["state"].get("ignored_fields"):
                    answer_headers[IGNORED_FIELDS] = ignored
            await send({**message, "body": b""} if is_head and message["type"] == "http.response.body" else message)

        try:
            told = await self._enter(scope)
            replay = await self._checked(scope, headers, receive)
        except ClientDisconnect:
            return  # half a body is no request, and nobody is there to be told
        except (Problem, HTTPException, StoreUnavailable) as exc:
            await (await of_any(Request(scope), exc))(scope, receive, named)
            return
        try:
            await self._app(scope, replay, named)
        except Exception as exc:  # a bug of ours: logged whole; once an answer has begun, only closing can tell the client
            answer = await of_bug(Request(scope), exc)
            if is_started:
                raise
            await answer(scope, receive, named)

    async def _checked(self, scope: Scope, headers: Headers, receive: Receive) -> Receive:
        if scope["method"] not in TAKE_BODIES:
            return receive
        body = await _read(headers, receive)
        kind = headers.get("content-type", "").partition(";")[0].strip().lower()
        is_file = scope["method"] == "PUT" and kind in _YAML
        if body and not is_file:
            if kind and kind != "application/json" and not kind.endswith("+json"):
                raise Problem(415, "media_type_unsupported", "Send the body as application/json.")
            parsed = parse_json(body)
            if isinstance(parsed, Mapping):
                scope["state"]["body_fields"] = tuple(parsed)
            elif parsed is not None and scope["method"] != "PUT":  # a project file says itself what it lacks
                raise Problem(422, "body_not_object", "The body must be a JSON object.")
            if not kind:
                scope["headers"] = [*scope["headers"], (b"content-type", b"application/json")]
        is_sent = False

        async def replay() -> Message:
            nonlocal is_sent
            if is_sent:
                return await receive()
            is_sent = True
            return {"type": "http.request", "body": body, "more_body": False}

        return replay


def _request_id(headers: Headers) -> str:
    asked = headers.get("x-request-id", "")
    return asked if _SANE_ID.match(asked) else ids.new_request()


async def _read(headers: Headers, receive: Receive) -> bytes:
    length = headers.get("content-length", "")
    if _NUMBER.match(length):
        # Who waits for a 100 (RFC 9110, section 10.1.1) has sent nothing yet and need not.
        bound = MOST_BYTES if "expect" in headers else MOST_DISCARDED
        if len(length) > _MOST_DIGITS or int(length) > bound:
            raise _too_large()
    pieces: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        piece = message.get("body", b"")
        size += len(piece)
        is_whole = not message.get("more_body", False)
        if size > MOST_BYTES:
            pieces.clear()
            if is_whole or size > MOST_DISCARDED:
                raise _too_large()
            continue
        pieces.append(piece)
        if is_whole:
            return b"".join(pieces)


def _too_large() -> Problem:
    # What is still to come of it is not read, so the connection cannot serve again.
    return Problem(413, "body_too_large", "The body is larger than 1 MiB.", headers={"Connection": "close"})


def parse_json(body: bytes) -> Any:
    """The document, when it is JSON without NUL, lone surrogates or deep nesting. Raises Problem (422)."""
    depth = 0
    for bracket in _BRACKET.finditer(_STRING.sub(b"", body)):
        depth += 1 if bracket[0] in b"[{" else -1
        if depth > MOST_DEPTH:
            raise Problem(422, "json_too_deep", "The document is nested more than 64 deep.")
    try:
        text = body.decode("utf-8")
        parsed = json.loads(text, parse_constant=_no_constant, parse_float=_finite)
    except ValueError as exc:  # covers UnicodeDecodeError and numbers of too many digits
        raise Problem(422, "json_invalid", "The body is not JSON in UTF-8.") from exc
    if "\\u" in text or "\0" in text:
        _check_text(parsed)
    return parsed


def _no_constant(_name: str) -> None:
    raise ValueError("not JSON")


def _finite(text: str) -> float:
    """JSON has no infinity, and what we store must be JSON again."""
    number = float(text)
    if not math.isfinite(number):
        raise ValueError("too large")
    return number


def _check_text(value: Any) -> None:
    """PostgreSQL takes no NUL, UTF-8 no lone surrogate: refused here, so that no layer below meets them."""
    if isinstance(value, str):
        if "\0" in value or any("\ud800" <= character <= "\udfff" for character in value):
            raise Problem(422, "text_invalid", "A text holds a NUL or half of a surrogate pair.")
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            _check_text(key)
            _check_text(inner)
    elif isinstance(value, list):
        for inner in value:
            _check_text(inner)
