"""Whether a failure is worth another try, and after how long. Pure: what was answered in, seconds out.

Tried again: no answer at all, 429, 502 to 504, and the 409 that says that the first request under this idempotency key is still
in flight. Pauses double and are spread, so that many clients that failed together do not come back together.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from email.utils import parsedate_to_datetime

from ringtrue.client.errors import APIError, ConnectionFailed
from ringtrue.client.requests import Request

FIRST_SECONDS = 0.5
MOST_SECONDS = 8.0
MOST_ASKED_SECONDS = 60.0
"""A server that asks for more is not waited for: the caller is told, with `retry_after`."""

_STATUSES = (429, 502, 503, 504)
_IN_FLIGHT = "idempotency_in_flight"


def pause(failure: APIError, request: Request, *, retries: int, most_retries: int, share: float) -> float | None:
    """Seconds until the next try; None when there shall be none. `share` is random, from 0 to 1."""
    if retries >= most_retries or not request.may_repeat or not _is_passing(failure):
        return None
    asked = failure.retry_after or 0.0
    if asked > MOST_ASKED_SECONDS:
        return None
    longest = min(MOST_SECONDS, FIRST_SECONDS * 2.0**retries)
    return max(asked, longest * (0.5 + share / 2))


def retry_after(headers: Mapping[str, str], *, now: datetime) -> float | None:
    """What the header asks for in seconds, given so or as a date (RFC 9110 section 10.2.3); None without a readable one."""
    text = headers.get("Retry-After", "").strip()
    if text.isascii() and text.isdigit():
        return float(text)
    until = _date(text)
    if until is None:
        return None
    # By the server's own clock where it tells the time: the two machines need not agree on it.
    return max(0.0, (until - (_date(headers.get("Date", "")) or now)).total_seconds())


def _is_passing(failure: APIError) -> bool:
    is_in_flight = failure.status == 409 and failure.code == _IN_FLIGHT
    return isinstance(failure, ConnectionFailed) or failure.status in _STATUSES or is_in_flight


def _date(text: str) -> datetime | None:
    try:
        found = parsedate_to_datetime(text)
    except ValueError:
        return None
    return found if found.tzinfo is not None else None
