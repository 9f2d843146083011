"""Organizations and their API keys. A key is shown once; what is kept is its SHA-256."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from ringtrue import ids
from ringtrue.calls.store import Tx
from ringtrue.domain.records import ApiKey, KeyScope, Organization
from ringtrue.errors import Conflict, NotFound

_TOUCH_EVERY = timedelta(minutes=1)  # last-used time is for people: a write per request would cost more than the request


@dataclass(frozen=True, kw_only=True, slots=True)
class IssuedKey:
    """A new key with its secret, which cannot be had again."""

    key: ApiKey
    secret: str


def hashed(secret: str) -> str:
    """What is stored of a key. Keys carry 256 random bits, so a plain digest cannot be searched."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def create_org(tx: Tx, name: str, *, at: datetime) -> Organization:
    """A new organization."""
    org = Organization(id=ids.new_org(at), name=name, created_at=at)
    tx.add_org(org)
    return org


def issue(tx: Tx, org_id: ids.OrgId, name: str, scope: KeyScope, *, secret: str, at: datetime) -> IssuedKey:
    """Store a new key whose secret the caller drew (`new_secret`)."""
    key = ApiKey(id=f"key_{ids.token_hex(12)}", org_id=org_id, name=name, scope=scope, key_hash=hashed(secret), created_at=at)
    tx.add_api_key(key)
    return IssuedKey(key=key, secret=secret)


def revoke(tx: Tx, org_id: ids.OrgId, key_id: str, *, at: datetime) -> None:
    """The key opens nothing any more. Raises NotFound, and Conflict for the last key that can make others."""
    own = tx.api_keys(org_id)
    key = next((one for one in own if one.id == key_id), None)
    if key is None:
        raise NotFound("There is no such API key.")
    if key.scope == "admin" and sum(one.scope == "admin" for one in own) == 1:
        raise Conflict("This is the last key of scope admin: make another one first.", reason="last_admin_key")
    tx.revoke_api_key(org_id, key.id, at)


def new_secret() -> str:
    """A fresh API key."""
    return f"rt_{ids.secret_token(32)}"


def find(tx: Tx, secret: str) -> ApiKey | None:
    """The key of that secret when it is not revoked."""
    key = tx.api_key_by_hash(hashed(secret))
    return None if key is None or key.revoked_at is not None else key


def is_touch_due(key: ApiKey, *, at: datetime) -> bool:
    """Whether the key's last use is old enough to be written again."""
    return key.last_used_at is None or at - key.last_used_at > _TOUCH_EVERY
