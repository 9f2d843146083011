"""Identifiers: opaque, time-sortable, unguessable, prefixed. The only place that draws randomness."""

from __future__ import annotations

import base64
import secrets
import uuid
from datetime import datetime
from typing import NewType

CallId = NewType("CallId", str)
ThreadId = NewType("ThreadId", str)
OrgId = NewType("OrgId", str)
ProjectId = NewType("ProjectId", str)
VersionId = NewType("VersionId", str)
LegId = NewType("LegId", str)
WorkerId = NewType("WorkerId", str)
WebhookId = NewType("WebhookId", str)

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford base 32: no i, l, o, u


def _sortable(at: datetime) -> str:
    """48 bits of milliseconds, then 80 random bits, as 26 characters that sort by time (the layout of a ULID)."""
    number = (int(at.timestamp() * 1000) << 80) | secrets.randbits(80)
    return "".join(_ALPHABET[(number >> shift) & 31] for shift in range(125, -1, -5))


def new_call(at: datetime) -> CallId:
    """A fresh call id, e.g. `call_06d...`."""
    return CallId(f"call_{_sortable(at)}")


def new_thread(at: datetime) -> ThreadId:
    """A fresh thread id."""
    return ThreadId(f"thread_{_sortable(at)}")


def new_message(at: datetime) -> str:
    """A fresh id of a chat's message; those of calls are made of the call's."""
    return f"msg_{_sortable(at)}"


def new_org(at: datetime) -> OrgId:
    """A fresh organization id."""
    return OrgId(f"org_{_sortable(at)}")


def new_version(at: datetime) -> VersionId:
    """A fresh id of a project version."""
    return VersionId(f"ver_{_sortable(at)}")


def new_leg(at: datetime) -> LegId:
    """A fresh leg id."""
    return LegId(f"leg_{_sortable(at)}")


def new_worker(at: datetime) -> WorkerId:
    """A fresh worker id: one per start of a media process."""
    return WorkerId(f"worker_{_sortable(at)}")


def new_event(at: datetime) -> str:
    """A fresh event id."""
    return f"evt_{_sortable(at)}"


def new_webhook(at: datetime) -> WebhookId:
    """A fresh webhook id."""
    return WebhookId(f"whk_{_sortable(at)}")


def new_listener(at: datetime) -> WebhookId:
    """A fresh id of a listener, which stands among the webhooks."""
    return WebhookId(f"lsn_{_sortable(at)}")


def new_delivery(at: datetime) -> str:
    """A fresh delivery id."""
    return f"dlv_{_sortable(at)}"


def webhook_secret() -> str:
    """A fresh secret as Standard Webhooks 1.0 writes it: `whsec_` and the base64 of 32 random bytes (24 to 64 are allowed)."""
    return f"whsec_{base64.b64encode(secrets.token_bytes(32)).decode()}"


def new_project() -> ProjectId:
    """A fresh project id: a bare UUID, as the vendor documents it."""
    return ProjectId(str(uuid.uuid4()))


def new_request() -> str:
    """A fresh request id for `X-Request-Id`."""
    return f"req_{secrets.token_hex(12)}"


def secret_token(n_bytes: int = 32) -> str:
    """An unguessable URL-safe token of `n_bytes` of entropy."""
    return secrets.token_urlsafe(n_bytes)


def token_hex(n_bytes: int) -> str:
    """Unguessable lower-case hex digits, two per byte: SIP tags, branches, Call-IDs."""
    return secrets.token_hex(n_bytes)


def random_bits(n_bits: int) -> int:
    """A random integer below 2**n_bits: RTP SSRC, first sequence number and timestamp (RFC 3550 section 5.1)."""
    return secrets.randbits(n_bits)


def fraction() -> float:
    """A random number from 0 up to 1: what spreads the pauses of clients that failed together."""
    return secrets.randbits(53) / 2**53
