"""An open store on a fresh file; the schema is made once and copied."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from ringtrue.clock import SystemClock
from ringtrue.storage.database import SqliteStore


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
