"""`ringtrue keys`."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from ringtrue.cli import output
from ringtrue.cli.arguments import Json
from ringtrue.cli.connection import connect
from ringtrue.cli.output import plain_errors

app = typer.Typer(help="API keys: list, create, revoke.", no_args_is_help=True)


class Scope(StrEnum):
    """What a key may do."""

    READ = "read"
    FULL = "full"
    ADMIN = "admin"


@app.command("list")
def list_keys(as_json: Json = False) -> None:
    """List the keys that open something, oldest first."""
    with plain_errors(), connect() as client:
        found = list(client.api_keys.list())
    if as_json:
        output.document({"api_keys": [one.to_dict() for one in found]})
        return
    rows = ((one.id, one.name, one.scope, one.created_at, one.last_used_at) for one in found)
    output.table(("id", "name", "scope", "created", "last used"), rows)


@app.command("create")
def create(
    name: Annotated[str, typer.Argument(help="What it is for.")],
    scope: Annotated[Scope, typer.Option("--scope", help="read, full (place calls), admin (keys too).")] = Scope.FULL,
    as_json: Json = False,
) -> None:
    """Make a key, and show it this once."""
    with plain_errors(), connect() as client:
        made = client.api_keys.create(name, scope=scope.value)
    output.document(made.to_dict()) if as_json else output.say(made.key)


@app.command("revoke")
def revoke(key_id: Annotated[str, typer.Argument(help="The key's id.")], as_json: Json = False) -> None:
    """Let a key open nothing any more."""
    with plain_errors(), connect() as client:
        client.api_keys.revoke(key_id)
    output.done({"id": key_id, "revoked": True}, f"{key_id} is revoked.", as_json=as_json)
