"""Fetch a listener's events in order and post each to an address near the developer, as a webhook would be."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

import httpx

from ringtrue.client import ConnectionFailed, ServerError
from ringtrue.client.models.organization import HandedEvent
from ringtrue.clock import Clock
from ringtrue.webhooks import signing

_FORWARD_SECONDS = 10.0
_LOOK_SECONDS = 0.5
_AGAIN_SECONDS = 2.0

Document = dict[str, Any]


class Listening(Protocol):
    """What is needed of the client."""

    def next_events(self, listener_id: str, done: Sequence[Mapping[str, str | int | None]]) -> Sequence[HandedEvent]:
        """Say what is done, and get what is not."""
        ...


class Forwarder:
    """Posts events to one address, signed at that instant. Follows no redirect, asks no proxy."""

    def __init__(self, url: str, secret: str, clock: Clock) -> None:
        self._url = url
        self._secret = secret
        self._clock = clock
        self._http = httpx.Client(timeout=_FORWARD_SECONDS, trust_env=False)

    def forward(self, event: HandedEvent) -> int | None:
        """The status that was answered; None when nothing was."""
        body = event.body.encode()
        signed = signing.headers(self._secret, event.event_id, body, self._clock.now())
        try:
            with self._http.stream(
                "POST", self._url, content=body, headers={"Content-Type": "application/json", **signed}
            ) as answer:
                return answer.status_code
        except httpx.HTTPError:
            return None


def run(
    client: Listening,
    listener_id: str,
    forwarder: Forwarder,
    *,
    show: Callable[[Document], None],
    say: Callable[[str], None],
    wait: Callable[[float], None],
) -> None:
    """Forward for ever, one event after another; each is tried once. A server that is away is waited for.

    `show` gets `event_id`, `type`, `call_id` and `status` of each. Raises APIError, also when the listener is forgotten.
    """
    done: list[dict[str, str | int | None]] = []
    is_away = False
    while True:
        try:
            waiting = client.next_events(listener_id, done)
        except (ConnectionFailed, ServerError):
            if not is_away:
                say("The server does not answer: waiting for it.")
            is_away = True
            wait(_AGAIN_SECONDS)
            continue
        is_away, done = False, []
        for event in waiting:
            status = forwarder.forward(event)
            done.append({"id": event.id, "status": status})
            call_id = json.loads(event.body)["data"]["call"]["id"]
            show({"event_id": event.event_id, "type": event.type, "call_id": call_id, "status": status})
        if not waiting:
            wait(_LOOK_SECONDS)
