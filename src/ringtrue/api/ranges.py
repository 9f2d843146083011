"""What part of a file a client asks for (RFC 9110, section 14): a Range header made plain, ignored or refused."""

from __future__ import annotations

import re

_ONE = r"(?:[0-9]{1,18}-[0-9]{0,18}|-[0-9]{1,18})"
_HEADER = re.compile(rf"bytes=[ \t]*{_ONE}(?:[ \t]*,[ \t]*{_ONE}){{0,9}}[ \t]*\Z", re.IGNORECASE)


class Unsatisfiable(Exception):
    """No part that is asked for is in the file (416)."""


def plain(header: str, size_bytes: int) -> str | None:
    """The header with the parts that are in the file; None when it is to be ignored: another unit, or no valid range.

    More than ten parts are ignored too, as section 14.2 allows. Raises Unsatisfiable.
    """
    if not _HEADER.match(header):
        return None
    parts = []
    for one in header.partition("=")[2].split(","):
        first, _, last = one.strip().partition("-")
        if first and last and int(last) < int(first):
            return None  # invalid, which makes the whole set invalid (section 14.1.1)
        is_there = int(first) < size_bytes if first else int(last) > 0 and size_bytes > 0
        if is_there:
            parts.append(f"{first}-{last}")
    if not parts:
        raise Unsatisfiable
    return f"bytes={','.join(parts)}"
