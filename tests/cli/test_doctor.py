"""`ringtrue doctor`: what is amiss, and what to do about it."""

from __future__ import annotations

import json
import socket
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from ringtrue.cli.main import app
from ringtrue.speech.catalogue import CATALOGUE, DEFAULT_VOICE


def checks(runner: CliRunner) -> dict[str, dict[str, Any]]:
    """What doctor found, by name."""
    document = json.loads(runner.invoke(app, ["doctor", "--json"]).stdout)
    return {check["name"]: check for check in document["checks"]}


@pytest.fixture
def taken() -> Any:
    """A TCP and a UDP port in use, as variables."""
    with socket.socket() as tcp, socket.socket(type=socket.SOCK_DGRAM) as udp:
        tcp.bind(("127.0.0.1", 0))
        tcp.listen()
        udp.bind(("127.0.0.1", 0))
        yield tcp.getsockname()[1], udp.getsockname()[1]


def test_a_server_that_answers_is_well_and_holds_its_ports(runner: CliRunner, server: Any) -> None:
    """Then the ports are its own and are not looked at."""
    found = checks(runner)

    assert found["Server"]["ok"]
    assert "HTTP port" not in found


def test_ports_in_use_name_another(runner: CliRunner, monkeypatch: pytest.MonkeyPatch, taken: tuple[int, int]) -> None:
    """Without a server, a busy port stands in the way of one."""
    http, sip = taken
    monkeypatch.setenv("RINGTRUE_URL", f"http://127.0.0.1:{sip}")
    monkeypatch.setenv("RINGTRUE_PORT", str(http))
    monkeypatch.setenv("RINGTRUE_SIP_PORT", str(sip))

    found = checks(runner)

    assert found["Server"]["remedy"] == "ringtrue serve"
    assert (found["HTTP port"]["ok"], found["HTTP port"]["remedy"]) == (False, f"--port {http + 1}")
    assert (found["SIP port"]["ok"], found["SIP port"]["remedy"]) == (False, f"--sip-port {sip + 1}")


def test_a_data_folder_that_cannot_be_written_is_a_failure(
    runner: CliRunner, shell: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file stands where the folder should be."""
    (shell / "file").touch()
    monkeypatch.setenv("RINGTRUE_DATA", str(shell / "file" / "data"))

    done = runner.invoke(app, ["doctor"])

    assert done.exit_code == 1
    assert "FAIL  Data folder" in done.stdout
    assert "--data" in done.stdout


def test_a_voice_that_is_missing_is_only_a_warning(runner: CliRunner, server: Any) -> None:
    """Serving fetches it; the exit code stays 0."""
    done = runner.invoke(app, ["doctor"])

    assert done.exit_code == 0
    assert "warn  Voice" in done.stdout
    assert "ringtrue speech fetch" in done.stdout


def test_a_voice_that_is_there_is_well(runner: CliRunner, shell: Path) -> None:
    """Its files have the sizes of the catalogue."""
    folder = shell / "data" / "models" / DEFAULT_VOICE
    folder.mkdir(parents=True)
    for file in CATALOGUE[DEFAULT_VOICE].files:
        with (folder / file.name).open("wb") as made:
            made.truncate(file.size_bytes)

    assert checks(runner)["Voice"]["ok"]


def test_a_missing_extra_names_what_to_install(runner: CliRunner, monkeypatch: pytest.MonkeyPatch) -> None:
    """Local speech is an extra."""
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)

    found = checks(runner)["Local speech"]

    assert (found["ok"], found["remedy"]) == (False, "pip install 'ringtrue[local]'")


def test_every_limit_is_told(runner: CliRunner, monkeypatch: pytest.MonkeyPatch) -> None:
    """As `serve` would have it, from the place where it is kept; those that an option sets name it."""
    monkeypatch.setenv("RINGTRUE_REQUEST_RATE", "10")
    monkeypatch.setenv("RINGTRUE_RTP_PORTS", "40000-40019")

    limits = {one["name"]: one for one in json.loads(runner.invoke(app, ["doctor", "--json"]).stdout)["limits"]}

    assert {name: limits[name]["value"] for name in (
        "Requests in the long run", "Requests at once", "Body of a request", "Depth of JSON", "Connections", "Calls at once",
        "Frame of a WebSocket",
        "Head of a request", "Ringing", "Length of a call", "Wait for calls at shutdown", "Entries of a page",
    )} == {
        "Requests in the long run": 10, "Requests at once": 200, "Body of a request": 1 << 20, "Depth of JSON": 64,
        "Connections": 400, "Frame of a WebSocket": 65_536,
        "Calls at once": 10, "Head of a request": 65_536, "Ringing": 40, "Length of a call": 600,
        "Wait for calls at shutdown": 900, "Entries of a page": 100,
    }  # fmt: skip
    assert limits["Requests in the long run"]["set_by"] == "--request-rate"


def test_a_limit_that_is_off_is_said(runner: CliRunner, monkeypatch: pytest.MonkeyPatch) -> None:
    """In words."""
    monkeypatch.setenv("RINGTRUE_REQUEST_RATE", "0")

    said = runner.invoke(app, ["doctor"]).stdout

    assert "Requests in the long run: no limit (--request-rate)" in said
    assert "Requests at once: no limit (--request-burst)" in said
    assert "Body of a request: 1048576 bytes" in said


def test_the_caps_of_calls_are_told(runner: CliRunner, monkeypatch: pytest.MonkeyPatch) -> None:
    """As they are set, else the defaults."""
    monkeypatch.setenv("RINGTRUE_CALLS_PER_DAY", "300")

    found = checks(runner)["Caps"]

    assert found["ok"]
    assert found["detail"].startswith("60 calls a minute, 300 a day, 10 a day to one number")


def test_a_variable_that_is_no_port_is_a_failure(runner: CliRunner, monkeypatch: pytest.MonkeyPatch) -> None:
    """Serving would refuse it as well."""
    monkeypatch.setenv("RINGTRUE_PORT", "many")

    assert runner.invoke(app, ["doctor"]).exit_code == 1
