"""`ringtrue orgs create`: in the data folder itself, beside a server that has it open."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from typer.testing import CliRunner

from ringtrue.calls import keys
from ringtrue.cli.main import app
from ringtrue.clock import SystemClock
from ringtrue.storage.database import SqliteStore
from ringtrue.storage.locks import lock_folder


@pytest.fixture
def running(shell: Path) -> Iterator[SqliteStore]:
    """The database of a data folder that a server holds."""
    with lock_folder(shell / "data"), closing(SqliteStore.open(shell / "data" / "ringtrue.db", SystemClock())) as store:
        yield store


def test_an_organization_is_made_beside_a_running_server(runner: CliRunner, running: SqliteStore) -> None:
    """Its id and its first key, which opens it and may make others; the server sees both at once."""
    done = runner.invoke(app, ["orgs", "create", "Corner Books"])

    org_id, secret = done.stdout.splitlines()
    key = running.read_now(lambda tx: keys.find(tx, secret))
    assert done.exit_code == 0
    assert key is not None
    assert (key.org_id, key.scope) == (org_id, "admin")
    assert [org.name for org in running.read_now(lambda tx: tx.orgs())] == ["Corner Books"]


def test_json_names_each_part(runner: CliRunner, running: SqliteStore) -> None:
    """Id, name and key; two organizations may share a name."""
    made = [json.loads(runner.invoke(app, ["orgs", "create", "Corner Books", "--json"]).stdout) for _ in range(2)]

    assert all(one.keys() == {"id", "name", "key"} and one["name"] == "Corner Books" for one in made)
    assert len({one["id"] for one in made}) == len({one["key"] for one in made}) == 2
    assert len(running.read_now(lambda tx: tx.orgs())) == 2


@pytest.mark.parametrize("arguments", [[], ["--data", "elsewhere"]])
def test_without_a_database_nothing_is_made(runner: CliRunner, shell: Path, arguments: list[str]) -> None:
    """One sentence that says what to do; no folder appears."""
    done = runner.invoke(app, ["orgs", "create", "Corner Books", *arguments])

    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr.count("\n") == 1
    assert "--data" in done.stderr
    assert list(shell.iterdir()) == []


def test_the_environment_names_the_folder(runner: CliRunner, shell: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As it does for the server."""
    SqliteStore.open(shell / "other" / "ringtrue.db", SystemClock()).close()
    monkeypatch.setenv("RINGTRUE_DATA", str(shell / "other"))

    assert runner.invoke(app, ["orgs", "create", "Corner Books"]).exit_code == 0


@pytest.mark.parametrize("name", ["", " ", "a\nb", "x" * 101])
def test_a_name_that_is_none_is_a_usage_error(runner: CliRunner, running: SqliteStore, name: str) -> None:
    """Nothing is made."""
    assert runner.invoke(app, ["orgs", "create", name]).exit_code == 2
    assert running.read_now(lambda tx: tx.orgs()) == []


def test_a_file_that_is_no_database_is_said(runner: CliRunner, shell: Path) -> None:
    """Without a traceback."""
    (shell / "data").mkdir()
    (shell / "data" / "ringtrue.db").write_text("This is a diary, and no database at all. " * 40)

    done = runner.invoke(app, ["orgs", "create", "Corner Books"])

    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr.count("\n") == 1
