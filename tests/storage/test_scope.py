"""One organization, one door: what a transaction for a client may touch, proved over every statement there is."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from ringtrue.calls.scope import Door
from ringtrue.errors import ScopeBroken
from ringtrue.ids import OrgId
from ringtrue.storage import scope
from ringtrue.storage.database import connect
from ringtrue.storage.scope import DoorSql, ScopedSql, rule_of
from ringtrue.storage.sql import SqliteSql, Value
from ringtrue.storage.sql_statement import read
from ringtrue.storage.tables import PARENTS, TABLES
from ringtrue.storage.tx import SqlTx
from ringtrue.testing.contracts.store_samples import ORG, OTHER_ORG, PROJECT, THREAD, add_owners, waiting_call

from .statements import UNSCOPED, of_every_method

Noted = dict[str, list[tuple[str, Mapping[str, Value]]]]
CALL = waiting_call("1")


@pytest.fixture(scope="module")
def noted(empty_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Noted:
    """Every statement of every method."""
    return of_every_method(empty_database, tmp_path_factory.mktemp("statements") / "ringtrue.db")


@pytest.fixture
def connection(database: Path) -> Iterator[sqlite3.Connection]:
    """A database with every owner and one call, in a transaction."""
    opened = connect(database)
    opened.execute("BEGIN")
    add_owners(SqlTx(SqliteSql(opened)))
    SqlTx(SqliteSql(opened)).add_call(CALL)
    yield opened
    opened.close()


def texts(noted: Noted) -> dict[str, str]:
    """Every text once, with a method that runs it."""
    return {statement: name for name, statements in noted.items() for statement, _ in statements}


def test_every_table_says_whose_rows_it_holds(connection: sqlite3.Connection) -> None:
    """As the schema does: its owner and everything that it refers to."""
    known = {
        name: ({"orgs"} if table.owner == "org_id" else set()) | set(table.references.values()) for name, table in TABLES.items()
    }
    columns: dict[str, set[str]] = {}
    found: dict[str, set[str]] = {}
    for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
        if name == "alembic_version" or name.startswith("sqlite_"):
            continue
        columns[name] = {row["name"] for row in connection.execute(f"PRAGMA table_info({name})")}
        keys = connection.execute(f"PRAGMA foreign_key_list({name})").fetchall()
        # A key of two columns is followed to what the rows there hang on themselves.
        parents = {
            row["from"]: row["table"] if row["to"] == "id" else TABLES[row["table"]].references.get(row["to"]) for row in keys
        }
        found[name] = {parent for parent in parents.values() if parent is not None}
        assert {column: parent for column, parent in parents.items() if parent not in ("orgs", None)} == dict(
            TABLES[name].references
        )

    assert found == known
    assert {name for name, has in columns.items() if "org_id" in has} == {
        name for name, table in TABLES.items() if table.owner == "org_id"
    }
    assert {"projects", "versions", "threads", "calls", "webhooks"} == PARENTS


def test_every_statement_is_scoped_or_named(noted: Noted) -> None:
    """A statement that no client may run is one of the named; none is named that a client may run."""
    broken = set()
    for name, statements in noted.items():
        assert statements, name
        for statement, _ in statements:
            try:
                rule_of(statement)
            except ScopeBroken:
                broken.add(name)

    assert broken == set(UNSCOPED)


def test_the_open_statements_are_these() -> None:
    """By whom they may be run, and what they are."""
    assert {door: set(statements) for door, statements in scope.OPEN.items()} == {
        Door.KEY: {"SELECT * FROM api_keys WHERE key_hash = :key_hash"},
        Door.LINK: {"SELECT * FROM recordings WHERE call_id = :call_id"},
        Door.READINESS: {"SELECT due_at FROM calls WHERE stage = 'waiting' AND due_at IS NOT NULL ORDER BY due_at, id LIMIT 1"},
    }
    assert {statement: rule.names_owner for statement, rule in scope.FOR_ALL.items()} == {
        "DELETE FROM requests WHERE begun_at < :before": False,
        "SELECT (SELECT id FROM orgs ORDER BY created_at, id LIMIT 1) = :org_id AS is_first": True,
    }


_SEEN = {
    sqlite3.SQLITE_READ: "read",
    sqlite3.SQLITE_INSERT: "insert",
    sqlite3.SQLITE_UPDATE: "update",
    sqlite3.SQLITE_DELETE: "delete",
}


def test_sqlite_sees_the_tables_that_are_read_from_the_text(noted: Noted, empty_database: Path) -> None:
    """Its authorizer names each table that a statement touches, and what is done to it: the reader finds the same."""
    for statement, name in texts(noted).items():
        seen: set[tuple[str, str]] = set()

        def note(action: int, table: Any, *_rest: Any, seen: set[tuple[str, str]] = seen) -> int:
            if action in _SEEN:
                seen.add((table, _SEEN[action]))
            return sqlite3.SQLITE_OK

        connection = connect(empty_database)
        connection.execute("PRAGMA foreign_keys = OFF")  # what it reads to check a reference is not what was asked for
        connection.set_authorizer(note)
        connection.execute(f"EXPLAIN {statement}", dict.fromkeys(re.findall(r":(\w+)", statement)))
        connection.close()

        touches = read(statement).touches
        assert {table for table, _ in seen} == {touch.table for touch in touches}, name
        changed = {(table, verb) for table, verb in seen if verb != "read"}
        conflicts = {(touch.table, "update") for touch in touches if touch.conflict is not None}
        assert changed == {(touch.table, touch.verb) for touch in touches if touch.verb != "read"} | conflicts, name


_OWNED = re.compile(r"(?:\w+\.)?\b(?:org_id|id) = :org_id")


def mutants(statement: str) -> list[str]:
    """The statement with each place where it names the organization taken out, or turned into something weaker."""
    found = []
    for match in _OWNED.finditer(statement):
        for weaker in ("1 = 1", "org_id = org_id", "org_id <> :org_id", "org_id = :id", "(org_id = :org_id OR 1 = 1)"):
            found.append(statement[: match.start()] + weaker + statement[match.end() :])
        found.append(statement[: match.end()] + " OR 1 = 1" + statement[match.end() :])
        found.append(statement[: match.start()] + "NOT " + statement[match.start() :])
    return found


def test_no_statement_may_forget_the_organization(noted: Noted) -> None:
    """Each place where one names it, in each statement: without it the statement is refused, whatever its values."""
    n_mutants = 0
    for statement, name in texts(noted).items():
        for mutant in mutants(statement) if name not in UNSCOPED else []:
            n_mutants += 1
            with pytest.raises(ScopeBroken):
                rule_of(mutant)

    assert n_mutants > 200


def test_no_statement_serves_another_organization(noted: Noted, connection: sqlite3.Connection) -> None:
    """Each of them, run with its own values: in a transaction for somebody else it is refused before it is run."""
    n_tried = 0
    for name, statements in noted.items():
        for statement, values in statements if name not in UNSCOPED else []:
            if statement in scope.FOR_ALL and not scope.FOR_ALL[statement].names_owner:
                continue
            stranger = ScopedSql(SqliteSql(connection), OTHER_ORG.id)
            with pytest.raises(ScopeBroken):
                stranger.all(statement, **values)
            with pytest.raises(ScopeBroken):
                stranger.change(statement, values)
            n_tried += 1

    assert n_tried > 60


def test_ids_are_admitted_by_rows_of_the_organization(connection: sqlite3.Connection) -> None:
    """What hangs on a call can be read once the call was found, in this transaction."""
    tx = SqlTx(ScopedSql(SqliteSql(connection), ORG.id))
    with pytest.raises(ScopeBroken, match="'calls'"):
        tx.utterances(CALL.id)

    assert tx.call_of(ORG.id, CALL.id) is not None

    assert list(tx.utterances(CALL.id)) == []
    assert tx.version(CALL.version_id) is not None
    with pytest.raises(ScopeBroken):
        SqlTx(ScopedSql(SqliteSql(connection), ORG.id)).utterances(CALL.id)


def test_what_was_not_found_admits_nothing(connection: sqlite3.Connection) -> None:
    """A stranger asks for the call and gets none; what hangs on it stays shut."""
    tx = SqlTx(ScopedSql(SqliteSql(connection), OTHER_ORG.id))

    assert tx.call_of(OTHER_ORG.id, CALL.id) is None

    with pytest.raises(ScopeBroken):
        tx.utterances(CALL.id)
    with pytest.raises(ScopeBroken):
        tx.recordings_of([CALL.id])


def test_what_was_made_is_admitted(connection: sqlite3.Connection) -> None:
    """And refers to nobody else's: neither a project nor a thread can be borrowed."""
    own = SqlTx(ScopedSql(SqliteSql(connection), ORG.id))
    with pytest.raises(ScopeBroken, match="'projects'"):
        own.add_call(waiting_call("2"))
    assert own.project(ORG.id, PROJECT.id) is not None
    with pytest.raises(ScopeBroken, match="'versions'"):
        own.add_call(waiting_call("2"))
    assert own.latest_version(PROJECT.id) is not None
    with pytest.raises(ScopeBroken, match="'threads'"):
        own.add_call(waiting_call("2"))
    assert own.thread(ORG.id, THREAD.id) is not None

    own.add_call(waiting_call("2"))

    assert list(own.events(waiting_call("2").id)) == []


