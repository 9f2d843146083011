"""`ringtrue simulate`: whole simulations over real SIP on this machine."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from typer.testing import CliRunner

from ringtrue.cli.main import app

from .conftest import LEAVES

QUIET = ("--tts", "tones", "--stt", "none")


@pytest.mark.realtime
@pytest.mark.scenario("simulate-by-keys")
def test_callers_that_press_keys(runner: CliRunner, file: Path, personas: Path, shell: Path) -> None:
    """Two personas by two runs over real SIP, one of them expecting what it does not press: every form of the result
    agrees, and what is kept of each call lies in its folder."""
    (personas / "two.yaml").write_text(LEAVES.replace("outcome: keep", "outcome: deliver"))
    options = ["--runs", "2", "--seed", "5", "--parallel", "2", "--junit", "junit.xml", "--keep", "kept", "--json"]

    done = runner.invoke(app, ["simulate", str(file), "--personas", str(personas), *QUIET, *options])

    assert done.exit_code == 1, done.stderr
    document = json.loads(done.stdout)
    assert [(one["persona"], one["seed"], one["verdict"], one["fields"]) for one in document["runs"]] == [
        ("takes-it", 5, "right", {"outcome": "deliver"}),
        ("leaves-it", 5, "wrong", {"outcome": "keep"}),
        ("takes-it", 6, "right", {"outcome": "deliver"}),
        ("leaves-it", 6, "wrong", {"outcome": "keep"}),
    ]
    assert [(one["name"], one["right"], one["wrong"], one["turns_median"]) for one in document["personas"]] == [
        ("leaves-it", 0, 2, 1),
        ("takes-it", 2, 0, 1),
    ]
    assert all(one["turns"][0]["gap_ms"] is not None for one in document["runs"])
    junit = ElementTree.parse(shell / "junit.xml").getroot()
    assert (junit.get("tests"), junit.get("failures")) == ("4", "2")
    kept = shell / "kept" / "takes-it" / "seed-5"
    assert {path.name for path in kept.iterdir()} == {
        "call.json",
        "turns.json",
        "turn-log.json",
        "recording.wav",
        "callee-heard.wav",
        "callee-sent.wav",
        "callee.jsonl",
    }
    assert json.loads((kept / "call.json").read_text())["id"] == document["runs"][0]["call_id"]
    pressed = [json.loads(line) for line in (kept / "callee.jsonl").read_text().splitlines()]
    assert [one["digits"] for one in pressed if one["event"] == "pressed"] == ["1"]


@pytest.mark.realtime
def test_within_the_thresholds(runner: CliRunner, file: Path, personas: Path) -> None:
    """Exit code 0, a table for people; only the persona that was asked for, with the data that was given."""
    data = json.dumps({"title": "Ulysses"})

    done = runner.invoke(
        app, ["simulate", str(file), "--personas", str(personas), *QUIET, "--runs", "1", "--only", "takes-it", "--data", data]
    )

    assert done.exit_code == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "1 of 1 right, 0 open, 0 wrong: within the thresholds."


def _started(file: Path, personas: Path, shell: Path) -> subprocess.Popen[str]:
    """A simulation of ten calls that keeps them in `kept`, all of whose processes have a temporary folder of their own."""
    command = [sys.executable, "-m", "ringtrue", "simulate", str(file), "--personas", str(personas), *QUIET]
    return subprocess.Popen(
        [*command, "--json", "--keep", "kept"],
        cwd=shell,
        env={**os.environ, "TMPDIR": str(shell)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.mark.realtime
def test_a_killed_simulation_leaves_nobody_behind(file: Path, personas: Path, shell: Path) -> None:
    """Its server and its callers notice that nobody waits for them any more."""
    simulation = _started(file, personas, shell)
    until = time.monotonic() + 60
    while len(_processes_of(shell)) < 4 and time.monotonic() < until:  # itself, the callers, the server, its media
        time.sleep(0.1)

    simulation.kill()
    simulation.communicate(timeout=30)

    until = time.monotonic() + 20
    while _processes_of(shell) and time.monotonic() < until:
        time.sleep(0.1)
    assert not _processes_of(shell)


@pytest.mark.realtime
def test_an_interrupted_simulation_tells_what_was_done(file: Path, personas: Path, shell: Path) -> None:
    """In the middle of a call: the results so far are printed, and nothing is left behind."""
    simulation = _started(file, personas, shell)
    first = shell / "kept" / "takes-it" / "seed-1" / "recording.wav"
    until = time.monotonic() + 60
    while not first.exists() and time.monotonic() < until:
        time.sleep(0.1)
    time.sleep(2)  # the second call has begun by now, and would last longer

    simulation.send_signal(signal.SIGINT)
    stdout, stderr = simulation.communicate(timeout=30)

    assert simulation.returncode == 130
    assert "Interrupted after 1 of 10 calls." in stderr
    assert "Traceback" not in stderr
    document: dict[str, Any] = json.loads(stdout)
    assert (document["interrupted"], document["within_thresholds"]) == (True, False)
    assert [one["verdict"] for one in document["runs"]] == ["right"]
    assert list(shell.glob("ringtrue-simulate-*")) == []
    assert not _processes_of(shell)


def _processes_of(shell: Path) -> list[str]:
    """Every living process that inherited the simulation's temporary folder."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if f"TMPDIR={shell}\0".encode() in (entry / "environ").read_bytes():
                found.append(entry.name)
        except OSError:
            continue
    return found
