"""Who asks: an organization's API key, raw or as a bearer token."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request, Security
from fastapi.security import APIKeyHeader

from ringtrue import logs
from ringtrue.api.deps import Deps
from ringtrue.api.joining import apart
from ringtrue.api.problems import Problem
from ringtrue.calls import keys
from ringtrue.domain.records import ApiKey, KeyScope
from ringtrue.errors import StoreUnavailable
from ringtrue.ids import OrgId

_log = logs.get(__name__)

# Describes the header in the OpenAPI document; what it holds is read below, so that both forms work and 401 is a problem.
_HEADER = APIKeyHeader(name="Authorization", auto_error=False, description="The organization's API key, raw or as bearer token.")


@dataclass(frozen=True, kw_only=True, slots=True)
class Client:
    """An authenticated organization."""

    org_id: OrgId
    scope: KeyScope


async def client(request: Request, deps: Deps, _described: Annotated[str | None, Security(_HEADER)]) -> Client:
    """The organization of the key. Raises Problem (401)."""
    value = request.headers.get("Authorization", "").strip()
    scheme, _, rest = value.partition(" ")
    secret = rest.strip() if scheme.lower() == "bearer" else value
    key = await deps.store.key_of(secret) if secret else None
    if key is None:
        raise Problem(
            401,
            "unauthorized",
            "Send your API key in the Authorization header; the first start printed one and keeps it in DATA/api-key.",
            headers={"WWW-Authenticate": "Bearer"},
        )
    deps.store.admit(key.org_id)
    await _touch(deps, key)
    return Client(org_id=key.org_id, scope=key.scope)


async def _touch(deps: Deps, key: ApiKey) -> None:
    at = deps.clock.now()
    if not keys.is_touch_due(key, at=at):
        return
    try:
        with apart():
            await deps.store.run(lambda tx: tx.touch_api_key(key.org_id, key.id, at))
    except StoreUnavailable as exc:  # a full disk must not keep anybody from reading; who writes will be told
        _log.warning("api_key.untouched", key_id=key.id, reason=exc.sentence)


async def writer(found: Annotated[Client, Depends(client)]) -> Client:
    """A client whose key may change things. Raises Problem (403)."""
    if found.scope == "read":
        raise Problem(403, "key_reads_only", "This API key may only read: use one of scope full or admin.")
    return found


async def admin(found: Annotated[Client, Depends(client)]) -> Client:
    """A client whose key may see what was kept for operators. Raises Problem (403)."""
    if found.scope != "admin":
        raise Problem(403, "key_not_admin", "This API key may not see this: use one of scope admin.")
    return found


Reader = Annotated[Client, Depends(client)]
Writer = Annotated[Client, Depends(writer)]
Admin = Annotated[Client, Depends(admin)]
