"""What the main process serves and sends over HTTP."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from contextlib import suppress
from decimal import Decimal
from pathlib import Path

from fastapi import FastAPI

from ringtrue import ids
from ringtrue.agents import files
from ringtrue.api.admission import Admission
from ringtrue.api.app import create_app
from ringtrue.api.deps import ApiDeps
from ringtrue.api.doors import RequestStore
from ringtrue.bootstrap.chats import chats
from ringtrue.bootstrap.dialling import policy_of
from ringtrue.calls.threads import Prices
from ringtrue.clock import Clock
from ringtrue.settings import Settings
from ringtrue.storage.database import SqliteStore
from ringtrue.storage.recordings import RecordingFiles
from ringtrue.webhooks.addresses import networks
from ringtrue.webhooks.deliverer import Deliverer
from ringtrue.webhooks.resolver import Resolver
from ringtrue.webhooks.sender import Sender
from ringtrue.webhooks.transport import GuardedTransport

_LINK_KEY_FILE = "link-key"
# A file of its own, not derived from the other: whoever takes back every token by removing it leaves all links as they are.
_TOKEN_KEY_FILE = "token-key"  # noqa: S105 - a name


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
    return create_app(
        ApiDeps(
            store=RequestStore(store),
            files=files.YamlProjectFiles(),
            policy=policy_of(settings, is_simulated=is_simulated),
            clock=clock,
            recordings=recordings,
            link_key=_kept_key(settings.data / _LINK_KEY_FILE),
            token_key=_kept_key(settings.data / _TOKEN_KEY_FILE),
            public_url=public_url,
            ring=ring,
            is_ready=is_ready,
            is_draining=is_draining,
            project_schema=json.loads(files.json_schema()),
            chats=chats(),
            admission=Admission(rate=settings.request_rate, burst=settings.request_burst),
            allowed_origins=settings.allowed_origin,
            prices=Prices(message=Decimal(settings.message_price), minute=Decimal(settings.minute_price)),
        )
    )


def build_deliverer(settings: Settings, *, store: SqliteStore, clock: Clock) -> Deliverer:
    """What tells the webhooks, which reach the networks that the operator allowed besides the public ones."""
    transport = GuardedTransport(resolver=Resolver(), allowed=networks(settings.allow_webhook))
    return Deliverer(store=store, sender=Sender(clock=clock, transport=transport), clock=clock)


def _kept_key(path: Path) -> bytes:
    """The key of that file: drawn once, readable by us alone, there whole or not at all."""
    with suppress(FileNotFoundError):
        return path.read_bytes()
    key = ids.token_hex(32).encode()
    new = path.with_name(f"{path.name}.new")
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(key)
    new.replace(path)
    return key
