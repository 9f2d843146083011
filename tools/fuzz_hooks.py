"""What Schemathesis cannot know of the API: an idempotency key is drawn anew for each request. Every tenth is left as it came, so
that keys which are reused or none are sent as well."""

from __future__ import annotations

import re
from itertools import count
from typing import Any

import schemathesis

_HEADER = "Idempotency-Key"
_KEY = re.compile(r"[!-~]{1,255}")
_numbers = count()


@schemathesis.hook
def before_call(_context: schemathesis.HookContext, case: schemathesis.Case, _kwargs: dict[str, Any]) -> None:
    """Give the request a key of its own."""
    number = next(_numbers)
    key = (case.headers or {}).get(_HEADER)
    if number % 10 and isinstance(key, str) and _KEY.fullmatch(key):  # one that is wrong is to stay so
        case.headers[_HEADER] = f"fuzz-{number}"
