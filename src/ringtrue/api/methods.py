"""Which methods an address takes. The framework names those of one operation only, and after it has read the body."""

from __future__ import annotations

from collections.abc import Iterable

from starlette.exceptions import HTTPException
from starlette.routing import BaseRoute, Match, Route
from starlette.types import Scope


def check(scope: Scope, routes: Iterable[BaseRoute]) -> None:
    """Refuse what no operation takes, before anything is read for it. Raises HTTPException (404, 405)."""
    allowed = _allowed(scope, routes)
    if not allowed:
        raise HTTPException(404)
    if scope["method"] not in allowed:
        raise refusal(scope, routes)


def refusal(scope: Scope, routes: Iterable[BaseRoute]) -> HTTPException:
    """A 405 with every method that the address takes (RFC 9110, section 15.5.6)."""
    return HTTPException(405, headers={"Allow": ", ".join(sorted(_allowed(scope, routes)))})


def _allowed(scope: Scope, routes: Iterable[BaseRoute]) -> set[str]:
    matching = [route for route in routes if isinstance(route, Route) and route.matches(scope)[0] is not Match.NONE]
    literal = [route for route in matching if not route.param_convertors]  # /calls/check is no call
    found = {method for route in literal or matching for method in route.methods or ()}
    return found | {"HEAD"} if "GET" in found else found
