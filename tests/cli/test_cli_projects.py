"""`ringtrue projects`: mistakes with their places, versions on the server."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from ringtrue.agents.files import example
from ringtrue.cli.main import app

FAULTY = """\
name: faulty
langage: en-US
timezone: America/New_York
disclosure: "Hello."
agent:
  type: script
  start: one
  steps:
    one: {say: "Hello.", next: nowhere}
"""


@pytest.fixture
def good(shell: Path) -> Path:
    """A valid file."""
    file = shell / "appointment.yaml"
    file.write_text(example())
    return file


@pytest.fixture
def bad(shell: Path) -> Path:
    """A file with mistakes."""
    file = shell / "faulty.yaml"
    file.write_text(FAULTY)
    return file


def test_a_valid_file_is_valid(runner: CliRunner, good: Path) -> None:
    """No server is needed to say so."""
    done = runner.invoke(app, ["projects", "validate", "appointment.yaml"])

    assert (done.exit_code, done.stdout) == (0, "appointment.yaml is valid: project appointment.\n")


def test_every_mistake_is_named_with_its_place_and_remedy(runner: CliRunner, bad: Path) -> None:
    """FILE:LINE:COLUMN: message remedy; all at once, exit code 1."""
    done = runner.invoke(app, ["projects", "validate", "faulty.yaml"])

    lines = done.stderr.splitlines()
    assert (done.exit_code, done.stdout) == (1, "")
    assert "faulty.yaml:2:1: There is no key 'langage' here. Did you mean 'language'?" in lines
    assert any(line.startswith("faulty.yaml:9:") and "nowhere" in line for line in lines)


def test_mistakes_as_json_hold_place_path_and_remedy(runner: CliRunner, bad: Path) -> None:
    """For editors."""
    done = runner.invoke(app, ["projects", "validate", "faulty.yaml", "--json"])

    document = json.loads(done.stdout)
    assert (done.exit_code, document["valid"]) == (1, False)
    assert {"line": 2, "column": 1, "path": "langage"}.items() <= next(
        error for error in document["errors"] if "langage" in error["message"]
    ).items()


@pytest.mark.parametrize("content", [None, b"\xff\xfe\x00"])
def test_a_file_that_cannot_be_read_is_a_usage_error(runner: CliRunner, shell: Path, content: bytes | None) -> None:
    """Missing, or not text."""
    if content is not None:
        (shell / "file.yaml").write_bytes(content)

    done = runner.invoke(app, ["projects", "validate", "file.yaml"])

    assert done.exit_code == 2
    assert done.stderr.startswith("file.yaml ")


def test_applying_sends_the_file_as_it_is(runner: CliRunner, server: Any, good: Path) -> None:
    """Comments and all; the new version is told."""
    server.on("PUT", "/projects/appointment", (200, {"id": "be6bd22d", "name": "appointment", "version": 3}))

    done = runner.invoke(app, ["projects", "apply", "appointment.yaml"])

    assert (done.exit_code, done.stdout) == (0, "appointment is at version 3.\n")
    assert server.bodies("PUT", "/projects/appointment") == [good.read_bytes()]


def test_a_faulty_file_is_not_sent(runner: CliRunner, server: Any, bad: Path) -> None:
    """Its mistakes are named here."""
    done = runner.invoke(app, ["projects", "apply", "faulty.yaml"])

    assert (done.exit_code, server.asked) == (1, [])


def test_projects_are_listed(runner: CliRunner, server: Any) -> None:
    """Name, version and id."""
    found = {"id": "be6bd22d", "name": "appointment", "version": 2}
    server.on("GET", "/projects", (200, {"projects": [found]}))

    shown = runner.invoke(app, ["projects", "list"]).stdout
    document = json.loads(runner.invoke(app, ["projects", "list", "--json"]).stdout)

    assert shown.splitlines()[1].split() == ["appointment", "2", "be6bd22d"]
    assert document == {"projects": [found]}
