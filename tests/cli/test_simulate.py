"""`ringtrue simulate`: what it takes, what it refuses, and the table it prints."""

from __future__ import annotations

from collections.abc import Sequence
from io import StringIO
from pathlib import Path

from rich.console import Console
from typer.testing import CliRunner

from ringtrue.cli.main import app
from ringtrue.cli.simulation_table import print_results
from ringtrue.testing.simulation.judging import Expectation, Judgement, Verdict
from ringtrue.testing.simulation.persona_files import CallerFile
from ringtrue.testing.simulation.result import Answer, RunResult, Thresholds
from ringtrue.testing.simulation.runs import Run

from .conftest import DELIVERY, TAKES

STAGES_MS = {"recognition": 400, "end_of_turn": 480, "reply": 0, "synthesis": 120, "sending": 0}


def called(name: str, seed: int, verdict: Verdict = "right", why: str = "") -> RunResult:
    """A call that is over."""
    caller = CallerFile(name=name, path=Path(f"{name}.yaml"), plays="silent", expected=Expectation())
    return RunResult(
        run=Run(caller=caller, seed=seed, number=f"+1201500{seed:04d}"),
        judgement=Judgement(verdict=verdict, why=why),
        call_id="call_1",
        status="ended",
        reason="agent_hangup" if verdict == "right" else "inactivity",
        fields={},
        successful=verdict == "right",
        duration_ms=1000,
        answers=[Answer(by="words", gap_ms=600, recorded_ms=800, stages=STAGES_MS)],
    )


def printed(results: Sequence[RunResult], thresholds: Thresholds | None = None) -> list[str]:
    """What a pipe gets."""
    out = StringIO()
    print_results(Console(file=out, width=40), results, thresholds or Thresholds())
    return [line.rstrip() for line in out.getvalue().splitlines()]


def test_the_table_has_a_line_for_each_persona() -> None:
    """Whole in a pipe, however narrow; then what was not right, the wrong ones first, and how to place one again."""
    lines = printed([called("anna", 1), called("bert", 7, "open", "No [b]."), called("bert", 8, "wrong", "The record lies.")])

    assert lines[0].split() == ["persona", "runs", "right", "open", "wrong", "turns", "p50", "p95", "reasons"]
    assert lines[1].split() == ["anna", "1", "1", "0", "0", "1", "800", "ms", "800", "ms", "agent_hangup", "1"]
    assert lines[2].split() == ["bert", "2", "0", "1", "1", "1", "800", "ms", "800", "ms", "inactivity", "2"]
    assert lines[3:5] == ["", "Where the wait for an answer to words went, in the mean, and its share of the whole:"]
    assert lines[5].split() == ["persona", "words", "turn", "over", "reply", "voice", "sent"]
    assert lines[6].split() == ["anna", "400", "ms", "480", "ms", "80%", "0", "ms", "0%", "120", "ms", "20%", "0", "ms", "0%"]
    assert lines[7].split()[0] == "bert"
    assert lines[8:] == [
        "wrong: bert, seed 8: The record lies.",
        "open: bert, seed 7: No [b].",
        "To place such a call again: --only bert --seed 8 --runs 1",
        "1 of 3 right, 1 open, 1 wrong: beyond the thresholds (at most 0 may be wrong; 80% must be right of bert).",
    ]


def test_a_good_simulation_says_so() -> None:
    """In one line after the table."""
    assert printed([called("anna", 1)])[-1] == "1 of 1 right, 0 open, 0 wrong: within the thresholds."


def simulated(runner: CliRunner, *arguments: str | Path) -> tuple[int, str]:
    """The exit code of a simulation that is refused, and what it says."""
    done = runner.invoke(app, ["simulate", *map(str, arguments)])
    return done.exit_code, done.stderr


def test_a_file_that_is_not_there(runner: CliRunner, personas: Path) -> None:
    """One sentence."""
    code, said = simulated(runner, "nobody.yaml", "--personas", personas)

    assert (code, said) == (2, "nobody.yaml cannot be read (no such file or directory).\n")


