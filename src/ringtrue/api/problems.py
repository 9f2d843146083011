"""Errors to HTTP: the only file that knows statuses. One shape for every problem (RFC 9457), never an echo of the input."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError
from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection
from starlette.responses import Response

from ringtrue import errors, logs
from ringtrue.api import methods
from ringtrue.wire.problems import FaultShape, ProblemShape

_log = logs.get(__name__)

_STATUSES: dict[type[errors.RingtrueError], int] = {
    errors.InvalidInput: 422,
    errors.NotAllowed: 403,
    errors.TooManyCalls: 429,
    errors.NotFound: 404,
    errors.Conflict: 409,
    errors.WrongState: 409,
    errors.NoTrunk: 409,
    errors.ProjectInvalid: 422,
    errors.StoreUnavailable: 503,
}
_TITLES = {413: "Content Too Large", 414: "URI Too Long", 416: "Range Not Satisfiable", 422: "Unprocessable Content"}
_CODES = {
    400: "bad_request",
    401: "unauthorized",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    413: "body_too_large",
    415: "media_type_unsupported",
    416: "range_not_satisfiable",
    422: "invalid_input",
    429: "rate_limited",
    501: "not_implemented",
    503: "unavailable",
}
MEDIA_TYPE = "application/problem+json"
COMPONENTS = "#/components/schemas/"
DESCRIBED: dict[str, Any] = {
    "description": "A problem (RFC 9457).",
    "content": {MEDIA_TYPE: {"schema": {"$ref": f"{COMPONENTS}{ProblemShape.__name__}"}}},
}
"""What the OpenAPI document says of every refusal."""

_DETAILS = {
    404: "There is nothing at this address.",
    405: "This address does not take that method.",
}


class Problem(Exception):
    """A problem that only HTTP knows of."""

    def __init__(self, status: int, code: str, detail: str, *, headers: dict[str, str] | None = None) -> None:
        super().__init__(detail)
        self.status = status
        self.code = code
        self.detail = detail
        self.headers = headers or {}


def response(
    request: HTTPConnection,
    status: int,
    code: str,
    detail: str,
    *,
    faults: Sequence[FaultShape] | None = None,
    headers: dict[str, str] | None = None,
) -> Response:
    """The problem as a response."""
    body = content(status, code, detail, request_id=_id_of(request), faults=faults)
    return Response(body, status, media_type=MEDIA_TYPE, headers=headers)


def title(status: int) -> str:
    """The status in words, as RFC 9110 has them, whatever the Python: before 3.13 it had those of older documents."""
    return _TITLES.get(status, HTTPStatus(status).phrase)


def content(status: int, code: str, detail: str, *, request_id: str, faults: Sequence[FaultShape] | None = None) -> bytes:
    """The problem as JSON; a 422 always says where, if only that it is the whole."""
    if status == HTTPStatus.UNPROCESSABLE_ENTITY and faults is None:
        faults = [FaultShape(loc=[], msg=detail, code=code)]
    shape = ProblemShape(
        type=f"urn:ringtrue:problem:{code}",
        title=title(status),
        status=status,
        detail=detail,
        code=code,
        request_id=request_id,
        errors=list(faults) if faults is not None else None,
    )
    return shape.model_dump_json(exclude_none=True).encode()


def _id_of(request: HTTPConnection) -> str:
    found: str = getattr(request.state, "request_id", "")
    return found


async def of_problem(request: HTTPConnection, exc: Exception) -> Response:
    """A `Problem`."""
    assert isinstance(exc, Problem)
    return response(request, exc.status, exc.code, exc.detail, headers=exc.headers)


async def of_error(request: HTTPConnection, exc: Exception) -> Response:
    """An error of ours."""
    assert isinstance(exc, errors.RingtrueError)
    status = _STATUSES.get(type(exc), 500)
    if status == 500:
        _log.error("request.failed", request_id=_id_of(request), code=exc.code, exc_info=exc)
        return response(request, 500, "internal", "Something broke on our side; the log of the server says what.")
    faults: list[FaultShape] | None = None
    code = exc.code
    if isinstance(exc, errors.InvalidInput):
        faults = [FaultShape(loc=list(field), msg=sentence, code=exc.detail_code) for field, sentence in exc.faults]
    elif isinstance(exc, errors.ProjectInvalid):
        faults = [_project_fault(fault) for fault in exc.faults]
    elif isinstance(exc, (errors.NotAllowed, errors.TooManyCalls, errors.Conflict)):
        code = exc.reason
    headers = {"Retry-After": "1"} if status == 503 else None
    if isinstance(exc, errors.TooManyCalls) and exc.retry_after is not None:
        headers = {"Retry-After": str(exc.retry_after)}
    return response(request, status, code, exc.sentence, faults=faults, headers=headers)


def _project_fault(fault: errors.ProjectFault) -> FaultShape:
    place: list[str | int] = [] if fault.line is None else [fault.line, fault.column or 1]
    return FaultShape(
        loc=[*place, *([fault.path] if fault.path else [])], msg=f"{fault.message} {fault.remedy}".strip(), code="project"
    )


_NAMES_WHAT_IS_ALLOWED = ("literal_error", "greater_than_equal", "less_than_equal")


async def of_validation(request: HTTPConnection, exc: Exception) -> Response:
    """Input that is not of the documented shape."""
    assert isinstance(exc, RequestValidationError)
    faults = []
    for error in exc.errors():
        loc = error["loc"][1:] if error["loc"][:1] == ("body",) else error["loc"]
        faults.append(FaultShape(loc=list(loc), msg=_sentence(error["type"], error["msg"]), code=error["type"]))
    return response(request, 422, "invalid_input", "The request is not as documented; errors says where.", faults=faults)


def _sentence(kind: str, message: str) -> str:
    """What is wrong, from the kind alone: pydantic's own messages may hold the input."""
    known = {
        "missing": "This field is required.",
        "string_type": "This must be a string.",
        "string_too_long": "This is too long.",
        "bool_type": "This must be true or false.",
        "int_parsing": "This must be a whole number.",
        "bool_parsing": "This must be true or false.",
        "dict_type": "This must be an object.",
        "model_attributes_type": "The body must be a JSON object.",
        "json_invalid": "The body is not JSON.",
    }
    if kind in _NAMES_WHAT_IS_ALLOWED:
        return f"{message.replace('Input should be', 'This must be')}."
    return known.get(kind, "This is not as documented.") if kind != "value_error" else message.removeprefix("Value error, ")


