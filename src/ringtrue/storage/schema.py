"""The version of a database: refuses one from a newer program, migrates an older one. Alembic is imported only to migrate."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

from ringtrue.errors import SetupError

# Oldest first; the last is what this program reads and writes.
VERSIONS = ("0001", "0002", "0003", "0004", "0005", "0006", "0007", "0008")
HEAD = VERSIONS[-1]


def bring_up_to_date(connection: sqlite3.Connection, path: Path, connect: Callable[[], sqlite3.Connection]) -> None:
    """Migrate to `HEAD`, all or nothing; call it as the only writer. Raises SetupError for a newer or a foreign database."""
    stored = _stored(connection, path)
    if stored == HEAD:
        return
    if stored is not None and stored not in VERSIONS:
        raise SetupError(
            f"The database {str(path)!r} was written by a newer version of Ringtrue ({stored}): "
            "install that version, or choose another folder with --data."
        )
    _migrate(connect)


def _stored(connection: sqlite3.Connection, path: Path) -> str | None:
    tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if "alembic_version" in tables:
        row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
        return str(row[0]) if row else None
    if tables:
        raise SetupError(f"The database {str(path)!r} is not one of Ringtrue's: choose another folder with --data.")
    return None


def _migrate(connect: Callable[[], sqlite3.Connection]) -> None:
    # Half a second of imports that a start on a current database does without.
    from alembic import command
    from alembic.config import Config
    from sqlalchemy import create_engine
    from sqlalchemy.pool import NullPool

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    engine = create_engine("sqlite://", creator=connect, poolclass=NullPool)
    with engine.connect() as migrating:
        # The driver is in autocommit mode, so this BEGIN is what makes the migration all or nothing.
        migrating.exec_driver_sql("BEGIN IMMEDIATE")
        config.attributes["connection"] = migrating
        command.upgrade(config, "head")
        migrating.commit()
