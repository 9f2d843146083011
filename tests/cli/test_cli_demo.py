"""`ringtrue demo`: what it says when it cannot, and that it leaves nothing behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from typer.testing import CliRunner

from ringtrue.cli.main import app


def start(shell: Path, *arguments: str) -> subprocess.Popen[str]:
    """A demo whose processes can be told by their temporary folder."""
    return subprocess.Popen(
        [sys.executable, "-m", "ringtrue", "demo", "--tts", "tones", "--out", "out", *arguments],
        cwd=shell,
        env={**os.environ, "TMPDIR": str(shell)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def processes_of(shell: Path) -> list[int]:
    """Every living process that inherited the demo's temporary folder."""
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            is_ours = f"TMPDIR={shell}\0".encode() in (entry / "environ").read_bytes()
        except OSError:
            continue
        if is_ours:
            found.append(int(entry.name))
    return found


def all_gone(shell: Path, seconds: float) -> bool:
    """Whether nothing is left within that time."""
    until = time.monotonic() + seconds
    while processes_of(shell) and time.monotonic() < until:
        time.sleep(0.05)
    return not processes_of(shell)


def test_a_folder_that_cannot_be_written_is_said_at_once(runner: CliRunner, shell: Path) -> None:
    """Before anything is fetched or started."""
    (shell / "file").touch()

    done = runner.invoke(app, ["demo", "--out", "file"])

    assert done.exit_code == 1
    assert "--out" in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_server_that_does_not_start_is_the_reason(runner: CliRunner, shell: Path) -> None:
    """The server's own sentence is passed on; the patient is sent home."""
    done = runner.invoke(app, ["demo", "--tts", "choir"], env={"TMPDIR": str(shell)})

    assert done.exit_code == 1
    assert "The demo could not start. --tts takes piper or tones" in done.stderr


@pytest.mark.realtime
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_demo_that_is_interrupted_leaves_nothing_behind(shell: Path, number: signal.Signals) -> None:
    """In the middle of the call: server, media, voice and patient end with it."""
    demo = start(shell)
    assert demo.stdout is not None
    while "-- ongoing" not in (line := demo.stdout.readline()):
        assert line, "the call was never answered"

    demo.send_signal(number)
    _, stderr = demo.communicate(timeout=30)

    assert demo.returncode == 130
    assert "Traceback" not in stderr
    assert all_gone(shell, 2.0)
    assert list(shell.glob("ringtrue-demo-*")) == []