def test_a_project_file_with_mistakes_is_a_usage_error(runner: CliRunner, file: Path, personas: Path) -> None:
    """Code 1 would say that the agent was tried."""
    file.write_text(DELIVERY.replace("next: {yes: deliver", "next: {yes: delivr"))

    code, said = simulated(runner, file, "--personas", personas)

    assert code == 2
    assert "delivr" in said


def test_a_folder_without_personas(runner: CliRunner, file: Path, shell: Path) -> None:
    """What to write is said."""
    (shell / "none").mkdir()

    assert simulated(runner, file, "--personas", "none") == (2, "There are no personas in none: write one as NAME.yaml there.\n")
    assert simulated(runner, file, "--personas", "gone") == (2, "--personas takes a folder, and gone is none.\n")


def test_personas_are_shipped_for_the_example_only(runner: CliRunner, file: Path) -> None:
    """Another project is told to write some."""
    code, said = simulated(runner, file)

    assert code == 2
    assert said == "No personas are shipped for 'delivery': write some and name their folder with --personas.\n"


def test_every_mistake_of_every_persona_is_named(runner: CliRunner, file: Path, personas: Path) -> None:
    """With file, line and remedy."""
    (personas / "one.yaml").write_text(
        'name: takes-it\npersona: "kees=1"\nexpect:\n  fields: {outcom: deliver}\n  reasons: [bored]\n'
    )
    (personas / "two.yaml").write_text("name: leaves-it\npersona: silent\nexpect: {fields: {outcome: kep}}\n")
    (personas / "three.yaml").write_text("name: [\n")

    code, said = simulated(runner, file, "--personas", personas)

    lines = said.splitlines()
    assert code == 2
    assert [line.partition(": ")[0] for line in lines[:-1]] == [
        f"{personas}/one.yaml:2:10",
        f"{personas}/one.yaml:4:20",
        f"{personas}/one.yaml:5:13",
        f"{personas}/three.yaml:2:1",
        f"{personas}/two.yaml:3:28",
    ]
    assert "Did you mean 'outcome'?" in lines[1]
    assert lines[-1] == f"The personas in {personas} have 5 mistakes."


def test_names_are_given_once(runner: CliRunner, file: Path, personas: Path) -> None:
    """Results are told apart by them."""
    (personas / "two.yaml").write_text(TAKES)

    code, said = simulated(runner, file, "--personas", personas)

    assert code == 2
    assert "one.yaml has the name 'takes-it' too." in said


def test_only_takes_names_there_are(runner: CliRunner, file: Path, personas: Path) -> None:
    """The nearest is offered."""
    code, said = simulated(runner, file, "--personas", personas, "--only", "take-it")

    assert (code, said) == (2, "There is no persona 'take-it': did you mean takes-it?\n")


def test_variables_without_a_value_are_named(runner: CliRunner, file: Path, personas: Path) -> None:
    """Before anything starts."""
    file.write_text(DELIVERY.replace(", example: Emma", ""))

    code, said = simulated(runner, file, "--personas", personas)

    assert code == 2
    assert said.startswith("The variable 'title' is missing and has no default. Give it an example in the file")


def test_a_place_that_cannot_be_written(runner: CliRunner, file: Path, personas: Path) -> None:
    """Is said before the calls, not after them."""
    code, said = simulated(runner, file, "--personas", personas, "--junit", "no/such/junit.xml")

    assert (code, said) == (2, "no/such/junit.xml cannot be written (no such file or directory): choose another.\n")


def test_a_server_that_does_not_start_is_the_reason(runner: CliRunner, file: Path, personas: Path, shell: Path) -> None:
    """Its own sentence is passed on."""
    code, said = simulated(runner, file, "--personas", personas, "--tts", "choir", "--stt", "none")

    assert code == 1
    assert "The simulation could not start. --tts takes piper or tones" in said
