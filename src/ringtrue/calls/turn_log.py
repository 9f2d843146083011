"""The stored form of a call's turn log: lines of JSON, compressed in pieces that each stand for themselves."""

from __future__ import annotations

import zlib
from collections.abc import Sequence

from ringtrue.calls.store import Tx
from ringtrue.errors import NotFound
from ringtrue.ids import CallId, OrgId

_LEVEL = 6


def packed(lines: Sequence[str]) -> bytes:
    """One piece."""
    return zlib.compress("".join(f"{line}\n" for line in lines).encode(), _LEVEL)


def unpacked(pieces: Sequence[bytes]) -> str:
    """The lines of all pieces."""
    return "".join(zlib.decompress(piece).decode() for piece in pieces)


def turn_log_of(tx: Tx, org_id: OrgId, call_id: CallId) -> str:
    """The log of the organization's call as far as it is written, "" where none was kept. Raises NotFound."""
    call = tx.call_of(org_id, call_id)
    if call is None:
        raise NotFound("There is no such call.")
    return unpacked(tx.turn_log(call.id))
