"""A real store with an office in it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import datetime, tzinfo
from pathlib import Path

import pytest
import standardwebhooks.webhooks as reference

from ringtrue.clock import SystemClock
from ringtrue.storage.database import SqliteStore
from ringtrue.testing.clock import LoopClock
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


@pytest.fixture
def _library_on_our_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """The reference library compares the time of a try with its own: here with the virtual one."""

    class Now(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
            return LoopClock().now()

    monkeypatch.setattr(reference, "datetime", Now)
