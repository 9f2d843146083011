"""Marks: what stands for an entry of a call's metadata in an index. Keys and values may have kilobytes, a mark has 128 bits."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence


def mark(key: str, told: str) -> str:
    """The mark of an entry. `told` is the value as clients write it in a query: a string as it is, anything else as JSON."""
    return hashlib.sha256(json.dumps([key, told]).encode()).hexdigest()[:32]


def marks(metadata: str) -> Sequence[str]:
    """The marks of a call with that metadata, which is a flat JSON object."""
    if metadata == "{}":
        return ()
    return [mark(key, value if isinstance(value, str) else json.dumps(value)) for key, value in json.loads(metadata).items()]
