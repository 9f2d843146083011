"""`ringtrue numbers`."""

from __future__ import annotations

from typing import Annotated

import typer

from ringtrue.cli import output
from ringtrue.cli.arguments import Json, ProjectOption
from ringtrue.cli.connection import connect
from ringtrue.cli.output import plain_errors

app = typer.Typer(help="Numbers: which project answers which.", no_args_is_help=True)

Number = Annotated[str, typer.Argument(help="The number, in E.164.")]


@app.command("list")
def list_numbers(as_json: Json = False) -> None:
    """List the numbers, oldest first."""
    with plain_errors(), connect() as client:
        found = list(client.numbers.list())
    if as_json:
        output.document({"numbers": [one.to_dict() for one in found]})
        return
    output.table(("number", "project", "created"), ((one.number, one.project, one.created_at) for one in found))


@app.command("set")
def set_number(number: Number, project: ProjectOption, as_json: Json = False) -> None:
    """Let a project answer calls to a number."""
    with plain_errors(), connect() as client:
        found = client.numbers.set(number, project)
    output.done(found.to_dict(), f"{found.number} is answered by {found.project}.", as_json=as_json)


@app.command("drop")
def drop(number: Number, as_json: Json = False) -> None:
    """Answer calls to a number no more."""
    with plain_errors(), connect() as client:
        client.numbers.drop(number)
    output.done({"number": number, "dropped": True}, f"{number} is answered no more.", as_json=as_json)
