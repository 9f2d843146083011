"""API keys: `/api-keys`, for keys of scope admin."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Depends

from ringtrue.api.auth import Admin
from ringtrue.api.deps import Deps
from ringtrue.api.fields import refusing
from ringtrue.api.joining import keep_no_answer
from ringtrue.api.once import OnceRoute
from ringtrue.api.refusals import refuses
from ringtrue.calls import keys
from ringtrue.clock import rfc3339
from ringtrue.domain.records import ApiKey
from ringtrue.wire.organization import ApiKeyRequest, ApiKeyShape, ApiKeysShape, NewApiKeyShape

router = APIRouter(tags=["API keys"], route_class=OnceRoute)


@router.get("/api-keys", response_model=ApiKeysShape, dependencies=[Depends(refusing())])
async def list_api_keys(client: Admin, deps: Deps) -> ApiKeysShape:
    """Every key that opens something, oldest first."""
    found = await deps.store.read(lambda tx: tx.api_keys(client.org_id))
    return ApiKeysShape(api_keys=[ApiKeyShape(**_fields(key)) for key in found])


@router.post("/api-keys", response_model=NewApiKeyShape, status_code=201, dependencies=[Depends(refusing(ApiKeyRequest))])
async def create_api_key(body: ApiKeyRequest, client: Admin, deps: Deps) -> NewApiKeyShape:
    """A new key. The answer alone has the key itself: what is kept is its hash."""
    keep_no_answer()
    at, secret = deps.clock.now(), keys.new_secret()
    issued = await deps.store.run(lambda tx: keys.issue(tx, client.org_id, body.name, body.scope, secret=secret, at=at))
    return NewApiKeyShape(**_fields(issued.key), key=issued.secret)


@router.delete("/api-keys/{key_id}", status_code=204, dependencies=[Depends(refusing())])
@refuses("last_admin_key")
async def revoke_api_key(key_id: str, client: Admin, deps: Deps) -> None:
    """Let a key open nothing any more. The last one of scope admin stays."""
    at = deps.clock.now()
    await deps.store.run(lambda tx: keys.revoke(tx, client.org_id, key_id, at=at))


def _fields(key: ApiKey) -> dict[str, Any]:
    return {
        "id": key.id,
        "name": key.name,
        "scope": key.scope,
        "created_at": rfc3339(key.created_at),
        "last_used_at": rfc3339(key.last_used_at) if key.last_used_at is not None else None,
    }
