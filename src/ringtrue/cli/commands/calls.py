"""`ringtrue call` and `ringtrue calls`."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Annotated, Any

import typer

from ringtrue.cli import output
from ringtrue.cli.arguments import json_object
from ringtrue.cli.connection import connect
from ringtrue.cli.live import watch_call
from ringtrue.cli.output import Exit, fail, plain_errors
from ringtrue.cli.turn_table import table

app = typer.Typer(help="Calls: list, read, watch, cancel, hang up.", no_args_is_help=True)

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
    values = json_object(data) if data is not None else None
    with plain_errors(), connect() as client:
        placed = client.place_call(number, project, json_data=values, scheduled_for=at, timezone=timezone)
        call = placed["call"]
        if watch:
            record = watch_call(client, call["id"], quiet=as_json)
            _show_end(record, as_json=as_json)
            return
        output.document(placed) if as_json else output.say(f"{call['id']} {call['status']}")
        if call["status"] == "error":
            _fail_if_broken(client.call(call["id"]))


def _show_end(record: dict[str, Any], *, as_json: bool) -> None:
    """The record of a call that was followed to its end; a call in error is a failure."""
    output.document(record) if as_json else _summary(record)
    _fail_if_broken(record)


def _fail_if_broken(record: dict[str, Any]) -> None:
    if record["status"] == "error":
        fail(f"The call ended in error: {record['disconnection_reason']}.")


def _summary(record: dict[str, Any]) -> None:
    seconds = (record["duration_ms"] or 0) / 1000
    reason = f" ({record['disconnection_reason']})" if record["disconnection_reason"] else ""
    output.say(f"{record['id']} {record['status']}{reason}, {seconds:.1f} s")


@app.command("list")
def list_calls(
    status: Annotated[
        list[str] | None, typer.Option("--status", help="scheduled, queued, ongoing, ended, error; repeatable.")
    ] = None,
    direction: Annotated[list[str] | None, typer.Option("--direction", help="inbound, outbound; repeatable.")] = None,
    project: Annotated[str | None, typer.Option("--project", help="The project's name.")] = None,
    thread: Annotated[str | None, typer.Option("--thread", help="The thread's id.")] = None,
    since: Annotated[str | None, typer.Option("--from", help="Created then or later: a date or date and time, in UTC.")] = None,
    until: Annotated[str | None, typer.Option("--to", help="Created then or earlier.")] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, help="How many at most.")] = 20,
    as_json: Json = False,
) -> None:
    """List calls, newest first."""
    with plain_errors(), connect() as client:
        found = client.calls(
            most=limit,
            status=status,
            direction=direction,
            project_name=project,
            thread_id=thread,
            from_date=since,
            to_date=until,
        )
    if as_json:
        output.document({"calls": found})
        return
    for line in _lined_up([_HEAD, *map(_row, found)]):
        output.say(line)


_HEAD = ("id", "created", "status", "reason", "direction", "number", "project", "seconds")


def _row(call: dict[str, Any]) -> tuple[str, ...]:
    number = call["from_number"] if call["direction"] == "inbound" else call["to_number"]
    seconds = f"{call['duration_ms'] / 1000:.0f}" if call["duration_ms"] is not None else ""
    reason, direction = call["disconnection_reason"] or "-", call["direction"] or "-"
    return (
        call["id"],
        call["created_at"],
        call["status"],
        reason,
        direction,
        number or "-",
        call["project_name"],
        seconds or "-",
    )


def _lined_up(rows: Sequence[tuple[str, ...]]) -> list[str]:
    """Columns as wide as what they hold: an id that is cut short is of no use, whatever the terminal's width."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]


@app.command("get")
def get(
    call_id: CallId,
    turns: Annotated[bool, typer.Option("--turns", help="Show how long each answer took instead.")] = False,
    as_json: Json = False,
) -> None:
    """Show a call's record, or the times of its turns."""
    with plain_errors(), connect() as client:
        record = client.turns(call_id) if turns else client.call(call_id)
    if turns and not as_json:
        output.say(table(record))
        return
    if as_json:
        output.document(record)
        return
    _summary(record)
    if record["transcript"]:
        output.say(record["transcript"])


@app.command("watch")
def watch(call_id: CallId, as_json: Json = False) -> None:
    """Follow a call to its end; its transcript appears as it is spoken."""
    with plain_errors(), connect() as client:
        record = watch_call(client, call_id, quiet=as_json)
    _show_end(record, as_json=as_json)


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


@app.command("replay")
def replay(call_id: CallId, as_json: Json = False) -> None:
    """Run a call's turn log through the turn machine again; it must do and write down the same."""
    from ringtrue.cli.replaying import replayed, sentence  # half a second of imports that no other command needs

    with plain_errors(), connect() as client:
        log, record = client.turn_log(call_id), client.call(call_id)
        if log["status"] == "pending":
            fail("The call is not over: its log can be replayed when it is.")
        if log["status"] == "none":
            fail("No turn log was kept of this call.")
        verdict = replayed(log["lines"], record)
    output.document(verdict) if as_json else output.say(sentence(verdict))
    if not verdict["identical"]:
        raise typer.Exit(Exit.FAILED)
