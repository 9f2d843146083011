"""Signatures of Standard Webhooks 1.0 (https://github.com/standard-webhooks/standard-webhooks, spec, "Symmetric signatures")."""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import datetime

_PREFIX = "whsec_"


def headers(secret: str, event_id: str, body: bytes, at: datetime) -> dict[str, str]:
    """The three headers of one try at that instant, over exactly these bytes."""
    timestamp = str(int(at.timestamp()))
    key = base64.b64decode(secret.removeprefix(_PREFIX))
    signature = hmac.digest(key, b".".join((event_id.encode(), timestamp.encode(), body)), hashlib.sha256)
    return {
        "webhook-id": event_id,
        "webhook-timestamp": timestamp,
        "webhook-signature": f"v1,{base64.b64encode(signature).decode()}",
    }
