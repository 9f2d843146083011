"""A new organization in the data folder itself; its own file, because no other command needs the database."""

from __future__ import annotations

from pathlib import Path

from ringtrue.calls import keys
from ringtrue.calls.store import Tx
from ringtrue.clock import SystemClock
from ringtrue.domain.records import Organization
from ringtrue.storage.database import SqliteStore


def found(database: Path, name: str) -> tuple[Organization, str]:
    """The organization and its first key, of scope admin, which cannot be had again. A server may have the database open.

    Raises SetupError for a file that is no database of ours, StoreUnavailable.
    """
    secret, clock = keys.new_secret(), SystemClock()

    def work(tx: Tx) -> Organization:
        org = keys.create_org(tx, name, at=clock.now())
        keys.issue(tx, org.id, "first", "admin", secret=secret, at=clock.now())
        return org

    store = SqliteStore.open(database, clock)
    try:
        return store.run_now(work), secret
    finally:
        store.close()
