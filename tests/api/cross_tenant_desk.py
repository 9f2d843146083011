"""Somebody else's organization with something of everything, and whoever tries to reach it, one request after another."""

from __future__ import annotations

import asyncio
import re
import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import httpx

from ringtrue.agents.files import example
from ringtrue.calls import keys, listeners, projects, reachable, webhooks
from ringtrue.calls.store import Tx
from ringtrue.domain.utterance import Utterance
from ringtrue.domain.webhook import CALL_EVENTS, Webhook
from ringtrue.storage.tables import TABLES
from ringtrue.testing.clock import START
from ringtrue.testing.office import FILES, OUR_NUMBER, Office

from .conftest import KEYS, Desk
from .cross_tenant import NOT_YET, Ask, Slot

SUPPRESSED_PARTY, UNKNOWN_PARTY = "sip:secret@pbx.example.com", "sip:nobody@pbx.example.com"
SUPPRESSED, UNKNOWN_NUMBER, UNKNOWN_SUPPRESSED = "+14155550155", "+14155550177", "+14155550178"
_DRAWN = re.compile(rb"[0-9a-f]{8}-[0-9a-f-]{27}|ver_[0-9a-z]{26}")
STRANGERS = {"full": KEYS["other"], "admin": "rt_other_admin", "read": "rt_other_read"}


@dataclass(kw_only=True)
class Target:
    """Somebody else's: each id with one of its kind that never existed, and what the asker has of each."""

    ids: Mapping[str, tuple[str, str]]
    own: Mapping[str, str]


def _told(tx: Tx, office: Office) -> tuple[Webhook, Webhook]:
    """A webhook and a listener of that office."""
    url, org_id = "https://example.com/secret-hook", office.org.id
    webhook = webhooks.create(tx, org_id, url=url, events=CALL_EVENTS, enabled=True, secret="whsec_eA==", at=START)
    return webhook, listeners.create(tx, org_id, events=CALL_EVENTS, secret="whsec_eA==", at=START)


def target_of(desk: Desk) -> Target:
    """An organization with something of everything, beside that of a stranger."""
    webhook, listener = desk.store.run_now(lambda tx: _told(tx, desk.office))
    calls = [desk.call(status) for status in ("scheduled", "queued", "ringing", "ongoing", "ended", "error")]
    own_call = desk.call("scheduled", office=desk.stranger)
    own_webhook, own_listener = desk.store.run_now(lambda tx: _told(tx, desk.stranger))
    written = desk.ask("POST", "/chat", json={"thread_id": calls[0].thread_id, "message": "Hello."}).json()["extras"]

    def work(tx: Tx) -> dict[str, tuple[str, str]]:
        plan = projects.apply(
            tx,
            desk.office.org.id,
            "secret-plan",
            example().replace("name: appointment", "name: secret-plan"),
            files=FILES,
            at=START,
        )
        for party in (SUPPRESSED, SUPPRESSED_PARTY):
            reachable.suppress(tx, desk.office.org.id, party, "asked", at=START)
        tx.put_utterance(
            calls[4].id,
            0,
            Utterance(role="user", content="Yes.", generated="Yes.", words=(), start_ms=0, end_ms=900, interrupted=False),
        )
        keys.issue(tx, desk.stranger.org.id, "admin", "admin", secret=STRANGERS["admin"], at=START)
        keys.issue(tx, desk.stranger.org.id, "read", "read", secret=STRANGERS["read"], at=START)
        own_key = keys.issue(tx, desk.office.org.id, "admin", "admin", secret="rt_admin", at=START).key
        never_uuid = str(UUID(int=7))
        return {
            **{f"call {call.status.value} {number}": (call.id, f"{call.id[:-4]}zzzz") for number, call in enumerate(calls)},
            "thread": (calls[0].thread_id, f"{calls[0].thread_id[:-4]}zzzz"),
            "project id": (plan.project.id, never_uuid),
            "project name": ("secret-plan", "no-such-plan"),
            "version": (plan.version.id, f"{plan.version.id[:-4]}zzzz"),
            "number": (OUR_NUMBER, UNKNOWN_NUMBER),
            "suppressed number": (SUPPRESSED, UNKNOWN_SUPPRESSED),
            "suppressed party": (SUPPRESSED_PARTY, UNKNOWN_PARTY),
            "API key": (own_key.id, "key_000000000000000000000000"),
            "event": (tx.events(calls[4].id)[0].id, "evt_00000000000000000000000000"),
            "webhook": (webhook.id, f"{webhook.id[:-4]}zzzz"),
            "listener": (listener.id, f"{listener.id[:-4]}zzzz"),
            "delivery": (tx.waiting_deliveries(listener.id, 1)[0].id, "dlv_00000000000000000000000000"),
            "message": (written["user_message_id"], "msg_00000000000000000000000000"),
            "organization": (desk.office.org.id, "org_00000000000000000000000000"),
        }

    ids = desk.store.run_now(work)
    for path in ("/calls?limit=1", "/calls?limit=1&status=queued", f"/threads/{calls[0].thread_id}/messages?limit=1"):
        cursor = desk.ask("GET", path).json()["pagination"]["cursor"]
        ids[f"cursor {path.partition(calls[0].thread_id)[-1] or path}"] = (cursor, f"{cursor[:-4]}AAAA")
    own = {
        "call_id": own_call.id,
        "thread_id": own_call.thread_id,
        "project_id": desk.stranger.project.id,
        "project": "appointment",
        "project_name": "appointment",
        "puppeteer_config_name": "appointment",
        "webhook_id": own_webhook.id,
        "listener_id": own_listener.id,
        "done": "dlv_0",
        "name": "appointment",
        "number": UNKNOWN_NUMBER,
        "key_id": "key_0",
        "config_version_id": desk.stranger.version.id,
    }
    return Target(ids=ids, own=own)


