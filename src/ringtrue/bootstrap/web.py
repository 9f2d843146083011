"""The HTTP application of the main process."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

from fastapi import FastAPI

from ringtrue import ids
from ringtrue.agents import files
from ringtrue.api.app import create_app
from ringtrue.api.deps import ApiDeps
from ringtrue.api.doors import RequestStore
from ringtrue.calls.place import DialPolicy
from ringtrue.clock import Clock
from ringtrue.settings import Settings
from ringtrue.storage.database import SqliteStore
from ringtrue.storage.recordings import RecordingFiles

_LINK_KEY_FILE = "link-key"


def build_app(
    settings: Settings,
    *,
    store: SqliteStore,
    clock: Clock,
    recordings: RecordingFiles,
    public_url: str,
    ring: Callable[[], None],
    is_ready: Callable[[], bool],
    is_draining: Callable[[], bool],
    is_simulated: bool,
) -> FastAPI:
    """The application over the adapters of this machine."""
    policy = DialPolicy(
        has_trunk=settings.trunk is not None,
        simulated=is_simulated,
        home_country=settings.country,
        countries=(settings.country,),
    )
    return create_app(
        ApiDeps(
            store=RequestStore(store),
            files=files.YamlProjectFiles(),
            policy=policy,
            clock=clock,
            recordings=recordings,
            link_key=_link_key(settings.data / _LINK_KEY_FILE),
            public_url=public_url,
            ring=ring,
            is_ready=is_ready,
            is_draining=is_draining,
            project_schema=json.loads(files.json_schema()),
        )
    )


def _link_key(path: Path) -> bytes:
    """The key that links are signed with: drawn once, readable by us alone."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        key = ids.token_hex(32).encode()
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(key)
        return key
