"""A real store with an office in it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from ringtrue.clock import SystemClock
from ringtrue.storage.database import SqliteStore
from ringtrue.testing.office import Office, open_office


@pytest.fixture(scope="session")
def office_database(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Office]:
    """A database with an office, made once."""
    path = tmp_path_factory.mktemp("office") / "ringtrue.db"
    store = SqliteStore.open(path, SystemClock())
    office = store.run_now(open_office)
    store.close()
    return path, office


@pytest.fixture
def office(office_database: tuple[Path, Office]) -> Office:
    """The office in it."""
    return office_database[1]


@pytest.fixture
def store(tmp_path: Path, office_database: tuple[Path, Office]) -> Iterator[SqliteStore]:
    """A copy of it as an open store."""
    opened = SqliteStore.open(Path(shutil.copy(office_database[0], tmp_path / "ringtrue.db")), SystemClock())
    yield opened
    opened.close()
