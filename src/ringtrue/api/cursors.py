"""Where a page begins, as clients hand it back: signed, so that it fits its own list, organization and filters alone."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from datetime import UTC, datetime, timedelta

from ringtrue.domain.listing import Place
from ringtrue.errors import InvalidInput

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SIGNATURE = 16  # bytes
_LONGEST = 300


def mint(key: bytes, position: str, *, scope: str) -> str:
    """The cursor of the page behind `position`; `scope` says of what it is: the list, the organization, the filters."""
    text = position.encode()
    return base64.urlsafe_b64encode(_sign(key, text, scope) + text).decode().rstrip("=")


def read(key: bytes, cursor: str, *, scope: str) -> str:
    """The position. Raises InvalidInput for a cursor that is malformed, or of another list, organization or filter."""
    raw = _decoded(cursor)
    signature, text = raw[:_SIGNATURE], raw[_SIGNATURE:]
    if not text or not hmac.compare_digest(signature, _sign(key, text, scope)):
        raise InvalidInput(
            "This cursor belongs to no page of this list: send the one of the last answer, with the same filters, or none.",
            field=("cursor",),
            code="cursor_invalid",
        )
    return text.decode()


def of_place(place: Place) -> str:
    """A place as a position."""
    return f"{(place.created_at - _EPOCH) // timedelta(microseconds=1)} {place.id}"


def to_place(position: str) -> Place:
    """The place of a position that `of_place` made."""
    micros, _, id_ = position.partition(" ")
    return Place(created_at=_EPOCH + timedelta(microseconds=int(micros)), id=id_)


def _decoded(cursor: str) -> bytes:
    if len(cursor) > _LONGEST:
        return b""
    try:
        return base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return b""


def _sign(key: bytes, text: bytes, scope: str) -> bytes:
    return hmac.new(key, b"cursor\n" + scope.encode("utf-8", "replace") + b"\n" + text, hashlib.sha256).digest()[:_SIGNATURE]
