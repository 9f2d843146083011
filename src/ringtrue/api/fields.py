"""Fields nobody documented: named to the client where the vendor's clients may send them, refused on our own operations."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Iterable
from urllib.parse import quote

from fastapi import Request
from pydantic import BaseModel

from ringtrue.api.auth import Reader
from ringtrue.api.refusals import refuses
from ringtrue.errors import InvalidInput

MOST_OF_A_PAGE = 100
_MOST = 20
_MOST_CHARACTERS = 64


def _unknown(request: Request, body: type[BaseModel] | None, query: Iterable[str], prefix: str) -> list[str]:
    known = set(body.model_fields) if body is not None else set()
    unknown = [name for name in _sent(request) if name not in known]
    unknown += [name for name in request.query_params if name not in set(query) and not (prefix and name.startswith(prefix))]
    return unknown


def _check_query(request: Request, names: Collection[str]) -> None:
    """No database need take a NUL: refused in a query as in a body. A cursor is checked where it is read. Raises InvalidInput."""
    for name in names:
        if name != "cursor" and any("\0" in value for value in request.query_params.getlist(name)):
            raise InvalidInput("A text holds a NUL.", field=("query", name), code="text_invalid")


def _sent(request: Request) -> tuple[str, ...]:
    """The fields of a JSON body."""
    return getattr(request.state, "body_fields", ())


def ignoring(
    body: type[BaseModel] | None = None, *, query: Collection[str] = (), prefix: str = ""
) -> Callable[[Request], Awaitable[None]]:
    """A dependency that has the envelope name unknown fields in the answer, whatever that is. Parameters with that prefix are
    known, whatever follows."""

    async def name_them(request: Request) -> None:
        _check_query(request, query)
        names = _unknown(request, body, query, prefix)[:_MOST]
        request.state.ignored_fields = ", ".join(quote(name[:_MOST_CHARACTERS], safe="") for name in names)

    return name_them


def refusing(
    body: type[BaseModel] | None = None, *, query: Collection[str] = (), takes_file: bool = False
) -> Callable[[Request, Reader], Awaitable[None]]:
    """A dependency that refuses unknown fields; it tells only those who have a key. A file checks its own fields."""

    @refuses("unknown_field", "invalid_input")
    async def refuse(request: Request, _client: Reader) -> None:
        _check_query(request, query)
        known = set(body.model_fields) if body is not None else set()
        is_body_known = takes_file or known.issuperset(_sent(request))
        if not is_body_known or not set(query).issuperset(request.query_params):
            raise InvalidInput("The request has a field that this operation does not know.", code="unknown_field")

    return refuse
