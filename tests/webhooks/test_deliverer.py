"""Deliveries reach every receiver that lives, through failures, restarts and the deaths of others. In virtual time."""

from __future__ import annotations

import asyncio
import random
from collections import Counter

import httpx
import pytest

from ringtrue.calls.store import Tx
from ringtrue.storage.database import SqliteStore
from ringtrue.testing.clock import run_virtual
from ringtrue.testing.office import Office

from .receivers import InlineStore, Pretended, hook
from .virtual import Log, deliverer, ended_call, never, ok, states, stop, until

pytestmark = pytest.mark.usefixtures("_library_on_our_clock")
N_CALLS = 100


def test_a_hundred_calls_come_through_failures_and_two_restarts(store: SqliteStore, office: Office) -> None:
    """None is missing; each ended call before its analysis; every try is signed and says the same."""
    chance = random.Random(7)

    async def moody(request: httpx.Request) -> httpx.Response:
        match chance.choices(("take", "fail", "hang up", "stall"), (55, 15, 15, 15))[0]:
            case "take":
                await asyncio.sleep(chance.random())
                return ok(chance.choice((200, 201, 204)))
            case "fail":
                return ok(chance.choice((500, 404, 302, 429)))
            case "hang up":
                raise httpx.RemoteProtocolError("hung up", request=request)
            case _:
                return await never(request)

    log = Log(moody)
    store.run_now(lambda tx: hook(tx, office, "moody", "call.ended", "call.analyzed"))
    calls = {store.run_now(lambda tx: ended_call(tx, office)) for _ in range(N_CALLS)}

    async def main() -> None:
        receivers = Pretended(moody=log)
        for seconds in (2.6, 21.0):
            working = asyncio.create_task(deliverer(InlineStore(store), receivers).run())
            await asyncio.sleep(seconds)
            await stop(working)
        n_before = len(log.taken)
        assert 0 < n_before < 2 * N_CALLS
        working = asyncio.create_task(deliverer(InlineStore(store), receivers).run())
        await until(lambda: states(store, "moody") == {"delivered": 2 * N_CALLS})
        await stop(working)

    run_virtual(main())

    taken = {(event["data"]["call"]["id"], event["type"]) for event in log.taken}
    assert taken == {(call, kind) for call in calls for kind in ("call.ended", "call.analyzed")}
    assert len(log.seen) > 2 * N_CALLS
    assert all(len(bodies) == 1 for bodies in log.bodies.values())
    assert len(log.bodies) == 2 * N_CALLS
    assert [headers["webhook-id"] for headers in log.headers] == [event["id"] for event in log.seen]
    for call in calls:
        ended = log.journal.index(("taken", "call.ended", call))
        assert ended < log.journal.index(("came", "call.analyzed", call))


def test_an_analysis_waits_for_the_end_that_is_refused(store: SqliteStore, office: Office) -> None:
    """Until that is taken, however long."""
    n_refused = 0

    async def refuse_ended(request: httpx.Request) -> httpx.Response:
        nonlocal n_refused
        if b'"type":"call.ended"' in request.content and n_refused < 6:
            n_refused += 1
            return ok(500)
        return ok()

    log = Log(refuse_ended)
    store.run_now(lambda tx: hook(tx, office, "picky"))
    store.run_now(lambda tx: ended_call(tx, office))

    async def main() -> None:
        working = asyncio.create_task(deliverer(InlineStore(store), Pretended(picky=log)).run())
        await until(lambda: set(states(store, "picky")) == {"delivered"})
        await stop(working)

    run_virtual(main())

    assert n_refused == 6
    assert [event["type"] for event in log.taken] == ["call.queued", "call.started", "call.ended", "call.analyzed"]
    assert [event["type"] for event in log.seen].count("call.analyzed") == 1


def test_the_dead_and_the_slow_hold_up_nobody(store: SqliteStore, office: Office) -> None:
    """Forty that never answer, with hundreds of events each: the one that lives has all of its own within seconds."""
    dead = [f"dead{number}" for number in range(40)]
    at_once_now: Counter[str] = Counter()
    most: Counter[str] = Counter()

    async def stall(request: httpx.Request) -> httpx.Response:
        host = request.url.host
        at_once_now[host] += 1
        most[host] = max(most[host], at_once_now[host])
        try:
            return await never(request)
        finally:
            at_once_now[host] -= 1

    def work(tx: Tx) -> None:
        for name in dead:
            hook(tx, office, name)
        for _ in range(10):
            ended_call(tx, office)

    store.run_now(work)
    store.run_now(lambda tx: hook(tx, office, "alive"))
    for _ in range(20):
        store.run_now(lambda tx: ended_call(tx, office))
    log = Log()
    took: list[float] = []

    async def main() -> None:
        receivers = Pretended(alive=log, **dict.fromkeys(dead, stall))
        working = asyncio.create_task(deliverer(InlineStore(store), receivers).run())
        await until(lambda: states(store, "alive") == {"delivered": 80}, most=5)
        took.append(asyncio.get_running_loop().time())
        await asyncio.sleep(9)
        await stop(working)

    run_virtual(main())

    assert len(log.taken) == 80
    assert took[0] < 5
    assert set(most.values()) == {4}
