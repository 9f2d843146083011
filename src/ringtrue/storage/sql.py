"""The three things the rooms of a transaction ask of a driver; statements carry named parameters (`:name`).

A PostgreSQL transaction puts its own `Sql` beside this one and the rooms serve both: only locking differs, as `locked` and
`skip_locked`, which SQLite does not need because it has one writer at a time.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from ringtrue.errors import Duplicate

Row = Mapping[str, Any]  # Any: what a driver returns for a column; rows.py gives it its type.
Value = str | int | bytes | None


class Sql(Protocol):
    """One open transaction."""

    locked: str
    skip_locked: str

    def one(self, statement: str, **values: Value) -> Row | None:
        """The first row, if any."""
        ...

    def all(self, statement: str, **values: Value) -> Sequence[Row]:
        """Every row."""
        ...

    def change(self, statement: str, values: Mapping[str, Value]) -> int:
        """How many rows were written. Raises Duplicate."""
        ...


class Driver(Sql, Protocol):
    """What is put around a driver's transaction asks of it: passing names on twice would cost more than the checks do."""

    def first(self, statement: str, values: Mapping[str, Value]) -> Row | None:
        """As `Sql.one`."""
        ...

    def rows(self, statement: str, values: Mapping[str, Value]) -> Sequence[Row]:
        """As `Sql.all`."""
        ...


class SqliteSql:
    """A transaction on one connection of the standard library."""

    locked = ""
    skip_locked = ""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def one(self, statement: str, **values: Value) -> Row | None:
        """The first row, if any."""
        return self.first(statement, values)

    def all(self, statement: str, **values: Value) -> Sequence[Row]:
        """Every row."""
        return self.rows(statement, values)

    def first(self, statement: str, values: Mapping[str, Value]) -> Row | None:
        """As `one`."""
        row: Row | None = self._connection.execute(statement, values).fetchone()
        return row

    def rows(self, statement: str, values: Mapping[str, Value]) -> Sequence[Row]:
        """As `all`."""
        rows: Sequence[Row] = self._connection.execute(statement, values).fetchall()
        return rows

    def change(self, statement: str, values: Mapping[str, Value]) -> int:
        """How many rows were written. Raises Duplicate."""
        try:
            return self._connection.execute(statement, values).rowcount
        except sqlite3.IntegrityError as error:
            if error.sqlite_errorcode in (sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY, sqlite3.SQLITE_CONSTRAINT_UNIQUE):
                raise Duplicate(f"That row is there already ({error}).") from error
            raise
