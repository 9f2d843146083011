"""Tokens of threads: `POST /threads/{thread_id}/token`."""

from __future__ import annotations

from datetime import timedelta

from fastapi import APIRouter, Depends

from ringtrue.api import thread_tokens
from ringtrue.api.auth import Writer
from ringtrue.api.deps import Deps
from ringtrue.api.fields import ignoring
from ringtrue.api.once import OnceRoute
from ringtrue.calls import threads
from ringtrue.clock import rfc3339
from ringtrue.ids import ThreadId
from ringtrue.wire.threads import ThreadTokenRequest, ThreadTokenShape

router = APIRouter(tags=["Threads"], route_class=OnceRoute)
_DEFAULT = timedelta(hours=1)


@router.post("/threads/{thread_id}/token", response_model=ThreadTokenShape, dependencies=[Depends(ignoring(ThreadTokenRequest))])
async def create_token(thread_id: str, client: Writer, deps: Deps, body: ThreadTokenRequest | None = None) -> ThreadTokenShape:
    """A token that opens this thread alone, for its party's browser or app: its messages, its calls, chat and the socket.

    It is a JWT, good for an hour unless `expires_in` says otherwise, and shows a call's analysis and recording only where
    `include` has them. It cannot be taken back but with its thread.
    """
    wanted = body or ThreadTokenRequest()
    thread = await deps.store.read(lambda tx: threads.get(tx, client.org_id, ThreadId(thread_id)))
    at = deps.clock.now()
    life = _DEFAULT if wanted.expires_in is None else timedelta(seconds=wanted.expires_in)
    token = thread_tokens.ThreadToken(
        org_id=client.org_id,
        thread_id=thread.id,
        expires_at=at.replace(microsecond=0) + life,  # the token counts whole seconds
        include=frozenset(wanted.include or ()),
    )
    return ThreadTokenShape(access_token=thread_tokens.mint(deps.token_key, token, at=at), expires_at=rfc3339(token.expires_at))
