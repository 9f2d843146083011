"""`ringtrue projects`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from ringtrue.agents.files import loaded
from ringtrue.agents.scripted.model import LoadedProject
from ringtrue.cli import output
from ringtrue.cli.connection import connect
from ringtrue.cli.output import Exit, fail, plain_errors
from ringtrue.errors import ProjectFault, ProjectInvalid

app = typer.Typer(help="Projects: list, apply, validate.", no_args_is_help=True)

Json = Annotated[bool, typer.Option("--json", help="Print JSON for scripts.")]
File = Annotated[Path, typer.Argument(help="The project file (YAML).")]


def read_file(file: Path) -> str:
    """The file's text; ends the command when it cannot be read."""
    try:
        return file.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        fail(f"{file} is not UTF-8.", Exit.USAGE)
    except OSError as exc:
        fail(f"{file} cannot be read ({(exc.strerror or 'refused').lower()}).", Exit.USAGE)


def check_file(file: Path, *, as_json: bool, code: Exit = Exit.FAILED) -> LoadedProject:
    """The project; prints every mistake with its place and ends the command with `code` when there are any."""
    text = read_file(file)
    try:
        project = loaded(text)
    except ProjectInvalid as exc:
        faults = [
            {"line": fault.line, "column": fault.column, "path": fault.path, "message": fault.message, "remedy": fault.remedy}
            for fault in exc.faults
        ]
        if as_json:
            output.document({"valid": False, "errors": faults})
        for fault in exc.faults if not as_json else ():
            place = f":{fault.line}:{fault.column}" if fault.line is not None else ""
            sys.stderr.write(f"{file}{place}: {sentence(fault)}\n")
        raise typer.Exit(code) from exc
    for warning in project.warnings:
        sys.stderr.write(f"{file}:{warning.line}:{warning.column}: warning: {sentence(warning)}\n")
    return project


def sentence(fault: ProjectFault) -> str:
    """The mistake in its field, and the remedy; many messages name the field themselves."""
    field = fault.path.rpartition(".")[2]
    named = "" if not fault.path or field in fault.message else f"{fault.path}: "
    return f"{named}{fault.message} {fault.remedy}".rstrip()


@app.command("list")
def list_projects(as_json: Json = False) -> None:
    """List the projects of the server."""
    with plain_errors(), connect() as client:
        found = list(client.projects.list())
    if as_json:
        output.document({"projects": [one.to_dict() for one in found]})
        return
    output.table(("name", "version", "id"), ((one.name, str(one.version), one.id) for one in found))


@app.command("apply")
def apply(file: File, as_json: Json = False) -> None:
    """Make the file its project's newest version."""
    project = check_file(file, as_json=as_json)
    with plain_errors(), connect() as client:
        applied = client.projects.apply(project.name, read_file(file))
    if as_json:
        output.document(applied.to_dict())
    else:
        output.say(f"{applied.name} is at version {applied.version}.")


@app.command("validate")
def validate(file: File, as_json: Json = False) -> None:
    """Check a file without a server: every mistake with line, column and remedy."""
    project = check_file(file, as_json=as_json)
    if as_json:
        output.document({"valid": True, "name": project.name})
    else:
        output.say(f"{file} is valid: project {project.name}.")
