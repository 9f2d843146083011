"""What goes over the pipe between the media process and a speech process: a JSON head and a body, both with their length."""

from __future__ import annotations

import json
import struct
from typing import BinaryIO

_LENGTHS = struct.Struct(">II")
HEAD_BYTES = _LENGTHS.size
_MOST_BYTES = 1 << 26


def encode(head: dict[str, object], body: bytes = b"") -> bytes:
    """One frame."""
    text = json.dumps(head).encode()
    return _LENGTHS.pack(len(text), len(body)) + text + body


def lengths(prefix: bytes) -> tuple[int, int]:
    """How many bytes of head and body follow. Raises ValueError when that cannot be."""
    head, body = _LENGTHS.unpack(prefix)
    if head > _MOST_BYTES or body > _MOST_BYTES:
        raise ValueError("a frame of the speech pipe is out of bounds")
    return int(head), int(body)


def read(file: BinaryIO) -> tuple[dict[str, object], bytes] | None:
    """The next frame, None at the end and when the other side died within one."""
    prefix = file.read(HEAD_BYTES)
    if len(prefix) < HEAD_BYTES:
        return None
    head, body = lengths(prefix)
    text, data = file.read(head), file.read(body)
    if len(text) < head or len(data) < body:
        return None
    return json.loads(text), data
