"""What the HTTP room is given: ports and settings, wired by the bootstrap."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Annotated, Protocol

from fastapi import Depends
from fastapi.requests import HTTPConnection

from ringtrue.api.admission import Admission
from ringtrue.api.doors import RequestStore
from ringtrue.calls.chats import Chats
from ringtrue.calls.dial_policy import DialPolicy
from ringtrue.calls.project_file import ProjectFiles
from ringtrue.calls.threads import Prices
from ringtrue.clock import Clock


class Recordings(Protocol):
    """Where recordings lie."""

    def path(self, name: str) -> Path:
        """The file of that name. Raises NotFound."""
        ...


@dataclass(frozen=True, kw_only=True)
class ApiDeps:
    """Everything a route may use. `ring` tells the media process that the calls table changed."""

    store: RequestStore
    files: ProjectFiles
    policy: DialPolicy
    clock: Clock
    recordings: Recordings
    link_key: bytes
    token_key: bytes
    public_url: str
    ring: Callable[[], None]
    is_ready: Callable[[], bool]
    is_draining: Callable[[], bool]
    project_schema: Mapping[str, object]
    chats: Chats
    admission: Admission = field(default_factory=lambda: Admission(rate=0, burst=0))
    allowed_origins: tuple[str, ...] = ()
    prices: Prices = field(default_factory=Prices)


def of_request(connection: HTTPConnection) -> ApiDeps:
    """The app's dependencies, with a store of this request's or socket's own, which serves nobody until somebody was admitted."""
    own: ApiDeps | None = getattr(connection.state, "deps", None)
    if own is None:
        deps = connection.app.state.deps
        assert isinstance(deps, ApiDeps)
        own = connection.state.deps = replace(deps, store=deps.store.for_request())
    return own


async def _given(request: HTTPConnection) -> ApiDeps:
    """`of_request` for the framework, which would call what is not async in a thread."""
    return of_request(request)


Deps = Annotated[ApiDeps, Depends(_given)]
