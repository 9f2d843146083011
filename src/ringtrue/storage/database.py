"""The store on SQLite: one writing thread, a few reading ones, each transaction wholly in its thread.

Several processes may have the same file open; the turnstile makes their writers take turns.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from pathlib import Path
from queue import SimpleQueue
from typing import NoReturn, Self, TypeVar

from ringtrue.calls.scope import Scope
from ringtrue.calls.store import Tx
from ringtrue.clock import Clock
from ringtrue.storage import faults, schema
from ringtrue.storage.locks import Turnstile
from ringtrue.storage.scope import scoped
from ringtrue.storage.sql import SqliteSql
from ringtrue.storage.tx import SqlTx

T = TypeVar("T")
Work = Callable[[Tx], T]

_READERS = 2  # a read takes some 30 us and holds the interpreter for most of it, so more threads only slow each other
_BUSY_TIMEOUT_MS = 2_000
_PATIENCE_SECONDS = 10.0  # how long a writer gives way to a program that does not use the turnstile


def connect(path: Path, *, reads_only: bool = False) -> sqlite3.Connection:
    """A connection in autocommit mode, durable on commit. May be used by any one thread at a time."""
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, cached_statements=256)
    try:
        connection.row_factory = sqlite3.Row
        connection.execute(f"PRAGMA busy_timeout = {_BUSY_TIMEOUT_MS}")
        connection.execute("PRAGMA foreign_keys = ON")
        # In WAL mode the default of NORMAL may lose the last commits with the power, and a lost intent could ring twice.
        connection.execute("PRAGMA synchronous = FULL")
        if reads_only:
            connection.execute("PRAGMA query_only = ON")
    except sqlite3.Error:
        connection.close()
        raise
    return connection


class SqliteStore:
    """The store port on one SQLite file, and the same transactions synchronously for the command line and the start."""

    def __init__(self, path: Path, clock: Clock, turnstile: Turnstile, writer: sqlite3.Connection) -> None:
        self._path = path
        self._clock = clock
        self._turnstile = turnstile
        self._writer = writer
        self._idle_readers: SimpleQueue[sqlite3.Connection] = SimpleQueue()
        for _ in range(_READERS):
            self._idle_readers.put(connect(path, reads_only=True))
        self._writing = ThreadPoolExecutor(1, thread_name_prefix="store-write")
        self._reading = ThreadPoolExecutor(_READERS, thread_name_prefix="store-read")
        self._is_open = True

    @classmethod
    def open(cls, path: Path, clock: Clock) -> Self:
        """The store in that file, made or migrated where needed. Raises SetupError with the remedy."""
        with ExitStack() as opened:
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.touch(mode=0o600)
                turnstile = opened.enter_context(closing(Turnstile(path)))
                with turnstile:
                    writer = opened.enter_context(closing(connect(path)))
                    writer.execute("PRAGMA journal_mode = WAL")
                    schema.bring_up_to_date(writer, path, lambda: connect(path))
                store = cls(path, clock, turnstile, writer)
            except (OSError, sqlite3.Error) as error:
                raise faults.at_start(error, path) from error
            opened.pop_all()  # From here on they are the store's to close.
            return store

    async def run(self, work: Work[T]) -> T:
        """One writing transaction, on disk when this returns; run again on conflict.

        Raises StoreUnavailable, or what `work` raises. Cancelling the wait does not undo a transaction that has begun.
        """
        return await asyncio.wrap_future(self._writing.submit(self._write, work))

    async def run_for(self, scope: Scope, work: Work[T]) -> T:
        """`run` within that scope. Raises ScopeBroken for a statement that reaches beyond it."""
        return await asyncio.wrap_future(self._writing.submit(self._write, work, scope))

    async def read_for(self, scope: Scope, work: Work[T]) -> T:
        """`read` within that scope. Raises ScopeBroken for a statement that reaches beyond it."""
        return await asyncio.wrap_future(self._reading.submit(self._read, work, scope))

    async def read(self, work: Work[T]) -> T:
        """One reading transaction: a consistent view that waits for no writer. `work` must not write."""
        return await asyncio.wrap_future(self._reading.submit(self._read, work))

    def run_now(self, work: Work[T]) -> T:
        """`run` for code outside an event loop; blocks the thread."""
        return self._writing.submit(self._write, work).result()

    def read_now(self, work: Work[T]) -> T:
        """`read` for code outside an event loop; blocks the thread."""
        return self._reading.submit(self._read, work).result()

    def close(self) -> None:
        """Finish what was begun and close every file; harmless when repeated."""
        if not self._is_open:
            return
        self._is_open = False
        self._writing.shutdown()
        self._reading.shutdown()
        for _ in range(_READERS):
            self._idle_readers.get().close()
        self._writer.close()
        self._turnstile.close()

    def _write(self, work: Work[T], scope: Scope | None = None) -> T:
        patient_until = self._clock.monotonic() + _PATIENCE_SECONDS
        while True:
            try:
                with self._turnstile:
                    return self._transaction(self._writer, "BEGIN IMMEDIATE", work, scope)
            except sqlite3.Error as error:
                if faults.is_conflict(error) and self._clock.monotonic() < patient_until:
                    continue
                self._raise_fault(error)

    def _read(self, work: Work[T], scope: Scope | None = None) -> T:
        connection = self._idle_readers.get()
        try:
            return self._transaction(connection, "BEGIN", work, scope)
        except sqlite3.Error as error:
            if faults.primary_code(error) == sqlite3.SQLITE_READONLY:
                raise RuntimeError("A reading transaction tried to write.") from error
            self._raise_fault(error)
        finally:
            self._idle_readers.put(connection)

    def _transaction(self, connection: sqlite3.Connection, begin: str, work: Work[T], scope: Scope | None) -> T:
        connection.execute(begin)
        try:
            result = work(SqlTx(scoped(SqliteSql(connection), scope)))
            connection.execute("COMMIT")
        except BaseException:
            # SQLite has rolled back by itself after some errors, a full disk among them.
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise
        return result

    def _raise_fault(self, error: sqlite3.Error) -> NoReturn:
        fault = faults.at_work(error, self._path)
        if fault is None:
            raise error
        raise fault from error
