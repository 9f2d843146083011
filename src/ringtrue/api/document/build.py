"""The framework's document made whole. A new route takes part by itself: all is derived from what it declares."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from ringtrue.api import once, problems
from ringtrue.api.document import examples, links, refused
from ringtrue.api.refusals import codes_of
from ringtrue.wire.problems import ProblemShape

Document = dict[str, Any]

ABOUT = """AI phone calls on your own machine.

Send an API key in the `Authorization` header, raw or as a bearer token. Every refusal is a problem (RFC 9457) with a stable
`code`; each operation lists the codes it may answer with. Bytes that are no HTTP/1.1 are answered with 400 `bad_request`, an
unknown address with 404 `not_found`, a method that an address does not take with 405 `method_not_allowed`. Whatever answers
GET answers HEAD. Every answer has `X-Request-Id`: the client's, if it sent a sane one."""


def completed(document: Document, routes: Iterable[object]) -> Document:
    """The framework's document with all that it does not know."""
    schema = ProblemShape.model_json_schema(ref_template=f"{problems.COMPONENTS}{{model}}")
    parts = schema.pop("$defs")
    document["components"]["schemas"].update(parts, **{ProblemShape.__name__: schema})
    document["components"]["headers"] = refused.HEADERS
    shared: Document = {}
    document["components"]["responses"] = shared
    by_id = {route.name: route for route in routes if isinstance(route, APIRoute)}
    for path, method, operation in operations(document):
        route = by_id[operation["operationId"]]
        if isinstance(route, once.OnceRoute) and method in once.METHODS:
            operation.setdefault("parameters", []).append(once.DESCRIBED)
        refused.describe(path, method, operation, _codes(route.dependant), shared)
        examples.add(operation, document)
    links.add(document)
    return document


def operations(document: Document) -> Iterator[tuple[str, str, Document]]:
    """Every operation with its path and method, in the order of the document."""
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield path, method.upper(), operation


def _codes(dependant: Dependant) -> set[str]:
    """What the operation and everything it depends on may refuse with."""
    found = set(codes_of(dependant.call))
    for inner in dependant.dependencies:
        found |= _codes(inner)
    return found
