"""`ringtrue speech`: what there is, fetching from a mirror, damage."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from ringtrue.cli.main import app
from ringtrue.speech import catalogue
from ringtrue.speech.catalogue import File, Row

CONTENT = b"a very small voice"


@pytest.fixture(autouse=True)
def tiny(monkeypatch: pytest.MonkeyPatch, shell: Path) -> Path:
    """A catalogue of one small row without sources; the mirror's folder."""
    file = File(name="tiny.bin", size_bytes=len(CONTENT), sha256=hashlib.sha256(CONTENT).hexdigest())
    row = Row(name="tiny", kind="voice", language="en-US", files=(file,), licence="CC0", notice="It is free.", sources=())
    monkeypatch.setattr(catalogue, "CATALOGUE", {"tiny": row})
    for module in ("ringtrue.speech.fetch", "ringtrue.cli.commands.speech"):
        monkeypatch.setattr(f"{module}.CATALOGUE", {"tiny": row})
    mirror = shell / "mirror"
    mirror.mkdir()
    (mirror / "tiny.bin").write_bytes(CONTENT)
    return mirror


def test_the_list_says_what_is_here(runner: CliRunner) -> None:
    """Name, size and whether it was fetched."""
    document = json.loads(runner.invoke(app, ["speech", "list", "--json"]).stdout)

    assert document == {
        "speech": [{"name": "tiny", "kind": "voice", "language": "en-US", "size_bytes": len(CONTENT), "installed": False}]
    }


def test_it_is_fetched_from_the_mirror_with_its_notice(runner: CliRunner, tiny: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The operator's own source goes first."""
    monkeypatch.setenv("RINGTRUE_MIRROR", str(tiny))

    done = runner.invoke(app, ["speech", "fetch", "tiny"])

    assert done.exit_code == 0
    assert "It is free." in done.stdout
    assert (Path("data/models/tiny/tiny.bin")).read_bytes() == CONTENT
    assert "installed" in runner.invoke(app, ["speech", "list"]).stdout


def test_without_any_source_the_remedy_is_said(runner: CliRunner) -> None:
    """One sentence and exit code 1."""
    done = runner.invoke(app, ["speech", "fetch", "tiny"])

    assert done.exit_code == 1
    assert "RINGTRUE_MIRROR" in done.stderr


def test_a_fetch_that_found_no_source_leaves_nothing_damaged(runner: CliRunner) -> None:
    """What was never here cannot be broken."""
    runner.invoke(app, ["speech", "fetch", "tiny"])

    done = runner.invoke(app, ["speech", "verify"])

    assert done.exit_code == 0
    assert "Nothing is fetched yet" in done.stdout


def test_an_unknown_name_is_a_usage_error(runner: CliRunner) -> None:
    """The names there are, are named."""
    done = runner.invoke(app, ["speech", "fetch", "huge"])

    assert done.exit_code == 2
    assert "tiny" in done.stderr


def test_damage_is_found(runner: CliRunner, tiny: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Same size, other bytes: the hash tells."""
    monkeypatch.setenv("RINGTRUE_MIRROR", str(tiny))
    runner.invoke(app, ["speech", "fetch", "tiny"])
    sound = runner.invoke(app, ["speech", "verify"]).exit_code
    Path("data/models/tiny/tiny.bin").write_bytes(CONTENT.upper())

    done = runner.invoke(app, ["speech", "verify", "--json"])

    assert (sound, done.exit_code) == (0, 1)
    assert json.loads(done.stdout) == {"verified": [], "damaged": {"tiny": ["tiny.bin"]}}
