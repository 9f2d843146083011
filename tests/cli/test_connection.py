"""Where commands find the server and its key, and what they say when they do not."""

from __future__ import annotations

import socket
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from ringtrue.cli.main import app


def free_port() -> int:
    """A port at which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_the_data_folder_names_server_and_key(
    runner: CliRunner, server: Any, shell: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the server left in its folder is enough."""
    monkeypatch.delenv("RINGTRUE_URL")
    monkeypatch.delenv("RINGTRUE_API_KEY")
    folder = shell / "data"
    folder.mkdir()
    (folder / "url").write_text(server.url + "\n")
    (folder / "api-key").write_text("rt_from_file\n")
    server.on("GET", "/projects", (200, {"projects": []}))

    done = runner.invoke(app, ["projects", "list", "--json"])

    assert done.exit_code == 0
    assert server.asked[-1][2]["Authorization"] == "rt_from_file"


def test_the_environment_wins_over_the_data_folder(runner: CliRunner, server: Any, shell: Path) -> None:
    """RINGTRUE_URL and RINGTRUE_API_KEY come first."""
    (shell / "data").mkdir()
    (shell / "data" / "url").write_text("http://127.0.0.1:9\n")
    (shell / "data" / "api-key").write_text("rt_from_file\n")
    server.on("GET", "/projects", (200, {"projects": []}))

    done = runner.invoke(app, ["projects", "list"])

    assert done.exit_code == 0
    assert server.asked[-1][2]["Authorization"] == "rt_test"


def test_a_server_that_is_not_there_is_exit_code_4(runner: CliRunner, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not reachable, and how to start one."""
    monkeypatch.setenv("RINGTRUE_URL", f"http://127.0.0.1:{free_port()}")
    monkeypatch.setenv("RINGTRUE_API_KEY", "rt_test")

    done = runner.invoke(app, ["calls", "get", "call_1"])

    assert done.exit_code == 4
    assert "ringtrue serve" in done.stderr
    assert done.stderr.count("\n") == 1


def test_without_key_and_server_the_server_is_what_is_missing(runner: CliRunner, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where no server ever ran there is no key either: the first remedy is to start one."""
    monkeypatch.setenv("RINGTRUE_URL", f"http://127.0.0.1:{free_port()}")

    assert runner.invoke(app, ["calls", "get", "call_1"]).exit_code == 4


@pytest.mark.parametrize("key", [None, "schlüssel", "a\nb"])
def test_a_missing_or_impossible_key_is_a_usage_error(
    runner: CliRunner, server: Any, monkeypatch: pytest.MonkeyPatch, key: str | None
) -> None:
    """The server is there; what to set is said, and the key is not repeated."""
    monkeypatch.delenv("RINGTRUE_API_KEY")
    if key is not None:
        monkeypatch.setenv("RINGTRUE_API_KEY", key)

    done = runner.invoke(app, ["calls", "get", "call_1"])

    assert done.exit_code == 2
    assert "RINGTRUE_API_KEY" in done.stderr
    assert key is None or key not in done.stderr


@pytest.mark.parametrize("url", ["http://127.0.0.1:port", "127.0.0.1:8080", "no address"])
def test_a_bad_address_is_a_usage_error(runner: CliRunner, monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    """One sentence, whatever RINGTRUE_URL holds."""
    monkeypatch.setenv("RINGTRUE_URL", url)
    monkeypatch.setenv("RINGTRUE_API_KEY", "rt_test")

    done = runner.invoke(app, ["calls", "get", "call_1"])

    assert done.exit_code == 2
    assert "RINGTRUE_URL" in done.stderr
    assert done.stderr.count("\n") == 1
