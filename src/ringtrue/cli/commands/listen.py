"""`ringtrue listen`: the server's events on the developer's own machine, without a public address."""

from __future__ import annotations

import json
import sys
from contextlib import suppress
from time import sleep
from typing import Annotated, Any

import typer

from ringtrue.calls.webhooks import checked_url
from ringtrue.cli import forwarding, output
from ringtrue.cli.connection import connect
from ringtrue.cli.output import Exit, fail, plain_errors
from ringtrue.client import APIError, Client
from ringtrue.clock import SystemClock
from ringtrue.domain.webhook import EVENTS
from ringtrue.errors import InvalidInput


def listen(
    forward_to: Annotated[str, typer.Option("--forward-to", metavar="URL", help="Where each event is posted.")],
    event: Annotated[list[str] | None, typer.Option("--event", help="Only such, e.g. call.ended (repeatable).")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for scripts: one document a line.")] = False,
) -> None:
    """Forward the server's events to an address of this machine, signed, until stopped with Ctrl-C."""
    try:
        url = checked_url(forward_to)
    except InvalidInput as exc:
        fail(f"--forward-to: {exc.sentence}", Exit.USAGE)
    if not set(event or ()) <= set(EVENTS):
        fail(f"--event takes one of {', '.join(EVENTS)}.", Exit.USAGE)
    with plain_errors(), connect() as client:
        _listen(client, url, event, as_json=as_json)


def _listen(client: Client, url: str, events: list[str] | None, *, as_json: bool) -> None:
    listener = client.listeners.create(events or None)
    try:
        if as_json:
            _line({"listener": listener.id, "secret": listener.secret})
        else:
            output.say(f"Forwarding to {url}, signed with {listener.secret}. Ctrl-C stops.")
        forwarding.run(
            client.listeners,
            listener.id,
            forwarding.Forwarder(url, listener.secret, SystemClock()),
            show=_line if as_json else _show,
            say=lambda sentence: print(sentence, file=sys.stderr, flush=True),
            wait=sleep,
        )
    except KeyboardInterrupt:
        return  # how it is meant to end
    finally:
        with suppress(APIError):  # a server that is away forgets it by itself
            client.listeners.delete(listener.id)


def _line(document: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(document) + "\n")
    sys.stdout.flush()


def _show(event: dict[str, Any]) -> None:
    status = event["status"] if event["status"] is not None else "no answer"
    output.say(f"{event['type']:<15} {event['call_id']}  {status}")
