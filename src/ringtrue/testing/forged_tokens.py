"""Thread tokens as nobody should make them: with any header, any content, any digest."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping

HEADER: Mapping[str, object] = {"alg": "HS256", "typ": "JWT"}


def claims(*, org: str, thread: str, made: int, ends: int) -> dict[str, object]:
    """What a token of ours says; instants in Unix seconds."""
    return {"iss": "ringtrue", "aud": "ringtrue:thread", "sub": thread, "org": org, "iat": made, "exp": ends, "include": []}


def encoded(part: object) -> str:
    """One part of a token: bytes as they are, anything else as JSON."""
    raw = part if isinstance(part, bytes) else json.dumps(part, separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def forged(header: object, content: object, *, key: bytes, digest: str = "sha256") -> str:
    """A token of those two parts, signed with the key."""
    signed = f"{encoded(header)}.{encoded(content)}"
    return f"{signed}.{encoded(hmac.new(key, signed.encode(), getattr(hashlib, digest)).digest())}"