def test_a_row_of_another_owner_ends_the_transaction(connection: sqlite3.Connection) -> None:
    """Should a statement that names the organization ever find one."""

    class Lying(SqliteSql):
        def first(self, statement: str, values: Mapping[str, Value]) -> Any:
            return super().first(statement, {**values, "org_id": ORG.id})

        def rows(self, statement: str, values: Mapping[str, Value]) -> Any:
            return super().rows(statement, {**values, "org_id": ORG.id})

    tx = SqlTx(ScopedSql(Lying(connection), OTHER_ORG.id))

    with pytest.raises(ScopeBroken, match="row of another organization"):
        tx.call_of(OTHER_ORG.id, CALL.id)
    with pytest.raises(ScopeBroken, match="row of another organization"):
        tx.projects(OTHER_ORG.id)


def test_an_insert_that_gave_way_admits_nothing(connection: sqlite3.Connection) -> None:
    """The row that is there may be anybody's."""
    sql = ScopedSql(SqliteSql(connection), OTHER_ORG.id)
    yielding = """
        INSERT INTO threads (id, org_id, json_data, created_at) VALUES (:id, :org_id, '{}', 0) ON CONFLICT (id) DO NOTHING
        """

    assert sql.change(yielding, {"id": THREAD.id, "org_id": OTHER_ORG.id}) == 0

    with pytest.raises(ScopeBroken):
        sql.all("SELECT * FROM conversations WHERE thread_id = :id", id=THREAD.id)


def test_a_door_opens_its_own_statements_alone(connection: sqlite3.Connection) -> None:
    """And nothing is written through one."""
    key, link = SqlTx(DoorSql(SqliteSql(connection), Door.KEY)), SqlTx(DoorSql(SqliteSql(connection), Door.LINK))

    assert key.api_key_by_hash("none") is None
    assert link.recording(CALL.id) is None
    for use in (key.orgs, lambda: key.call(CALL.id), lambda: link.call(CALL.id), lambda: link.utterances(CALL.id)):
        with pytest.raises(ScopeBroken):
            use()
    with pytest.raises(ScopeBroken, match="written"):
        key.touch_api_key(ORG.id, "key_1", CALL.created_at)


def test_no_value_is_told(connection: sqlite3.Connection) -> None:
    """The error names tables, for the log."""
    with pytest.raises(ScopeBroken) as refused:
        ScopedSql(SqliteSql(connection), OrgId("org_secret")).all(
            "SELECT data FROM turns WHERE call_id = :call_id", call_id="c_secret"
        )

    assert "'calls'" in refused.value.sentence
    assert "secret" not in refused.value.sentence
