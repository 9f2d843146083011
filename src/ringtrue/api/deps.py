"""What the HTTP room is given: ports and settings, wired by the bootstrap."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Protocol

from fastapi import Depends, Request

from ringtrue.calls.chats import Chats
from ringtrue.calls.place import DialPolicy
from ringtrue.calls.project_file import ProjectFiles
from ringtrue.calls.store import Store
from ringtrue.clock import Clock


class Recordings(Protocol):
    """Where recordings lie."""

    def path(self, name: str) -> Path:
        """The file of that name. Raises NotFound."""
        ...


@dataclass(frozen=True, kw_only=True)
class ApiDeps:
    """Everything a route may use. `ring` tells the media process that the calls table changed.

    Where idempotency keys are to hold, `store` is a `joining.JoiningStore`.
    """

    store: Store
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


def of_request(request: Request) -> ApiDeps:
    """The app's dependencies."""
    deps = request.app.state.deps
    assert isinstance(deps, ApiDeps)
    return deps


Deps = Annotated[ApiDeps, Depends(of_request)]
