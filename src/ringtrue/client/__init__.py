"""The client of the API, for applications, scripts and the command line: `Client`, and `AsyncClient` with the same operations.

Every operation answers with a model and raises a subclass of APIError.
"""

from ringtrue.client.asynchronous.client import AsyncClient
from ringtrue.client.errors import (
    AnswerInvalid,
    APIError,
    BadRequest,
    Conflict,
    ConnectionFailed,
    Fault,
    InvalidRequest,
    NotFound,
    PermissionDenied,
    RateLimited,
    ServerError,
    Unauthorized,
)
from ringtrue.client.requests import UNCHANGED
from ringtrue.client.synchronous.client import Client

__all__ = [
    "UNCHANGED",
    "APIError",
    "AnswerInvalid",
    "AsyncClient",
    "BadRequest",
    "Client",
    "Conflict",
    "ConnectionFailed",
    "Fault",
    "InvalidRequest",
    "NotFound",
    "PermissionDenied",
    "RateLimited",
    "ServerError",
    "Unauthorized",
]
