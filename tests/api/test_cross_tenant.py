"""Nothing of another organization can be reached, changed or told from what never existed, by any operation and any id."""

from __future__ import annotations

import asyncio
import re
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import httpx
import pytest

from ringtrue.agents.files import example
from ringtrue.calls import keys, projects, reachable
from ringtrue.calls.store import Tx
from ringtrue.domain.utterance import Utterance
from ringtrue.storage.tables import TABLES
from ringtrue.testing.clock import START
from ringtrue.testing.office import FILES, OUR_NUMBER

from .conftest import KEYS, Desk
from .cross_tenant import (
    ADMIN_ONLY,
    MADE_BY_NAME,
    NOT_YET,
    OPEN,
    READS_BY_POST,
    TAKEN,
    Ask,
    Slot,
    asked,
    operations,
    slots,
    without_slots,
)

SUPPRESSED, UNKNOWN_NUMBER, UNKNOWN_SUPPRESSED = "+14155550155", "+14155550177", "+14155550178"
_DRAWN = re.compile(rb"[0-9a-f]{8}-[0-9a-f-]{27}|ver_[0-9a-z]{26}")
STRANGERS = {"full": KEYS["other"], "admin": "rt_other_admin", "read": "rt_other_read"}
NOBODY = {"none": None, "revoked": KEYS["revoked"], "made up": "rt_0", "bearer of nothing": "Bearer rt_0"}


@dataclass(kw_only=True)
class Target:
    """Somebody else's: each id with one of its kind that never existed, and what the asker has of each."""

    ids: Mapping[str, tuple[str, str]]
    own: Mapping[str, str]


