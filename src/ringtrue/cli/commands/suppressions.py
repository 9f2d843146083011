"""`ringtrue suppressions`."""

from __future__ import annotations

from typing import Annotated

import typer

from ringtrue.cli import output
from ringtrue.cli.arguments import Json
from ringtrue.cli.connection import connect
from ringtrue.cli.output import plain_errors

app = typer.Typer(help="Suppressions: numbers that are never rung.", no_args_is_help=True)

Number = Annotated[str, typer.Argument(help="The number, in E.164.")]


@app.command("get")
def get(number: Number, as_json: Json = False) -> None:
    """Say why a number is never rung."""
    with plain_errors(), connect() as client:
        found = client.suppressions.get(number)
    output.done(found.to_dict(), f"{found.number} is never rung: {found.reason}", as_json=as_json)


@app.command("set")
def set_suppression(
    number: Number,
    reason: Annotated[str | None, typer.Option("--reason", help="Why, for people.")] = None,
    as_json: Json = False,
) -> None:
    """Never ring a number again."""
    with plain_errors(), connect() as client:
        found = client.suppressions.set(number, reason=reason)
    output.done(found.to_dict(), f"{found.number} is never rung again.", as_json=as_json)


@app.command("drop")
def drop(number: Number, as_json: Json = False) -> None:
    """Allow a number again."""
    with plain_errors(), connect() as client:
        client.suppressions.drop(number)
    output.done({"number": number, "dropped": True}, f"{number} may be rung again.", as_json=as_json)
