"""`ringtrue threads`."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from ringtrue.cli import output
from ringtrue.cli.arguments import Json, Limit, json_object
from ringtrue.cli.connection import connect
from ringtrue.cli.output import plain_errors

app = typer.Typer(help="Threads: list, read, create, messages, tokens.", no_args_is_help=True)

ThreadId = Annotated[str, typer.Argument(help="The thread's id.")]


@app.command("list")
def list_threads(
    project: Annotated[str | None, typer.Option("--project", help="The project's name.")] = None,
    limit: Limit = 20,
    as_json: Json = False,
) -> None:
    """List threads, newest first."""
    with plain_errors(), connect() as client:
        found = list(client.threads.list(project_name=project, limit=limit))
    if as_json:
        output.document({"threads": [one.to_dict() for one in found]})
        return
    rows = ((one.id, one.created_at, one.alias, one.project_name, one.timezone) for one in found)
    output.table(("id", "created", "alias", "project", "timezone"), rows)


@app.command("get")
def get(thread_id: ThreadId, as_json: Json = False) -> None:
    """Show a thread and what it used."""
    with plain_errors(), connect() as client:
        thread = client.threads.get(thread_id)
    if as_json:
        output.document(thread.to_dict())
        return
    usage = thread.usage
    output.table(
        ("id", "alias", "timezone", "messages", "voice minutes", "cost"),
        [
            (
                thread.id,
                thread.alias,
                thread.timezone,
                str(usage.billable_messages),
                f"{usage.voice_minutes:g}",
                f"{usage.total_cost:g}",
            )
        ],
    )


@app.command("create")
def create(
    project: Annotated[str | None, typer.Option("--project", help="The project's name.")] = None,
    number: Annotated[str | None, typer.Option("--number", help="The party's number, in E.164.")] = None,
    email: Annotated[str | None, typer.Option("--email", help="The party's address.")] = None,
    timezone: Annotated[str | None, typer.Option("--timezone", help="The party's IANA zone.")] = None,
    data: Annotated[str | None, typer.Option("--data", help="A JSON object, or @FILE, that the agent's prompts see.")] = None,
    as_json: Json = False,
) -> None:
    """Make a thread."""
    values = json_object(data) if data is not None else None
    with plain_errors(), connect() as client:
        thread = client.threads.create(
            project_name=project, user_phone_number=number, user_email=email, timezone=timezone, json_data=values
        )
    output.document(thread.to_dict()) if as_json else output.say(thread.thread_id)


@app.command("messages")
def messages(thread_id: ThreadId, limit: Limit = 20, as_json: Json = False) -> None:
    """Show the latest messages of a thread, the latest last."""
    with plain_errors(), connect() as client:
        found = list(client.threads.messages(thread_id, limit=limit))
    if as_json:
        output.document({"messages": [one.to_dict() for one in found]})
        return
    for one in reversed(found):  # as a conversation is read
        output.say(f"{one.role.capitalize()}: {one.message}")


@app.command("token")
def token(
    thread_id: ThreadId,
    expires_in: Annotated[int | None, typer.Option("--expires-in", help="Seconds, 60 to 86400; default an hour.")] = None,
    include: Annotated[
        list[str] | None, typer.Option("--include", help="analysis or recording: lets it see those too; repeatable.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Make a token that opens this thread alone."""
    wanted: list[Literal["analysis", "recording"]] = []
    for name in include or ():
        if name not in ("analysis", "recording"):
            raise typer.BadParameter("--include takes analysis or recording.")
        wanted.append("analysis" if name == "analysis" else "recording")
    with plain_errors(), connect() as client:
        made = client.threads.token(thread_id, expires_in=expires_in, include=wanted or None)
    output.document(made.to_dict()) if as_json else output.say(made.access_token)
