"""Which web pages may ask: our own, and for one thread those of the origins that the operator allowed.

Only what takes thread tokens is answered across origins. An API key in a page is one that every visitor can read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from urllib.parse import urlsplit

from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from starlette.datastructures import Headers
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import HTTPConnection
from starlette.routing import BaseRoute
from starlette.types import ASGIApp, Receive, Scope, Send

from ringtrue.api.deps import ApiDeps

_EXPOSED = ("X-Request-Id", "Ringtrue-Ignored-Fields", "Idempotency-Replayed", "Retry-After")
_PREFLIGHT_SECONDS = 600


def is_foreign(connection: HTTPConnection, public_url: str) -> bool:
    """Whether a page of another origin asks. Whoever is no browser names none."""
    origin = connection.headers.get("origin")
    if origin is None:
        return False
    own = urlsplit(public_url)
    # Behind a proxy that speaks TLS the scheme that we see is not the page's; the name it asked for is.
    is_own = origin == f"{own.scheme}://{own.netloc}" or origin.partition("://")[2] == connection.headers.get("host")
    return not is_own


def may_connect(connection: HTTPConnection, deps: ApiDeps) -> bool:
    """Whether a socket may be opened from the page that asks."""
    return connection.headers.get("origin") in deps.allowed_origins or not is_foreign(connection, deps.public_url)


class ThreadOrigins:
    """Answers pages of allowed origins, preflights included, for the operations that guests may use."""

    def __init__(self, app: ASGIApp, routes: Sequence[APIRoute]) -> None:
        self._app = app
        self._open: list[tuple[re.Pattern[str], frozenset[str]]] = [
            (route.path_regex, frozenset(route.methods or ())) for route in routes
        ]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        app = self._app
        if scope["type"] == "http":
            allowed = scope["app"].state.deps.allowed_origins
            headers = Headers(scope=scope)
            if headers.get("origin") in allowed and self._is_open(scope, headers):
                app = CORSMiddleware(
                    app,
                    allow_origins=allowed,
                    allow_methods=("GET", "POST"),
                    allow_headers=("*",),
                    expose_headers=_EXPOSED,
                    max_age=_PREFLIGHT_SECONDS,
                )
        await app(scope, receive, send)

    def _is_open(self, scope: Scope, headers: Headers) -> bool:
        method = scope["method"]
        if method == "OPTIONS":
            method = headers.get("access-control-request-method", "")
        return any(method in methods and path.match(scope["path"]) for path, methods in self._open)


def open_routes(routes: Iterable[BaseRoute], *, to_guests: object, to_clients: object) -> list[APIRoute]:
    """Those whose dependencies ask for whoever comes, and never for an organization alone."""
    found = []
    for route in routes:
        if isinstance(route, APIRoute):
            asked = set(_calls(route.dependant))
            if to_guests in asked and to_clients not in asked:
                found.append(route)
    return found


def _calls(dependant: Dependant) -> Iterable[object]:
    for inner in dependant.dependencies:
        yield inner.call
        yield from _calls(inner)
