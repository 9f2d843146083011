"""`ringtrue try`: talk to an agent as text, or run the tests in its file."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated

import typer

from ringtrue.agents.files import agent_for
from ringtrue.agents.scripted.model import LoadedProject
from ringtrue.agents.scripted.trial import TextConversation, run_tests
from ringtrue.cli import output
from ringtrue.cli.arguments import json_object
from ringtrue.cli.commands.projects import check_file, read_file
from ringtrue.cli.output import Exit, plain_errors
from ringtrue.clock import SystemClock
from ringtrue.conversation.agent import Say


def try_file(
    file: Annotated[Path, typer.Argument(help="The project file (YAML).")],
    check: Annotated[bool, typer.Option("--check", help="Run the tests in the file.")] = False,
    data: Annotated[str | None, typer.Option("--data", help="A JSON object, or @FILE; default the file's examples.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for scripts.")] = False,
) -> None:
    """Talk to an agent by typing: digits are keys, an empty line is silence, the rest is speech."""
    project = check_file(file, as_json=as_json)
    if check:
        _check(project, as_json=as_json)
    else:
        _talk(project, read_file(file), data, as_json=as_json)


def _check(project: LoadedProject, *, as_json: bool) -> None:
    results = run_tests(project)
    if as_json:
        output.document({"tests": [{"name": one.name, "passed": one.passed, "problems": list(one.problems)} for one in results]})
    for result in results if not as_json else ():
        output.say(f"{'passed' if result.passed else 'FAILED'}  {result.name}")
        for problem in result.problems:
            output.say(f"        {problem}")
        for line in result.transcript if not result.passed else ():
            output.say(f"        {line}")
    if not results and not as_json:
        output.say("The file has no tests.")
    if not all(result.passed for result in results):
        raise typer.Exit(Exit.FAILED)


def _examples(project: LoadedProject) -> dict[str, object]:
    return {
        name: variable.example
        for name, variable in project.variables.items()
        if variable.has_example and not variable.has_default
    }


def _talk(project: LoadedProject, yaml: str, data: str | None, *, as_json: bool) -> None:
    values = json_object(data) if data is not None else _examples(project)
    with plain_errors():
        talk = TextConversation(agent_for(yaml, json.dumps(values), None, SystemClock().now()))
        transcript = [*_show(talk.begin(), quiet=as_json)]
        for line in _lines(talk, quiet=as_json):
            transcript.append(f"User: {line}")
            transcript += _show(talk.line(line), quiet=as_json)
    outcome = talk.outcome
    if as_json:
        end = outcome.step if outcome is not None else None
        output.document({"end": end, "fields": dict(outcome.fields) if outcome else {}, "transcript": transcript})
    elif outcome is not None:
        output.say(f"-- {outcome.step}: {json.dumps(dict(outcome.fields), ensure_ascii=False)}")


def _lines(talk: TextConversation, *, quiet: bool) -> Iterator[str]:
    """What is typed, until the agent hangs up or the input ends."""
    while not talk.is_over:
        if not quiet and sys.stdin.isatty():
            sys.stdout.write("> ")
            sys.stdout.flush()
        line = sys.stdin.readline()
        if not line:
            return
        yield line.rstrip("\n")


def _show(said: Sequence[Say], *, quiet: bool) -> list[str]:
    lines = [f"Agent: {say.written}" for say in said]
    for line in lines if not quiet else ():
        sys.stdout.write(line + "\n")
    return lines
