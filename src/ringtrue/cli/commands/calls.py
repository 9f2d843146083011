"""`ringtrue calls`."""

from __future__ import annotations

import time
from typing import Annotated

import typer

from ringtrue.cli import output
from ringtrue.cli.arguments import At, Callee, CallId, Data, Json, Limit, ProjectOption, Timezone, json_object
from ringtrue.cli.connection import connect
from ringtrue.cli.live import watch_call
from ringtrue.cli.output import Exit, fail, plain_errors
from ringtrue.cli.placing import place, show, show_end
from ringtrue.cli.turn_table import table
from ringtrue.client.models.calls import CallSummary

app = typer.Typer(help="Calls: list, create, check, read, watch, move, cancel, hang up, analyse, replay.", no_args_is_help=True)
app.command("create")(place)

_HEAD = ("id", "created", "status", "reason", "direction", "number", "project", "seconds")
_HANG_UP_SECONDS = 5.0


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
    limit: Limit = 20,
    as_json: Json = False,
) -> None:
    """List calls, newest first."""
    with plain_errors(), connect() as client:
        calls = client.calls.list(
            status=status,
            direction=direction,
            project_name=project,
            thread_id=thread,
            from_date=since,
            to_date=until,
            limit=limit,
        )
        found = list(calls)
    if as_json:
        output.document({"calls": [call.to_dict() for call in found]})
    else:
        output.table(_HEAD, map(_row, found))


def _row(call: CallSummary) -> tuple[str | None, ...]:
    number = call.from_number if call.direction == "inbound" else call.to_number
    seconds = f"{call.duration_ms / 1000:.0f}" if call.duration_ms is not None else None
    return (
        call.id,
        call.created_at,
        call.status,
        call.disconnection_reason,
        call.direction,
        number,
        call.project_name,
        seconds,
    )


@app.command("check")
def check(
    number: Callee,
    project: ProjectOption,
    at: At = None,
    timezone: Timezone = None,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Say what would happen to such a call, and why; nothing rings. Exit code 1 when it would be refused."""
    values = json_object(data) if data is not None else None
    with plain_errors(), connect() as client:
        checked = client.calls.check(number, project, json_data=values, scheduled_for=at, timezone=timezone)
    if as_json:
        output.document(checked.to_dict())
    elif checked.allowed:
        output.say(checked.detail if checked.rings_at is None else f"{checked.detail} It would ring at {checked.rings_at}.")
    if not checked.allowed:
        fail(f"{checked.detail} ({checked.code})")


@app.command("get")
def get(
    call_id: CallId,
    turns: Annotated[bool, typer.Option("--turns", help="Show how long each answer took instead.")] = False,
    as_json: Json = False,
) -> None:
    """Show how a call ended, what was said, and a link to its recording; or the times of its turns."""
    with plain_errors(), connect() as client:
        if turns:
            times = client.calls.turns(call_id).to_dict()
            output.document(times) if as_json else output.say(table(times))
            return
        record = client.calls.get(call_id)
    show(record, as_json=as_json)
    for line in (record.transcript, record.recording_url) if not as_json else ():
        if line:
            output.say(line)


@app.command("watch")
def watch(call_id: CallId, as_json: Json = False) -> None:
    """Follow a call to its end; its transcript appears as it is spoken."""
    with plain_errors(), connect() as client:
        record = watch_call(client, call_id, quiet=as_json)
    show_end(record, as_json=as_json)


@app.command("reschedule")
def reschedule(
    call_id: CallId,
    at: Annotated[str, typer.Option("--at", help="When instead, in ISO 8601.")],
    as_json: Json = False,
) -> None:
    """Move a scheduled call to another time."""
    with plain_errors(), connect() as client:
        record = client.calls.reschedule(call_id, at)
    output.document(record.to_dict()) if as_json else output.say(f"{record.id} is scheduled for {record.scheduled_for}.")


@app.command("cancel")
def cancel(call_id: CallId, as_json: Json = False) -> None:
    """Cancel a call that has not been answered."""
    with plain_errors(), connect() as client:
        record = client.calls.cancel(call_id)
    show(record, as_json=as_json)


@app.command("hangup")
def hang_up(call_id: CallId, as_json: Json = False) -> None:
    """Hang up a call in progress."""
    with plain_errors(), connect() as client:
        record = client.calls.hangup(call_id)
        deadline = time.monotonic() + _HANG_UP_SECONDS
        while not record.is_over and time.monotonic() < deadline:
            time.sleep(0.1)
            record = client.calls.get(call_id)
    show(record, as_json=as_json)


@app.command("analyse")
def analyse(call_id: CallId, as_json: Json = False) -> None:
    """Analyse a call that is over once more, by the version of its project that it was accepted under."""
    with plain_errors(), connect() as client:
        record = client.calls.analyse(call_id)
    output.document(record.to_dict()) if as_json else output.say(f"{record.id} is analysed again; `calls get` shows the outcome.")


@app.command("replay")
def replay(call_id: CallId, as_json: Json = False) -> None:
    """Run a call's turn log through the turn machine again; it must do and write down the same."""
    from ringtrue.cli.replaying import replayed, sentence  # half a second of imports that no other command needs

    with plain_errors(), connect() as client:
        log, record = client.calls.turn_log(call_id), client.calls.get(call_id)
        if log.status == "pending":
            fail("The call is not over: its log can be replayed when it is.")
        if log.status == "none":
            fail("No turn log was kept of this call.")
        verdict = replayed(log.lines, record.to_dict())
    output.document(verdict) if as_json else output.say(sentence(verdict))
    if not verdict["identical"]:
        raise typer.Exit(Exit.FAILED)
