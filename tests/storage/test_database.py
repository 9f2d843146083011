"""The store on SQLite passes the contract suite of the store port."""

from __future__ import annotations

from ringtrue.testing.contracts.store import StoreContract


class TestSqliteStore(StoreContract):
    """With the fixture `store` of this folder."""