def dump(desk: Desk) -> dict[str, list[tuple[Any, ...]]]:
    """Every row that is the target's, or hangs on one that is."""
    found: dict[str, list[tuple[Any, ...]]] = {}
    owned: dict[str, set[str]] = {}
    with closing(sqlite3.connect(desk.folder / "ringtrue.db")) as database:
        database.row_factory = sqlite3.Row
        for name, table in sorted(TABLES.items(), key=lambda one: one[1].owner is None):
            rows = database.execute(f"SELECT * FROM {name} ORDER BY 1, 2").fetchall()
            if table.owner is not None:
                kept = [row for row in rows if row[table.owner] == desk.office.org.id]
            else:
                kept = [
                    row
                    for row in rows
                    if any(row[column] in owned.get(parent, ()) for column, parent in table.references.items())
                ]
            found[name] = [tuple(row) for row in kept]
            owned[name] = {row["id"] for row in kept if "id" in row.keys()}  # noqa: SIM118 - a row iterates over its values
    return found


class Asking:
    """Sends requests, one after another, in one loop; counts them."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self.n_asked = 0

    def all(self, asks: Sequence[tuple[Ask, str | None]]) -> list[httpx.Response]:
        """The answers. Each request bears the same id, so that answers can be compared byte by byte."""

        async def send() -> list[httpx.Response]:
            found = []
            transport = httpx.ASGITransport(self._desk.app)
            async with httpx.AsyncClient(transport=transport, base_url="http://ringtrue.test") as http:
                for ask, key in asks:
                    headers = {**ask.headers, "X-Request-Id": "same", **({"Authorization": key} if key is not None else {})}
                    found.append(await http.request(ask.method, ask.url, content=ask.content, headers=headers))
            return found

        self.n_asked += len(asks)
        return asyncio.run(send())


def shown(answer: httpx.Response, *names: str) -> tuple[int, bytes, list[tuple[str, str]]]:
    """All that somebody sees; of something of the asker's own, its names and what was drawn for it taken out."""
    content = answer.content
    for name in names:
        content = _DRAWN.sub(b"DRAWN", content.replace(name.encode(), b"NAME"))
    headers = [(name, value) for name, value in answer.headers.items() if name != "content-length"]
    return answer.status_code, content, headers


def allowed(slot: Slot) -> set[int]:
    """How an id may be refused that is not the asker's; as a filter it finds an empty page."""
    if slot.place == "path":
        return {404, 422}
    return {200, 404, 422} | ({501} if slot.operation in NOT_YET else set())