async def of_http(request: HTTPConnection, exc: Exception) -> Response:
    """What the framework refuses: unknown addresses and methods."""
    assert isinstance(exc, HTTPException)
    status = exc.status_code
    if status == HTTPStatus.METHOD_NOT_ALLOWED:
        exc = methods.refusal(request.scope, request.app.state.routes)  # the framework knows of one operation's methods only
    detail = _DETAILS.get(status, "The request cannot be served.")
    return response(request, status, _CODES.get(status, "error"), detail, headers=dict(exc.headers or {}))


async def of_any(request: HTTPConnection, exc: Exception) -> Response:
    """Whatever was raised, where no framework sorts it; what is none of the others is a bug."""
    match exc:
        case Problem():
            return await of_problem(request, exc)
        case errors.RingtrueError():
            return await of_error(request, exc)
        case RequestValidationError():
            return await of_validation(request, exc)
        case ValidationError():
            return await of_validation(request, RequestValidationError(exc.errors()))
        case HTTPException():
            return await of_http(request, exc)
        case _:
            return await of_bug(request, exc)


async def of_bug(request: HTTPConnection, exc: Exception) -> Response:
    """A bug of ours: whole in the log, nothing of it in the answer."""
    route = request.scope.get("route")  # its template: a path itself may hold a number or an id
    _log.error("request.broken", request_id=_id_of(request), route=getattr(route, "path", None), exc_info=exc)
    return response(request, 500, "internal", "Something broke on our side; the log of the server says what.")
