"""`ringtrue orgs`: made on the machine, in the data folder itself, also while a server runs on it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ringtrue.cli import output
from ringtrue.cli.arguments import Json
from ringtrue.cli.output import Exit, fail, plain_errors

app = typer.Typer(help="Organizations: create.", no_args_is_help=True)

_MOST_CHARACTERS = 100


@app.callback()
def _group() -> None:
    """Organizations, each with projects, numbers, threads and calls of its own."""


@app.command("create")
def create(
    name: Annotated[str, typer.Argument(help="Its name, for people.")],
    data: Annotated[Path, typer.Option("--data", envvar="RINGTRUE_DATA", help="The server's data folder.")] = Path("data"),
    as_json: Json = False,
) -> None:
    """Make an organization, and show its first API key, of scope admin, this once."""
    if not (name.strip() and name.isprintable() and len(name) <= _MOST_CHARACTERS):
        fail(f"NAME takes 1 to {_MOST_CHARACTERS} printable characters.", Exit.USAGE)
    database = data / "ringtrue.db"
    if not database.is_file():
        fail(f"There is no database in {data}: name the server's folder with --data, or start one with `ringtrue serve` first.")
    from ringtrue.cli.founding import found  # the database takes a while to import

    with plain_errors():
        org, secret = found(database, name.strip())
    output.done({"id": org.id, "name": org.name, "key": secret}, f"{org.id}\n{secret}", as_json=as_json)
