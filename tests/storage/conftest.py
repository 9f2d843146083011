"""An open store on a fresh file; the schema is made once and copied."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ringtrue.clock import SystemClock
from ringtrue.storage.database import SqliteStore, connect
from ringtrue.storage.sql import SqliteSql
from ringtrue.storage.tx import SqlTx
from ringtrue.testing.contracts.store_samples import add_owners, waiting_call


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated database without rows."""
    path = tmp_path_factory.mktemp("template") / "ringtrue.db"
    SqliteStore.open(path, SystemClock()).close()
    return path


@pytest.fixture
def database(tmp_path: Path, empty_database: Path) -> Path:
    """A copy of it that the test may write."""
    return Path(shutil.copy(empty_database, tmp_path / "ringtrue.db"))


@pytest.fixture
def store(database: Path) -> Iterator[SqliteStore]:
    """That copy as an open store."""
    opened = SqliteStore.open(database, SystemClock())
    yield opened
    opened.close()


Trial = Callable[[Callable[[SqlTx], None]], None]


@pytest.fixture(scope="module")
def trial(empty_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Trial]:
    """Runs a check on a transaction with every owner and one call, and undoes it."""
    path = tmp_path_factory.mktemp("rows") / "ringtrue.db"
    path.write_bytes(empty_database.read_bytes())
    connection = connect(path)
    tx = SqlTx(SqliteSql(connection))

    def run(check: Callable[[SqlTx], None]) -> None:
        connection.execute("BEGIN")
        try:
            add_owners(tx)
            tx.add_call(waiting_call("1"))
            check(tx)
        finally:
            connection.execute("ROLLBACK")

    yield run
    connection.close()
