"""What came back over HTTP, as models and errors."""

from __future__ import annotations

import json
from typing import Any, TypeVar

import httpx
from pydantic import ValidationError

from ringtrue.client import retrying
from ringtrue.client.errors import AnswerInvalid, APIError, ConnectionFailed, of_status
from ringtrue.client.models.document import Model
from ringtrue.clock import SystemClock

M = TypeVar("M", bound=Model)

CUT_SHORT = "The answer ended before it was complete."

_clock = SystemClock()


def refusal(response: httpx.Response) -> APIError:
    """The error that a response other than a success is. Its body must have been read."""
    problem = _document(response.content)
    if problem is None or "code" not in problem:
        return of_status(response.status_code)(_not_ours(response.status_code), retry_after=_retry_after(response))
    return of_status(response.status_code)({**problem, "status": response.status_code}, retry_after=_retry_after(response))


def read(response: httpx.Response, answer: type[M]) -> M:
    """The document of a success. Raises AnswerInvalid."""
    return parsed(response.content, answer, status=response.status_code)


def parsed(content: bytes | str, answer: type[M], *, status: int = 200) -> M:
    """The document in `content`. Raises AnswerInvalid."""
    try:
        return answer.model_validate_json(content)
    except ValidationError as exc:
        raise AnswerInvalid(_not_ours(status)) from exc


def problem_in(line: str) -> APIError | None:
    """The error in a line of a streamed answer, which began well and then broke."""
    document = _document(line.encode())
    if document is None or not {"code", "detail", "status"} <= document.keys():
        return None
    status = document["status"]
    return of_status(status if isinstance(status, int) else 500)(document)


def has(line: str, name: str) -> bool:
    """Whether the line is an object with that field."""
    return name in (_document(line.encode()) or {})


def unanswered(exc: httpx.RequestError, base_url: str) -> ConnectionFailed:
    """The error for a request that got no answer, or none to its end."""
    if isinstance(exc, (httpx.ConnectError, httpx.ConnectTimeout)):
        return ConnectionFailed(f"No server answers at {base_url}: start one with `ringtrue serve`.")
    if isinstance(exc, httpx.TimeoutException):
        return ConnectionFailed(f"The server at {base_url} took too long to answer.")
    return ConnectionFailed(f"The connection to {base_url} broke before the answer was complete.")


def _retry_after(response: httpx.Response) -> float | None:
    return retrying.retry_after(response.headers, now=_clock.now())


def _document(content: bytes) -> dict[str, Any] | None:
    """The JSON object; None when it is something else."""
    try:
        document = json.loads(content)
    except (ValueError, RecursionError):
        return None
    return document if isinstance(document, dict) else None


def _not_ours(status: int) -> dict[str, Any]:
    detail = "What answers at this address is no Ringtrue server: check the address and what stands between."
    return {"status": status, "code": "answer_invalid", "detail": detail}