@pytest.fixture
def target(desk: Desk) -> Target:
    """An organization with something of everything."""
    calls = [desk.call(status) for status in ("scheduled", "queued", "ringing", "ongoing", "ended", "error")]
    own_call = desk.call("scheduled", office=desk.stranger)

    def work(tx: Tx) -> dict[str, tuple[str, str]]:
        plan = projects.apply(
            tx,
            desk.office.org.id,
            "secret-plan",
            example().replace("name: appointment", "name: secret-plan"),
            files=FILES,
            at=START,
        )
        reachable.suppress(tx, desk.office.org.id, SUPPRESSED, "asked", at=START)
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
            "API key": (own_key.id, "key_000000000000000000000000"),
            "event": (tx.events(calls[4].id)[0].id, "evt_00000000000000000000000000"),
            "organization": (desk.office.org.id, "org_00000000000000000000000000"),
        }

    ids = desk.store.run_now(work)
    for path in ("/calls?limit=1", "/calls?limit=1&status=queued"):
        cursor = desk.ask("GET", path).json()["pagination"]["cursor"]
        ids[f"cursor {path}"] = (cursor, f"{cursor[:-4]}AAAA")
    own = {
        "call_id": own_call.id,
        "thread_id": own_call.thread_id,
        "project_id": desk.stranger.project.id,
        "project": "appointment",
        "project_name": "appointment",
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


def in_order(among: Iterable[Slot]) -> list[Slot]:
    """What makes something of the asker's own under a name comes last, as it is found from then on."""
    return sorted(
        among, key=lambda one: (one.operation in MADE_BY_NAME and one.place == "path", one.path.startswith("/projects"))
    )


def is_write(slot: Slot) -> bool:
    """Whether a key that may only read is refused."""
    return slot.method != "GET" and slot.operation not in READS_BY_POST


def test_the_matrix_knows_every_operation(desk: Desk) -> None:
    """A new one takes its place by itself, or this fails."""
    document = desk.app.openapi()

    known = {slot.operation for slot in slots(document)} | {slot.operation for slot in without_slots(document)} | OPEN

    assert known == set(operations(document))
    assert {path for _, path in operations(document)} >= ADMIN_ONLY
    assert set(operations(document)) >= MADE_BY_NAME | READS_BY_POST | OPEN | set(TAKEN)


def test_no_id_of_another_organization_opens_anything(desk: Desk, target: Target) -> None:
    """Every operation, every place that takes an id, every kind of id, every stranger's key: as if it had never existed."""
    before, asking = dump(desk), Asking(desk)
    secrets = [real.encode() for real, _ in target.ids.values()]
    for slot in in_order(slots(desk.app.openapi())):
        best = "admin" if slot.path in ADMIN_ONLY else "full"
        for number, (kind, (real, never)) in enumerate(target.ids.items()):
            for scope, key in STRANGERS.items():
                if scope != best and number % 4:
                    continue  # a key that may do less sees less of each id alike
                where = f"{slot.method} {slot.path} {slot.name}={kind} by {scope}"
                (there,) = asking.all([(asked(slot, real, target.own), key)])
                if slot.operation in TAKEN and slot.place == "path" and kind == "number" and scope != "read":
                    assert (there.status_code, there.json()["code"]) == TAKEN[slot.operation], where
                    continue
                (not_there,) = asking.all([(asked(slot, never, target.own), key)])
                is_named = slot.operation in MADE_BY_NAME and slot.name in ("name", "number") and there.is_success
                assert shown(there, *[real] * is_named) == shown(not_there, *[never] * is_named), where
                if slot.path in ADMIN_ONLY and scope != "admin":
                    assert (there.status_code, there.json()["code"]) == (403, "key_not_admin"), where
                elif is_write(slot) and scope == "read":
                    assert (there.status_code, there.json()["code"]) == (403, "key_reads_only"), where
                elif not is_named:
                    assert there.status_code in allowed(slot), where
                    assert not any(one in there.content for one in secrets), where

    assert asking.n_asked > 1_000
    assert dump(desk) == before


def test_nobody_gets_anywhere(desk: Desk, target: Target) -> None:
    """Without a key that is valid: one 401, whatever is asked for."""
    before, asking = dump(desk), Asking(desk)
    seen = set()
    for slot in slots(desk.app.openapi()):
        values = [one for pair in target.ids.values() for one in pair]
        for key in NOBODY.values():
            answers = asking.all([(asked(slot, value, target.own), key) for value in values[:: 1 if key is None else 5]])
            seen |= {(answer.status_code, answer.content) for answer in answers}
    for slot in without_slots(desk.app.openapi()):
        answers = asking.all([(asked(slot, "", target.own), key) for key in NOBODY.values()])
        seen |= {(answer.status_code, answer.content) for answer in answers}

    assert [status for status, _ in seen] == [401]
    assert asking.n_asked > 1_000
    assert dump(desk) == before


def test_a_key_that_reads_writes_nothing_of_its_own_organization(desk: Desk, target: Target) -> None:
    """403 on every write, for every id that is there."""
    desk.ask("GET", "/projects", key=KEYS["read"])  # its last use is noted once a minute
    before, asking = dump(desk), Asking(desk)
    document = desk.app.openapi()
    writes = [slot for slot in (*slots(document), *without_slots(document)) if is_write(slot)]
    for slot in writes:
        for answer in asking.all([(asked(slot, real, target.own), KEYS["read"]) for real, _ in target.ids.values()]):
            code = "key_not_admin" if slot.path in ADMIN_ONLY else "key_reads_only"
            assert (answer.status_code, answer.json()["code"]) == (403, code), (slot.method, slot.path)

    assert {slot.operation for slot in writes} == {
        one for one in operations(document) if one[0] != "GET" and one not in READS_BY_POST
    }
    assert dump(desk) == before


def test_a_strangers_lists_are_its_own(desk: Desk, target: Target) -> None:
    """Operations that take no id: nothing of the target is in what they tell."""
    before, asking = dump(desk), Asking(desk)
    secrets = [real.encode() for real, _ in target.ids.values()]
    told = [slot for slot in without_slots(desk.app.openapi()) if slot.method == "GET"]
    lists = [slot for slot in slots(desk.app.openapi()) if slot.place == "query" and "{" not in slot.path]

    answers = asking.all([(Ask(method="GET", url=slot.path), STRANGERS["admin"]) for slot in (*told, *lists)])

    assert len(answers) >= 5
    for answer in answers:
        assert answer.status_code == 200
        assert not any(one in answer.content for one in secrets)
    assert dump(desk) == before


def test_what_is_its_own_is_there_all_the_same(desk: Desk, target: Target) -> None:
    """The target itself finds everything: the matrix tries ids that open something."""
    ids = {kind: real for kind, (real, _) in target.ids.items()}
    found = [
        f"/calls/{ids['call ended 4']}",
        f"/calls/{ids['call ended 4']}/turns",
        f"/threads/{ids['thread']}",
        f"/projects/{ids['project id']}",
        f"/projects/{ids['project name']}/versions",
        f"/suppressions/{SUPPRESSED}",
        f"/calls?limit=1&cursor={ids['cursor /calls?limit=1']}",
        f"/calls?status=queued&cursor={ids['cursor /calls?limit=1&status=queued']}",
    ]

    assert [desk.ask("GET", path, key="rt_admin").status_code for path in found] == [200] * len(found)
    assert desk.ask("DELETE", f"/api-keys/{ids['API key']}", key="rt_admin").status_code in (204, 409)
