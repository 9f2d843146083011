"""The problems of each operation, one answer for each status, with their codes; and the headers that answers have."""

from __future__ import annotations

from collections.abc import Collection
from http import HTTPStatus
from typing import Any

from ringtrue.api import once, problems
from ringtrue.api.entrance import EXEMPT
from ringtrue.api.envelope import TAKE_BODIES
from ringtrue.api.refusals import CODES
from ringtrue.wire.problems import FaultShape, ProblemShape

_BODY = ("body_too_large", "media_type_unsupported", "json_invalid", "json_too_deep", "text_invalid", "body_not_object")
_KEYED = ("idempotency_in_flight", "idempotency_answer_not_kept", "idempotency_key_invalid", "idempotency_key_reused")
_WILDCARDS = ("4XX", "5XX")
_WAITING = (429, 503)

HEADERS: dict[str, Any] = {
    "X-Request-Id": {
        "description": "What the server's log calls the request: the client's own id, if it sent a sane one.",
        "required": True,
        "schema": {"type": "string", "pattern": "^[A-Za-z0-9._-]{1,128}$"},
    },
    "Retry-After": {
        "description": "After how many seconds to try again.",
        "required": True,
        "schema": {"type": "integer", "minimum": 1},
    },
    "RateLimit": {
        "description": "How many requests the key has left, and in how many seconds there will be more "
        "(draft-ietf-httpapi-ratelimit-headers-10); absent where requests are not limited.",
        "schema": {"type": "string"},
    },
    "RateLimit-Policy": {
        "description": "How many requests a key has at once, and in how many seconds as many are there again.",
        "schema": {"type": "string"},
    },
}


def describe(path: str, method: str, operation: dict[str, Any], own: Collection[str], shared: dict[str, Any]) -> None:
    """Say what the operation may refuse with: its own codes, and those that follow from its shape. A status with one code only
    is described once, in `shared`."""
    by_shape = _of_shape(path, method, operation)
    codes = [code for code in CODES if code in own or code in by_shape]
    responses = {status: one for status, one in operation["responses"].items() if status not in _WILDCARDS}
    for response in responses.values():
        response["headers"] = _headers("RateLimit", "RateLimit-Policy") if "security" in operation else _headers()
    for status in sorted({CODES[code].status for code in codes if not CODES[code].is_fault}):
        here = [code for code in codes if CODES[code].status == status]
        answer = _answer(status, here)
        if len(here) == 1:
            shared[here[0]] = answer
            answer = {"$ref": f"#/components/responses/{here[0]}"}
        responses[str(status)] = answer
    operation["responses"] = dict(sorted(responses.items()))


def _headers(*names: str) -> dict[str, Any]:
    return {name: {"$ref": f"#/components/headers/{name}"} for name in ("X-Request-Id", *names)}


def _of_shape(path: str, method: str, operation: dict[str, Any]) -> set[str]:
    found = {"internal"}
    if path not in EXEMPT:
        found.add("rate_limited")
    if method in TAKE_BODIES:
        found.update(_BODY)
    if "requestBody" in operation:
        found.add("invalid_input")
    parameters = operation.get("parameters", [])
    if once.DESCRIBED in parameters:
        found.update(_KEYED)
    if any(one["in"] == "query" for one in parameters):
        found.add("invalid_input")
    if any(one["in"] == "path" for one in parameters):
        found.add("not_found")
    if "security" in operation:
        found |= {"unauthorized", "store_unavailable"}
    return found


def _answer(status: int, codes: list[str]) -> dict[str, Any]:
    """The answer of one status: its codes, and for 422 what each fault may be called."""
    tops = [code for code in codes if not CODES[code].is_fault]
    faults = [code for code in codes if CODES[code].is_fault]
    lines = [f"- `{code}`: {CODES[code].says}" for code in tops]
    if faults:
        lines += ["", "In `errors`, beside the kinds of a wrong type or length:"]
        lines += [f"- `{code}`: {CODES[code].says}" for code in faults]
    return {
        "description": "\n".join([f"{problems.title(status)}.", "", *lines]),
        "headers": _headers("RateLimit", "RateLimit-Policy", *(["Retry-After"] if status in _WAITING else [])),
        "content": {
            problems.MEDIA_TYPE: {
                "schema": {"$ref": f"{problems.COMPONENTS}{ProblemShape.__name__}"},
                "example": _example(status, tops[0], faults),
            }
        },
    }


def _example(status: int, code: str, faults: list[str]) -> dict[str, Any]:
    says = CODES[code].says
    shown = faults[0] if faults and code == "invalid_input" else code
    errors = [FaultShape(loc=["field"], msg=CODES[shown].says, code=shown)] if status == HTTPStatus.UNPROCESSABLE_ENTITY else None
    return ProblemShape(
        type=f"urn:ringtrue:problem:{code}",
        title=problems.title(status),
        status=status,
        detail=says,
        code=code,
        request_id="req_5f1c0a9b2e7d4c6f8a1b3d5e",
        errors=errors,
    ).model_dump(exclude_none=True)
