"""Transactions on the store with an office in it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import pytest

from ringtrue.calls.store import Tx
from ringtrue.storage.database import SqliteStore

T = TypeVar("T")
Do = Callable[[Callable[[Tx], T]], T]


@pytest.fixture
def do(store: SqliteStore) -> Do:
    """Runs one writing transaction."""
    return store.run_now
