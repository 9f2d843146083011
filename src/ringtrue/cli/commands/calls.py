"""`ringtrue call` and `ringtrue calls`."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Annotated, Any

import typer

from ringtrue.cli import output
from ringtrue.cli.connection import connect
from ringtrue.cli.live import watch_call
from ringtrue.cli.output import Exit, fail, plain_errors

app = typer.Typer(help="Calls: read, watch, cancel, hang up.", no_args_is_help=True)

Json = Annotated[bool, typer.Option("--json", help="Print JSON for scripts.")]
CallId = Annotated[str, typer.Argument(help="The call's id.")]


def place(
    number: Annotated[str, typer.Argument(help="The number to call, in E.164.")],
    project: Annotated[str, typer.Option("--project", help="The project's name or id.")],
    at: Annotated[str | None, typer.Option("--at", help="When, in ISO 8601; default now.")] = None,
    timezone: Annotated[str | None, typer.Option("--timezone", help="IANA zone for --at and the agent.")] = None,
    data: Annotated[str | None, typer.Option("--data", help="A JSON object, or @FILE, that the agent's prompts see.")] = None,
    watch: Annotated[bool, typer.Option("--watch", help="Follow the call to its end.")] = False,
    as_json: Json = False,
) -> None:
    """Place a call now or for later."""
    values = _data(data)
    with plain_errors(), connect() as client:
        placed = client.place_call(number, project, json_data=values, scheduled_for=at, timezone=timezone)
        call = placed["call"]
        if watch:
            record = watch_call(client, call["id"], quiet=as_json)
            output.document(record) if as_json else _summary(record)
            raise typer.Exit(Exit.FAILED if record["status"] == "error" else Exit.DONE)
        if as_json:
            output.document(placed)
        else:
            output.console.print(f"{call['id']} {call['status']}", highlight=False)


def _data(text: str | None) -> dict[str, Any] | None:
    if text is None:
        return None
    try:
        parsed = json.loads(Path(text[1:]).read_text() if text.startswith("@") else text)
    except (OSError, ValueError):
        fail("--data takes a JSON object, or @FILE with one.", Exit.USAGE)
    if not isinstance(parsed, dict):
        fail("--data takes a JSON object, or @FILE with one.", Exit.USAGE)
    return parsed


def _summary(record: dict[str, Any]) -> None:
    seconds = (record["duration_ms"] or 0) / 1000
    output.console.print(f"{record['id']} {record['status']}: {record['disconnection_reason']}, {seconds:.1f} s", highlight=False)


@app.command("get")
def get(call_id: CallId, as_json: Json = False) -> None:
    """Show a call's record."""
    with plain_errors(), connect() as client:
        record = client.call(call_id)
    if as_json:
        output.document(record)
        return
    _summary(record)
    if record["transcript"]:
        output.console.print(record["transcript"], highlight=False, markup=False)


@app.command("watch")
def watch(call_id: CallId, as_json: Json = False) -> None:
    """Follow a call to its end; its transcript appears as it is spoken."""
    with plain_errors(), connect() as client:
        record = watch_call(client, call_id, quiet=as_json)
    output.document(record) if as_json else _summary(record)


@app.command("cancel")
def cancel(call_id: CallId, as_json: Json = False) -> None:
    """Cancel a call that has not been answered."""
    with plain_errors(), connect() as client:
        record = client.cancel(call_id)
    output.document(record) if as_json else _summary(record)


@app.command("hangup")
def hang_up(call_id: CallId, as_json: Json = False) -> None:
    """Hang up a call in progress."""
    with plain_errors(), connect() as client:
        record = client.hang_up(call_id)
        deadline = time.monotonic() + 5
        while record["status"] == "ongoing" and time.monotonic() < deadline:
            time.sleep(0.1)
            record = client.call(call_id)
    output.document(record) if as_json else _summary(record)
