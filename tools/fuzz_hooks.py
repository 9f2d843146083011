"""What Schemathesis cannot know of the API: an idempotency key is drawn anew for each request. Every tenth is left as it came, so
that keys which are reused or none are sent as well."""

from __future__ import annotations

from itertools import count
from typing import Any

import schemathesis

_HEADER = "Idempotency-Key"
_numbers = count()


@schemathesis.hook
def before_call(_context: schemathesis.HookContext, case: schemathesis.Case, _kwargs: dict[str, Any]) -> None:
    """Give the request a key of its own."""
    number = next(_numbers)
    if case.headers and _HEADER in case.headers and number % 10:
        case.headers[_HEADER] = f"fuzz-{number}"
