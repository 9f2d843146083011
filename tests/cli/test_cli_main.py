"""The command as a process: help, versions and usage errors."""

from __future__ import annotations

import subprocess
import sys

import pytest

OBJECTS = ("calls", "threads", "projects", "numbers", "suppressions", "webhooks", "keys", "orgs", "speech")
COMMANDS = ("serve", "demo", "call", "try", "simulate", "doctor", "listen", *OBJECTS)


def ringtrue(*arguments: str) -> subprocess.CompletedProcess[str]:
    """The finished command."""
    return subprocess.run([sys.executable, "-m", "ringtrue", *arguments], capture_output=True, text=True, timeout=60, check=False)


def test_help_names_every_command() -> None:
    """What there is can be found."""
    done = ringtrue("--help")

    assert done.returncode == 0
    assert [name for name in COMMANDS if f" {name} " not in done.stdout] == []


def test_no_arguments_show_the_help() -> None:
    """A bare command is a question, and no success."""
    done = ringtrue()

    assert done.returncode == 2
    assert "Usage:" in done.stdout + done.stderr


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["serve", "--bogus"], "No such option: --bogus"),
        (["serve", "--port", "many"], "Invalid value for '--port'"),
        (["serve", "--drain-seconds", "-1"], "Invalid value for '--drain-seconds'"),
        (["nonsense"], "No such command 'nonsense'"),
        (["call", "+14155550123"], "Missing option '--project'"),
    ],
)
def test_a_usage_error_is_one_sentence(arguments: list[str], sentence: str) -> None:
    """One line on stderr that says where to look, exit code 2, nothing on stdout."""
    done = ringtrue(*arguments)

    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.startswith(sentence)
    assert done.stderr.count("\n") == 1
    assert "--help`" in done.stderr


def test_the_version_is_told() -> None:
    """`--version` needs no command."""
    assert ringtrue("--version").stdout.startswith("ringtrue 0.")


def test_a_reader_who_leaves_is_no_traceback() -> None:
    """`ringtrue ... | head` ends quietly."""
    command = f"{sys.executable} -m ringtrue --help | true"
    done = subprocess.run(["sh", "-c", command], capture_output=True, text=True, timeout=60, check=False)

    assert "Traceback" not in done.stderr
