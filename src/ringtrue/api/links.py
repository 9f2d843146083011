"""Signed links to recordings: no key needed, short-lived, and one answer to whatever is wrong with one."""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime, timedelta

from ringtrue.api.problems import Problem

LEAST = timedelta(minutes=15)


def mint(key: bytes, public_url: str, call_id: str, *, length: timedelta, at: datetime) -> str:
    """A link that lives max(15 min, twice the recording)."""
    expires = int((at + max(LEAST, 2 * length)).timestamp())
    return f"{public_url}/recordings/{call_id}.wav?expires={expires}&signature={_sign(key, call_id, str(expires))}"


def check(key: bytes, call_id: str, expires: str, signature: str, *, at: datetime) -> None:
    """Raises Problem (403) for a link that is forged, altered or expired, and says not which."""
    is_ours = hmac.compare_digest(_sign(key, call_id, expires).encode(), signature.encode("utf-8", "replace"))
    if not is_ours or not expires.isdigit() or int(expires) < at.timestamp():
        raise Problem(403, "link_invalid", "This link does not work or no longer works: get a new one from the call.")


def _sign(key: bytes, call_id: str, expires: str) -> str:
    text = f"recording\n{call_id}\n{expires}".encode("utf-8", "replace")
    return hmac.new(key, text, hashlib.sha256).hexdigest()
