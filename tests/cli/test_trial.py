"""`ringtrue try`: typed conversations and the tests in a file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from ringtrue.agents.files import example
from ringtrue.cli.main import app


@pytest.fixture
def file(shell: Path) -> Path:
    """The shipped example."""
    file = shell / "appointment.yaml"
    file.write_text(example())
    return file


def test_typed_digits_are_keys(runner: CliRunner, file: Path) -> None:
    """1, 1, 1 keeps the appointment."""
    done = runner.invoke(app, ["try", "appointment.yaml"], input="1\n1\n1\n")

    assert done.exit_code == 0
    assert "Agent: Am I speaking with Anna?" in done.stdout
    assert done.stdout.splitlines()[-1].startswith('-- kept: {"outcome": "kept"')


def test_typed_words_are_speech(runner: CliRunner, file: Path) -> None:
    """As the file's own tests have it."""
    done = runner.invoke(app, ["try", "appointment.yaml", "--json"], input="yes, speaking\nyes I will be there\nyes\n")

    document = json.loads(done.stdout)
    assert (document["end"], document["fields"]["outcome"]) == ("kept", "kept")
    assert "User: yes, speaking" in document["transcript"]


def test_data_replaces_the_examples(runner: CliRunner, file: Path) -> None:
    """What the call would carry."""
    data = json.dumps({"first_name": "Bert", "appointment": "2027-03-04T10:30", "offers": ["2027-03-05T09:00"]})
    done = runner.invoke(app, ["try", "appointment.yaml", "--data", data], input="2\n")

    assert "Am I speaking with Bert?" in done.stdout


def test_data_that_does_not_fit_is_refused(runner: CliRunner, file: Path) -> None:
    """One sentence and exit code 1, as the server would refuse it."""
    done = runner.invoke(app, ["try", "appointment.yaml", "--data", '{"first_name": 5}'])

    assert done.exit_code == 1
    assert done.stderr.count("\n") == 1


def test_input_that_ends_early_shows_what_can_be_claimed(runner: CliRunner, file: Path) -> None:
    """Nothing was answered, so nothing is claimed."""
    done = runner.invoke(app, ["try", "appointment.yaml", "--json"], input="")

    assert done.exit_code == 0
    assert json.loads(done.stdout)["fields"].get("outcome") is None


def test_check_runs_the_tests_in_the_file(runner: CliRunner, file: Path) -> None:
    """The shipped example keeps its promises."""
    done = runner.invoke(app, ["try", "appointment.yaml", "--check"])

    assert (done.exit_code, done.stdout) == (0, "passed  keeps it\n")


def test_a_test_that_fails_is_shown_with_its_conversation(runner: CliRunner, file: Path) -> None:
    """Exit code 1; what was expected, and what was said."""
    file.write_text(example().replace("expect: {end: kept, fields: {outcome: kept}}", "expect: {end: moved}"))

    done = runner.invoke(app, ["try", "appointment.yaml", "--check"])
    document = json.loads(runner.invoke(app, ["try", "appointment.yaml", "--check", "--json"]).stdout)

    assert done.exit_code == 1
    assert "FAILED  keeps it" in done.stdout
    assert "User: yes, speaking" in done.stdout
    assert [test["passed"] for test in document["tests"]] == [False]


def test_a_faulty_file_is_not_tried(runner: CliRunner, file: Path) -> None:
    """Its mistakes are named instead."""
    file.write_text("name: x\n")

    done = runner.invoke(app, ["try", "appointment.yaml"])

    assert done.exit_code == 1
    assert "appointment.yaml:1:1: " in done.stderr
