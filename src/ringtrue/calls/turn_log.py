"""The stored form of a call's turn log: lines of JSON, compressed in pieces that each stand for themselves."""

from __future__ import annotations

import zlib
from collections.abc import Sequence

_LEVEL = 6


def packed(lines: Sequence[str]) -> bytes:
    """One piece."""
    return zlib.compress("".join(f"{line}\n" for line in lines).encode(), _LEVEL)


def unpacked(pieces: Sequence[bytes]) -> str:
    """The lines of all pieces."""
    return "".join(zlib.decompress(piece).decode() for piece in pieces)
