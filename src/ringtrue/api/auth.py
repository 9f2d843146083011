"""Who asks: an organization with its API key, or a guest with a thread token; raw or as a bearer token.

A route states who may ask by the type of its client: `Reader`, `Writer` and `Admin` take API keys only, so that whatever says
nothing of guests is closed to them; `ThreadReader` and `ThreadWriter` take both, and such a route asks the client whose thread
or call it may see.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import Depends, Request, Security
from fastapi.security import APIKeyHeader

from ringtrue import logs
from ringtrue.api import origins, thread_tokens
from ringtrue.api.deps import ApiDeps, Deps, of_request
from ringtrue.api.joining import apart
from ringtrue.api.problems import Problem
from ringtrue.api.refusals import refuses
from ringtrue.api.thread_tokens import Extra
from ringtrue.calls import keys
from ringtrue.domain.call import Call
from ringtrue.domain.records import ApiKey, KeyScope
from ringtrue.errors import NotFound, StoreUnavailable
from ringtrue.ids import OrgId, ThreadId

_log = logs.get(__name__)

# Describes the header in the OpenAPI document; what it holds is read below, so that both forms work and 401 is a problem.
_HEADER = APIKeyHeader(
    name="Authorization",
    auto_error=False,
    description="The organization's API key, raw or as bearer token. Operations on one thread take a token of it as well.",
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Client:
    """An authenticated organization."""

    org_id: OrgId
    scope: KeyScope

    @property
    def only_thread(self) -> ThreadId | None:
        """The one thread that the client may see; None for all of the organization."""
        return None

    def thread(self, thread_id: str) -> ThreadId:
        """The thread that is asked for."""
        return ThreadId(thread_id)

    def check(self, call: Call) -> None:
        """Whether the client may see this call of its organization."""

    def sees(self, extra: Extra) -> bool:
        """Whether the client is shown that of a call."""
        return True

    def request_key(self, key: str) -> str:
        """The idempotency key among those of the organization."""
        return key


@dataclass(frozen=True, kw_only=True, slots=True)
class Guest:
    """Whoever holds a thread token: one thread of an organization is open to it, until the token expires."""

    org_id: OrgId
    thread_id: ThreadId
    include: frozenset[Extra]
    expires_at: datetime

    @property
    def only_thread(self) -> ThreadId | None:
        """The one thread that the guest may see."""
        return self.thread_id

    def thread(self, thread_id: str) -> ThreadId:
        """The guest's thread. Raises NotFound for any other, as for one that never was."""
        if thread_id != self.thread_id:
            raise NotFound("There is no such thread.")
        return self.thread_id

    def check(self, call: Call) -> None:
        """Raises NotFound for a call of another thread, as for one that never was."""
        if call.thread_id != self.thread_id:
            raise NotFound("There is no such call.")

    def sees(self, extra: Extra) -> bool:
        """Whether the token was made to show that of a call."""
        return extra in self.include

    def request_key(self, key: str) -> str:
        """The idempotency key apart from the organization's own, and from other guests': what they were told is not for it."""
        return f"{self.thread_id} {key}"  # no key of a client holds a space


Principal = Client | Guest


@refuses("unauthorized", "cross_origin_api_key")
async def principal(request: Request, deps: Deps, _described: Annotated[str | None, Security(_HEADER)]) -> Principal:
    """Whoever asks. Raises Problem (401), and (403) for an API key from a page of another origin."""
    key = await presented(request)
    if isinstance(key, Guest):
        return key
    if key is None and thread_tokens.looks_like_one(secret_of(request)):
        raise _unauthorized("This thread token has expired or is none of ours: ask for another one.")
    if key is None:
        raise _unauthorized(
            "Send your API key in the Authorization header; the first start printed one and keeps it in DATA/api-key."
        )
    if origins.is_foreign(request, deps.public_url):
        raise Problem(
            403, "cross_origin_api_key", "An API key does not belong in a web page: give the page a token of its thread instead."
        )
    deps.store.admit(key.org_id)
    await _touch(deps, key)
    return Client(org_id=key.org_id, scope=key.scope)


def secret_of(request: Request) -> str:
    """What stands in the Authorization header, with or without its scheme; empty where nothing does."""
    value = request.headers.get("Authorization", "").strip()
    scheme, _, rest = value.partition(" ")
    return rest.strip() if scheme.lower() == "bearer" else value


async def presented(request: Request) -> ApiKey | Guest | None:
    """The valid key or thread token that the request brings, None where it brings none. Looked up once for each request."""
    if not hasattr(request.state, "presented"):
        request.state.presented = await _looked_up(of_request(request), secret_of(request))
    found: ApiKey | Guest | None = request.state.presented
    return found


async def _looked_up(deps: ApiDeps, secret: str) -> ApiKey | Guest | None:
    if thread_tokens.looks_like_one(secret):
        return await guest(deps, secret)
    return await deps.store.key_of(secret) if secret else None


async def guest(deps: ApiDeps, token: str) -> Guest | None:
    """Whoever holds that token; None where it is not ours, is not good now, or its thread is gone."""
    read = thread_tokens.read(deps.token_key, token, at=deps.clock.now())
    if read is None:
        return None
    deps.store.admit(read.org_id)  # the signature says whose thread it is
    if await deps.store.read(lambda tx: tx.thread(read.org_id, read.thread_id)) is None:
        return None
    return Guest(org_id=read.org_id, thread_id=read.thread_id, include=read.include, expires_at=read.expires_at)


def _unauthorized(detail: str) -> Problem:
    return Problem(401, "unauthorized", detail, headers={"WWW-Authenticate": "Bearer"})


async def _touch(deps: ApiDeps, key: ApiKey) -> None:
    at = deps.clock.now()
    if not keys.is_touch_due(key, at=at):
        return
    try:
        with apart():
            await deps.store.run(lambda tx: tx.touch_api_key(key.org_id, key.id, at))
    except StoreUnavailable as exc:  # a full disk must not keep anybody from reading; who writes will be told
        _log.warning("api_key.untouched", key_id=key.id, reason=exc.sentence)


ThreadReader = Annotated[Principal, Depends(principal)]


@refuses("key_reads_only")
async def thread_writer(found: ThreadReader) -> Principal:
    """A guest, or a client whose key may change things. Raises Problem (403)."""
    if isinstance(found, Client) and found.scope == "read":
        raise Problem(403, "key_reads_only", "This API key may only read: use one of scope full or admin.")
    return found


@refuses("thread_token_not_enough")
async def client(found: ThreadReader) -> Client:
    """The organization of the key. Raises Problem (403) for a guest."""
    if isinstance(found, Guest):
        raise Problem(403, "thread_token_not_enough", "A thread token does not open this: use an API key of the organization.")
    return found


@refuses("key_reads_only")
async def writer(found: Annotated[Client, Depends(client)]) -> Client:
    """A client whose key may change things. Raises Problem (403)."""
    await thread_writer(found)
    return found


@refuses("key_not_admin")
async def admin(found: Annotated[Client, Depends(client)]) -> Client:
    """A client whose key may see what was kept for operators. Raises Problem (403)."""
    if found.scope != "admin":
        raise Problem(403, "key_not_admin", "This API key may not see this: use one of scope admin.")
    return found


Reader = Annotated[Client, Depends(client)]
Writer = Annotated[Client, Depends(writer)]
Admin = Annotated[Client, Depends(admin)]
ThreadWriter = Annotated[Principal, Depends(thread_writer)]
