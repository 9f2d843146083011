"""`ringtrue webhooks`."""

from __future__ import annotations

from typing import Annotated

import typer

from ringtrue.cli import output
from ringtrue.cli.arguments import Json
from ringtrue.cli.connection import connect
from ringtrue.cli.output import plain_errors

app = typer.Typer(help="Webhooks: where events are sent.", no_args_is_help=True)

WebhookId = Annotated[str, typer.Argument(help="The webhook's id.")]
_EVENT = "An event such as call.ended; repeatable."


@app.command("list")
def list_webhooks(as_json: Json = False) -> None:
    """List the webhooks."""
    with plain_errors(), connect() as client:
        found = list(client.webhooks.list())
    if as_json:
        output.document({"webhooks": [one.to_dict() for one in found]})
        return
    rows = ((one.id, "on" if one.enabled else "off", ",".join(one.events), one.url) for one in found)
    output.table(("id", "state", "events", "url"), rows)


@app.command("create")
def create(
    url: Annotated[str, typer.Argument(help="Where events are sent.")],
    event: Annotated[list[str] | None, typer.Option("--event", help=f"{_EVENT} Default: whatever happens to calls.")] = None,
    disabled: Annotated[bool, typer.Option("--disabled", help="Send nothing until it is enabled.")] = False,
    as_json: Json = False,
) -> None:
    """Make a webhook, and show the secret of its signatures this once."""
    with plain_errors(), connect() as client:
        made = client.webhooks.create(url, event or None, enabled=not disabled)
    output.done(made.to_dict(), f"{made.id}\n{made.secret}", as_json=as_json)


@app.command("update")
def update(
    webhook_id: WebhookId,
    url: Annotated[str | None, typer.Option("--url", help="Where events are sent.")] = None,
    event: Annotated[list[str] | None, typer.Option("--event", help=_EVENT)] = None,
    enabled: Annotated[bool | None, typer.Option("--enable/--disable", help="Whether events are sent.")] = None,
    as_json: Json = False,
) -> None:
    """Change what is given."""
    with plain_errors(), connect() as client:
        changed = client.webhooks.update(webhook_id, url=url, events=event or None, enabled=enabled)
    output.done(changed.to_dict(), f"{changed.id} is changed.", as_json=as_json)


@app.command("delete")
def delete(webhook_id: WebhookId, as_json: Json = False) -> None:
    """Send nothing there any more."""
    with plain_errors(), connect() as client:
        client.webhooks.delete(webhook_id)
    output.done({"id": webhook_id, "deleted": True}, f"{webhook_id} is deleted.", as_json=as_json)
