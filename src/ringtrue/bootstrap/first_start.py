"""What the first start of a data folder makes: an organization, the example project, a number and an API key."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from ringtrue.agents import files
from ringtrue.calls import keys, projects
from ringtrue.calls.store import Tx
from ringtrue.clock import Clock
from ringtrue.domain.records import Number
from ringtrue.settings import Settings
from ringtrue.storage.database import SqliteStore

EXAMPLE = "appointment"
KEY_FILE = "api-key"
URL_FILE = "url"


@dataclass(frozen=True, kw_only=True, slots=True)
class FirstStart:
    """The new key, and a command that uses it."""

    key: str
    curl: str


def prepare(store: SqliteStore, settings: Settings, clock: Clock, *, base_url: str) -> FirstStart | None:
    """Make what a first start makes, once; None when the folder was used before."""
    secret = keys.new_secret()
    at = clock.now()

    def work(tx: Tx) -> bool:
        if tx.orgs():
            return False
        org = keys.create_org(tx, "default", at=at)
        keys.issue(tx, org.id, "first", "admin", secret=secret, at=at)
        applied = projects.apply(tx, org.id, EXAMPLE, files.example(EXAMPLE), files=files.YamlProjectFiles(), at=at)
        tx.put_number(Number(e164=settings.number, org_id=org.id, project_id=applied.project.id, created_at=at))
        return True

    # The key is on disk before it is in the database: a crash in between makes a new one, never a locked-out folder.
    if store.read_now(lambda tx: bool(tx.orgs())):
        return None
    _write_key(settings.data / KEY_FILE, secret)
    if not store.run_now(work):
        return None
    return FirstStart(key=secret, curl=_curl(base_url, secret))


def _write_key(path: Path, secret: str) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        os.fchmod(descriptor, 0o600)
        file.write(secret + "\n")


def _curl(base_url: str, key: str) -> str:
    body = (
        '{"callee": "+14155550123", "project_id": "appointment", '
        '"json_data": "{\\"first_name\\": \\"Anna\\", \\"appointment\\": \\"2027-03-04T10:30\\", '
        '\\"offers\\": [\\"2027-03-05T09:00\\"]}"}'
    )
    return f"curl -X POST {base_url}/voice/phone-call -H 'Authorization: {key}' -H 'Content-Type: application/json' -d '{body}'"
