"""Fields nobody documented: named to the client where the vendor's clients may send them, refused on our own operations."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from fastapi import Request, Response
from pydantic import BaseModel

from ringtrue.errors import InvalidInput

HEADER = "Ringtrue-Ignored-Fields"
_NAME = re.compile(r"[A-Za-z0-9_.\-]{1,64}\Z")
_MOST = 20


def _unknown(request: Request, body: type[BaseModel] | None, query: Iterable[str]) -> list[str]:
    known = set(body.model_fields) if body is not None else set()
    sent = getattr(request.state, "body_fields", ())
    unknown = [name for name in sent if name not in known]
    unknown += [name for name in request.query_params if name not in set(query)]
    return unknown


def ignoring(body: type[BaseModel] | None = None, *, query: Iterable[str] = ()) -> Callable[[Request, Response], None]:
    """A dependency that names unknown fields in the answer."""

    def name_them(request: Request, response: Response) -> None:
        names = [name for name in _unknown(request, body, query) if _NAME.match(name)][:_MOST]
        if names:
            response.headers[HEADER] = ", ".join(names)

    return name_them


def refusing(body: type[BaseModel] | None = None, *, query: Iterable[str] = ()) -> Callable[[Request], None]:
    """A dependency that refuses unknown fields."""

    def refuse(request: Request) -> None:
        if _unknown(request, body, query):
            raise InvalidInput("The request has a field that this operation does not know.", code="unknown_field")

    return refuse
