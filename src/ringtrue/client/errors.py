"""How an operation can fail: one class for each status that the API answers with, and one for no answer at all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar


@dataclass(frozen=True, kw_only=True, slots=True)
class Fault:
    """One part of a request that is at fault: where it lies, what is wrong with it, and a stable code."""

    loc: tuple[str | int, ...]
    msg: str
    code: str


class APIError(Exception):
    """An operation failed; the message is the problem's own sentence.

    `code` is stable and meant for programs. `status` is None where nothing answered. `request_id` names the request in the
    server's log. `retry_after` is how many seconds the server asks to wait, None where it does not say. `problem` is the whole
    document (RFC 9457).
    """

    def __init__(self, problem: Mapping[str, Any], *, retry_after: float | None = None) -> None:
        super().__init__(str(problem.get("detail") or "The server refused the request."))
        self.problem = dict(problem)
        self.status: int | None = problem.get("status")
        self.code = str(problem.get("code") or "error")
        self.request_id: str | None = problem.get("request_id")
        self.retry_after = retry_after


class BadRequest(APIError):
    """400: the request is no HTTP that can be understood."""


class Unauthorized(APIError):
    """401: the API key is missing, wrong or revoked."""


class PermissionDenied(APIError):
    """403: understood, but not allowed: by the key's scope, or by policy before anything rang. `code` says which."""


class NotFound(APIError):
    """404: there is no such object in this organization."""


class Conflict(APIError):
    """409: what is there stands in the way, such as the status of a call."""


class InvalidRequest(APIError):
    """422: something that was sent cannot be accepted; `errors` names every part at fault."""

    @property
    def errors(self) -> tuple[Fault, ...]:
        """What is wrong, in the order of the request."""
        found = self.problem.get("errors")
        parts = [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []
        return tuple(
            Fault(loc=tuple(one.get("loc") or ()), msg=str(one.get("msg", "")), code=str(one.get("code", ""))) for one in parts
        )


class RateLimited(APIError):
    """429: too much at once; `retry_after` says for how many seconds."""


class ServerError(APIError):
    """5xx: it broke on the server's side, or what stands before the server cannot reach it."""


class ConnectionFailed(APIError):
    """No answer: nobody listens at the address, or the connection broke or took longer than the timeout."""

    CODE: ClassVar[str] = "connection_failed"

    def __init__(self, sentence: str) -> None:
        super().__init__({"detail": sentence, "code": self.CODE})


class AnswerInvalid(APIError):
    """What answers is no Ringtrue server, or a version whose answers this client cannot read."""


def of_status(status: int) -> type[APIError]:
    """The class for that status."""
    if status >= 500:
        return ServerError
    return _BY_STATUS.get(status, APIError if status >= 400 else AnswerInvalid)


_BY_STATUS: dict[int, type[APIError]] = {
    400: BadRequest,
    401: Unauthorized,
    403: PermissionDenied,
    404: NotFound,
    409: Conflict,
    422: InvalidRequest,
    429: RateLimited,
}
