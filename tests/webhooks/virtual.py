"""A deliverer on virtual time, and pretended receivers that note what they get and check its signature."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import httpx
import standardwebhooks.webhooks as reference

from ringtrue.calls import advance
from ringtrue.calls.store import Store, Tx
from ringtrue.domain.disposition import Disposition
from ringtrue.domain.event import NewEvent
from ringtrue.domain.facts import LegEnded
from ringtrue.storage.database import SqliteStore
from ringtrue.testing.clock import START, LoopClock
from ringtrue.testing.office import Office, answered, claimed, happened, placed
from ringtrue.webhooks.deliverer import Deliverer
from ringtrue.webhooks.sender import Sender

from .receivers import SECRET, Pretended

HUNG_UP = LegEnded(disposition=Disposition.USER_HANGUP, duration_ms=61_500)


def ended_call(tx: Tx, office: Office, *, is_analyzed: bool = True) -> str:
    """A call that was answered, ended, and was analyzed."""
    call = answered(tx, claimed(tx, placed(tx, office)))
    happened(tx, call.id, HUNG_UP)
    if is_analyzed:
        advance.note(tx, call.id, NewEvent(kind="call.analyzed"), at=START)
    return call.id


def ok(status: int = 200) -> httpx.Response:
    """An answer without a body."""
    return httpx.Response(status, stream=httpx.ByteStream(b""))


async def at_once(_request: httpx.Request) -> httpx.Response:
    """A receiver that takes all."""
    return ok()


async def never(_request: httpx.Request) -> httpx.Response:
    """A receiver that does not answer."""
    await asyncio.Event().wait()
    raise AssertionError


class Log:
    """A receiver that notes what it got and what it took; `journal` has both in the order of time."""

    def __init__(self, behave: Callable[[httpx.Request], Any] = at_once) -> None:
        self.seen: list[dict[str, Any]] = []
        self.taken: list[dict[str, Any]] = []
        self.journal: list[tuple[str, str, str]] = []
        self.headers: list[httpx.Headers] = []
        self.bodies: dict[str, set[bytes]] = {}
        self._behave = behave

    async def __call__(self, request: httpx.Request) -> httpx.Response:
        body = await request.aread()
        event: dict[str, Any] = json.loads(body)
        self.seen.append(event)
        call = event["data"]["call"]["id"]
        self.journal.append(("came", event["type"], call))
        self.headers.append(request.headers)
        self.bodies.setdefault(event["id"], set()).add(body)
        reference.Webhook(SECRET).verify(body, dict(request.headers))
        answer: httpx.Response = await self._behave(request)
        if answer.status_code < 300:
            self.taken.append(event)
            self.journal.append(("taken", event["type"], call))
        return answer


def deliverer(store: Store, receivers: Pretended) -> Deliverer:
    """A deliverer to those."""
    clock = LoopClock()
    return Deliverer(store=store, sender=Sender(clock=clock, transport=receivers), clock=clock)


async def until(is_so: Callable[[], bool], *, most: float = 600_000.0) -> None:
    """Let virtual time pass until it is."""
    loop = asyncio.get_running_loop()
    end = loop.time() + most
    while not is_so():
        assert loop.time() < end, "it never came to be"
        await asyncio.sleep(0.2)


async def stop(task: asyncio.Task[None]) -> None:
    """End a deliverer as the end of its process would: what it has in hand is lost."""
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


def states(store: SqliteStore, name: str) -> Counter[str]:
    """How many deliveries to the webhook of that name stand how."""

    def work(tx: Tx) -> Counter[str]:
        rows = tx._sql.all(  # type: ignore[attr-defined]  # the port has no such list yet
            "SELECT state FROM deliveries JOIN webhooks ON webhooks.id = webhook_id WHERE url LIKE :url", url=f"%//{name}.%"
        )
        return Counter(row["state"] for row in rows)

    return store.read_now(work)
