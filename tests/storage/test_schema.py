"""A database is made, kept or refused by its version."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory

from ringtrue.clock import SystemClock
from ringtrue.domain.listing import CallsWanted
from ringtrue.errors import SetupError
from ringtrue.storage import migrations, schema
from ringtrue.storage.database import SqliteStore, connect
from ringtrue.storage.sql import SqliteSql
from ringtrue.storage.tx import SqlTx
from ringtrue.testing.contracts.store_samples import ORG, add_owners, waiting_call

_TABLES = {
    "alembic_version", "orgs", "api_keys", "projects", "versions", "numbers", "suppressions", "threads", "calls",
    "conversations", "leases", "legs", "dial_intents", "events", "effects", "utterances", "recordings", "outcomes", "analyses",
    "turn_logs", "turns", "requests", "webhooks", "deliveries", "chats", "messages", "call_metadata",
}  # fmt: skip
_OPEN = """
import sys
from pathlib import Path
from ringtrue.clock import SystemClock
from ringtrue.storage.database import SqliteStore
SqliteStore.open(Path(sys.argv[1]), SystemClock()).close()
print(sorted({"alembic", "sqlalchemy"} & sys.modules.keys()))
"""


def tables(path: Path) -> set[str]:
    """The tables of a database but SQLite's own."""
    connection = connect(path)
    found = {row["name"] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    connection.close()
    return {name for name in found if not name.startswith("sqlite_")}


def test_an_empty_file_becomes_the_whole_schema(empty_database: Path) -> None:
    """Every table is there."""
    assert tables(empty_database) == _TABLES


def test_every_table_is_strict(empty_database: Path) -> None:
    """A text never lands in a column of numbers."""
    connection = connect(empty_database)
    loose = {
        row["name"]
        for row in connection.execute("PRAGMA table_list")
        if not row["strict"] and row["schema"] == "main" and not row["name"].startswith("sqlite_")
    }
    connection.close()

    assert loose == {"alembic_version"}


def test_the_known_versions_are_the_shipped_migrations() -> None:
    """The list that spares the import of alembic agrees with its scripts."""
    config = Config()
    config.set_main_option("script_location", str(Path(next(iter(migrations.__path__)))))
    scripts = ScriptDirectory.from_config(config)

    assert tuple(reversed([script.revision for script in scripts.walk_revisions()])) == schema.VERSIONS
    assert scripts.get_current_head() == schema.HEAD


def test_a_newer_database_is_refused_and_left_alone(database: Path) -> None:
    """The sentence names the version and the way out."""
    connection = connect(database)
    connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()

    with pytest.raises(SetupError, match="newer version of Ringtrue") as refused:
        SqliteStore.open(database, SystemClock())

    assert "9999" in refused.value.sentence
    assert refused.value.sentence.count(". ") == 0
    assert tables(database) == _TABLES


def test_a_foreign_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    """Another program's file gets none of our tables."""
    path = tmp_path / "other.db"
    connection = connect(path)
    connection.execute("CREATE TABLE theirs (x)")
    connection.close()

    with pytest.raises(SetupError, match="not one of Ringtrue's"):
        SqliteStore.open(path, SystemClock())

    assert tables(path) == {"theirs"}


def test_a_failed_migration_leaves_nothing(tmp_path: Path) -> None:
    """A start that breaks off half-way is simply tried again."""
    path = tmp_path / "ringtrue.db"
    first = connect(path)

    def without_analyses() -> sqlite3.Connection:
        connection = connect(path)
        connection.set_authorizer(
            lambda action, name, *_: (
                sqlite3.SQLITE_DENY if (action, name) == (sqlite3.SQLITE_CREATE_TABLE, "analyses") else sqlite3.SQLITE_OK
            )
        )
        return connection

    with pytest.raises(Exception, match="not authorized"):
        schema.bring_up_to_date(first, path, without_analyses)
    first.close()
    assert tables(path) == set()

    SqliteStore.open(path, SystemClock()).close()
    assert tables(path) == _TABLES


def test_a_current_database_opens_without_the_migration_library(database: Path) -> None:
    """So that the ordinary start is quick."""
    opened = subprocess.run([sys.executable, "-c", _OPEN, str(database)], capture_output=True, text=True, check=True)

    assert opened.stdout == "[]\n"


def test_two_processes_may_open_a_new_database_at_once(tmp_path: Path) -> None:
    """One of them migrates, the other finds it done."""
    command = [sys.executable, "-c", _OPEN, str(tmp_path / "ringtrue.db")]
    both = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) for _ in range(2)]

    errors = [process.communicate()[1] for process in both]

    assert [process.returncode for process in both] == [0, 0], errors
    assert tables(tmp_path / "ringtrue.db") == _TABLES


def test_a_database_of_the_first_version_is_brought_up_to_date(tmp_path: Path) -> None:
    """Its rows stay; what is new is added."""
    path = tmp_path / "ringtrue.db"
    connection = connect(path)
    schema.bring_up_to_date(connection, path, lambda: connect(path))
    add_owners(SqlTx(SqliteSql(connection)))
    SqlTx(SqliteSql(connection)).add_call(replace(waiting_call("1"), metadata='{"order": 17}'))
    for table in ("turn_logs", "turns", "requests", "deliveries", "webhooks", "messages", "chats", "call_metadata"):
        connection.execute(f"DROP TABLE {table}")
    for index in ("threads_by_order", "threads_by_project", "calls_by_ring", "calls_by_callee"):
        connection.execute(f"DROP INDEX {index}")
    connection.execute("ALTER TABLE orgs DROP COLUMN dial_rules")
    connection.execute("UPDATE alembic_version SET version_num = '0001'")
    connection.close()

    SqliteStore.open(path, SystemClock()).close()

    connection = connect(path)
    wanted = CallsWanted(metadata=frozenset({("order", "17")}))
    assert [call.id for call in SqlTx(SqliteSql(connection)).page_of_calls(ORG.id, wanted, after=None, limit=2)] == ["call_1"]
    assert [row["version_num"] for row in connection.execute("SELECT version_num FROM alembic_version")] == [schema.HEAD]
    connection.close()
    assert tables(path) == _TABLES
