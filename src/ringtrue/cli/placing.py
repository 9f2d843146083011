"""Place a call, follow it where wanted, and say what became of it: shared by `ringtrue call` and `ringtrue calls create`."""

from __future__ import annotations

from typing import Annotated

import typer

from ringtrue.cli import output
from ringtrue.cli.arguments import At, Callee, Data, Json, ProjectOption, Timezone, json_object
from ringtrue.cli.connection import connect
from ringtrue.cli.live import watch_call
from ringtrue.cli.output import fail, plain_errors
from ringtrue.client.models.calls import Call


def place(
    number: Callee,
    project: ProjectOption,
    at: At = None,
    timezone: Timezone = None,
    data: Data = None,
    watch: Annotated[bool, typer.Option("--watch", help="Follow the call to its end.")] = False,
    as_json: Json = False,
) -> None:
    """Place a call now or for later."""
    values = json_object(data) if data is not None else None
    with plain_errors(), connect() as client:
        placed = client.calls.create(number, project, json_data=values, scheduled_for=at, timezone=timezone)
        if watch:
            show_end(watch_call(client, placed.call.id, quiet=as_json), as_json=as_json)
            return
        output.document(placed.to_dict()) if as_json else output.say(f"{placed.call.id} {placed.call.status}")
        if placed.call.status == "error":
            _fail_if_broken(client.calls.get(placed.call.id))


def show_end(record: Call, *, as_json: bool) -> None:
    """The record of a call that was followed to its end; a call in error is a failure."""
    show(record, as_json=as_json)
    _fail_if_broken(record)


def show(record: Call, *, as_json: bool) -> None:
    """The record for scripts, one line for people."""
    if as_json:
        output.document(record.to_dict())
        return
    seconds = (record.duration_ms or 0) / 1000
    reason = f" ({record.disconnection_reason})" if record.disconnection_reason else ""
    output.say(f"{record.id} {record.status}{reason}, {seconds:.1f} s")


def _fail_if_broken(record: Call) -> None:
    if record.status == "error":
        fail(f"The call ended in error: {record.disconnection_reason}.")
