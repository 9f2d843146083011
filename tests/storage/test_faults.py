"""What the operator reads when the database cannot be used."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from ringtrue.calls.store import Tx
from ringtrue.clock import SystemClock
from ringtrue.errors import SetupError, StoreUnavailable
from ringtrue.storage.database import SqliteStore, connect
from ringtrue.testing.contracts.store_samples import ORG, OTHER_ORG


def test_a_damaged_database_is_named(tmp_path: Path) -> None:
    """With the remedy, in one sentence."""
    path = tmp_path / "ringtrue.db"
    path.write_bytes(b"this is not a database " * 100)

    with pytest.raises(SetupError, match="is damaged or none of ours: restore a backup"):
        SqliteStore.open(path, SystemClock())


def test_a_database_in_an_impossible_folder_is_named(tmp_path: Path) -> None:
    """A file stands where its folder should be."""
    (tmp_path / "file").touch()

    with pytest.raises(SetupError, match="cannot be written to"):
        SqliteStore.open(tmp_path / "file" / "ringtrue.db", SystemClock())


def test_a_folder_in_place_of_the_database_is_named(tmp_path: Path) -> None:
    """It exists but cannot be opened."""
    (tmp_path / "ringtrue.db").mkdir()

    with pytest.raises(SetupError, match="cannot be written to"):
        SqliteStore.open(tmp_path / "ringtrue.db", SystemClock())


def test_a_full_disk_fails_the_transaction_and_nothing_else(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The sentence names it, what was stored stays, and later writes succeed once there is room."""
    store = SqliteStore.open(database, SystemClock())
    store.run_now(lambda tx: tx.add_org(ORG))
    writer = store._writer
    [pages] = writer.execute("PRAGMA page_count").fetchone()
    writer.execute(f"PRAGMA max_page_count = {pages}")

    def much(tx: Tx) -> None:
        tx.suppress(ORG.id, "+14155550123", "x" * 1_000_000, ORG.created_at)

    with pytest.raises(StoreUnavailable, match="is full: free some space") as full:
        store.run_now(much)
    assert full.value.retryable
    assert store.read_now(lambda tx: tx.orgs()) == [ORG]
    assert not store.read_now(lambda tx: tx.is_suppressed(ORG.id, "+14155550123"))

    writer.execute("PRAGMA max_page_count = 1000000")
    store.run_now(much)
    assert store.read_now(lambda tx: tx.is_suppressed(ORG.id, "+14155550123"))
    store.close()


def busy_once() -> Callable[[Tx], int]:
    """A work that meets another writer the first time and counts how often it ran."""
    runs = []

    def work(tx: Tx) -> int:
        tx.add_org(ORG if runs else OTHER_ORG)
        runs.append(1)
        if len(runs) == 1:
            conflict = sqlite3.OperationalError("database is locked")
            conflict.sqlite_errorcode = sqlite3.SQLITE_BUSY
            raise conflict
        return len(runs)

    return work


def test_work_is_run_again_after_a_conflict(store: SqliteStore) -> None:
    """The first run leaves nothing."""
    assert asyncio.run(store.run(busy_once())) == 2

    assert store.read_now(lambda tx: tx.orgs()) == [ORG]


class Impatient(SystemClock):
    """A clock on which every reading is a minute after the last."""

    elapsed = 0.0

    def monotonic(self) -> float:
        self.elapsed += 60.0
        return self.elapsed


def test_a_database_held_by_another_program_is_given_up(database: Path) -> None:
    """After a while, with a sentence; the store goes on when it is free."""
    store = SqliteStore.open(database, Impatient())
    store._writer.execute("PRAGMA busy_timeout = 1")
    other = connect(database)
    other.execute("BEGIN IMMEDIATE")

    with pytest.raises(StoreUnavailable, match="Another program holds the database"):
        store.run_now(lambda tx: tx.add_org(ORG))
    other.execute("ROLLBACK")
    other.close()

    store.run_now(lambda tx: tx.add_org(ORG))
    assert store.read_now(lambda tx: tx.orgs()) == [ORG]
    store.close()


def test_a_mistake_of_the_program_keeps_its_class(store: SqliteStore) -> None:
    """A row that refers to nothing is a bug, not the operator's trouble."""
    with pytest.raises(sqlite3.IntegrityError, match="FOREIGN KEY"):
        store.run_now(lambda tx: tx.suppress(ORG.id, "+14155550123", "asked", ORG.created_at))


def test_readers_do_not_wait_for_a_writer(store: SqliteStore) -> None:
    """A read inside a write sees what was committed before."""

    def work(tx: Tx) -> int:
        tx.add_org(ORG)
        return len(store.read_now(lambda other: other.orgs()))

    assert store.run_now(work) == 0


def test_commits_are_durable(store: SqliteStore) -> None:
    """WAL with a sync at every commit: 2 is FULL."""
    assert tuple(store._writer.execute("PRAGMA journal_mode").fetchone()) == ("wal",)
    assert tuple(store._writer.execute("PRAGMA synchronous").fetchone()) == (2,)
    assert tuple(store._writer.execute("PRAGMA foreign_keys").fetchone()) == (1,)


def test_the_database_is_private(tmp_path: Path) -> None:
    """It holds numbers and transcripts."""
    SqliteStore.open(tmp_path / "ringtrue.db", SystemClock()).close()

    assert (tmp_path / "ringtrue.db").stat().st_mode & 0o777 == 0o600


def test_closing_twice_is_harmless(database: Path) -> None:
    """And what was written stays."""
    store = SqliteStore.open(database, SystemClock())
    store.run_now(lambda tx: tx.add_org(ORG))
    store.close()
    store.close()

    again = SqliteStore.open(database, SystemClock())
    assert again.read_now(lambda tx: tx.orgs()) == [ORG]
    again.close()


def test_a_cancelled_wait_keeps_begun_work_and_drops_the_rest(store: SqliteStore) -> None:
    """A transaction is done whole or not at all, whoever stops waiting for it."""
    may_go_on, has_begun = threading.Event(), threading.Event()

    def slow(tx: Tx) -> None:
        tx.add_org(ORG)
        has_begun.set()
        may_go_on.wait()

    async def cancel_both() -> None:
        begun = asyncio.create_task(store.run(slow))
        await asyncio.to_thread(has_begun.wait)
        queued = asyncio.create_task(store.run(lambda tx: tx.add_org(OTHER_ORG)))
        await asyncio.sleep(0)
        begun.cancel()
        queued.cancel()
        outcomes = await asyncio.gather(begun, queued, return_exceptions=True)
        assert [type(outcome) for outcome in outcomes] == [asyncio.CancelledError] * 2

    asyncio.run(cancel_both())
    may_go_on.set()

    assert store.run_now(lambda tx: tx.orgs()) == [ORG]
