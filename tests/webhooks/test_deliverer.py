"""Deliveries reach every receiver that lives, through failures, restarts and the deaths of others. In virtual time."""

from __future__ import annotations

import asyncio
import json
import random
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta, tzinfo
from pathlib import Path
from typing import Any, TypeVar

import httpx
import pytest
import standardwebhooks.webhooks as reference
from structlog.testing import capture_logs

from ringtrue.calls import advance, deliveries
from ringtrue.calls.store import Store, Tx
from ringtrue.clock import SystemClock
from ringtrue.domain.disposition import Disposition
from ringtrue.domain.event import NewEvent
from ringtrue.domain.facts import LegEnded
from ringtrue.domain.webhook import DeliveryState
from ringtrue.errors import StoreUnavailable
from ringtrue.storage.database import SqliteStore
from ringtrue.testing.clock import START, LoopClock, run_virtual
from ringtrue.testing.office import Office, answered, claimed, happened, placed
from ringtrue.webhooks.deliverer import Deliverer
from ringtrue.webhooks.sender import Sender

from .receivers import SECRET, InlineStore, Pretended, hook

T = TypeVar("T")
N_CALLS = 100
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
    """A receiver that notes what it got and what it answered, once per try."""

    def __init__(self, behave: Callable[[httpx.Request], Any] = at_once) -> None:
        self.seen: list[dict[str, Any]] = []
        self.taken: list[dict[str, Any]] = []
        self.headers: list[httpx.Headers] = []
        self.bodies: dict[str, set[bytes]] = {}
        self._behave = behave

    async def __call__(self, request: httpx.Request) -> httpx.Response:
        body = await request.aread()
        event: dict[str, Any] = json.loads(body)
        self.seen.append(event)
        self.headers.append(request.headers)
        self.bodies.setdefault(event["id"], set()).add(body)
        reference.Webhook(SECRET).verify(body, dict(request.headers))
        answer: httpx.Response = await self._behave(request)
        if answer.status_code < 300:
            self.taken.append(event)
        return answer


@pytest.fixture(autouse=True)
def _library_on_our_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """The reference library compares the time of a try with its own: here with the virtual one."""

    class Now(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
            return LoopClock().now()

    monkeypatch.setattr(reference, "datetime", Now)


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
    ended: set[str] = set()
    for event, headers in zip(log.seen, log.headers, strict=True):
        assert headers["webhook-id"] == event["id"]
        call = event["data"]["call"]["id"]
        if event["type"] == "call.analyzed":
            assert call in ended
        elif event in log.taken:
            ended.add(call)


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


def test_what_was_committed_before_a_crash_is_sent_after_it(store: SqliteStore, office: Office, tmp_path: Path) -> None:
    """The process died between the commit and the first try: the row is all that is needed."""
    store.run_now(lambda tx: hook(tx, office, "alive", "call.ended"))
    store.run_now(lambda tx: ended_call(tx, office))
    store.close()
    again = SqliteStore.open(tmp_path / "ringtrue.db", SystemClock())
    log = Log()

    async def main() -> None:
        working = asyncio.create_task(deliverer(InlineStore(again), Pretended(alive=log)).run())
        await until(lambda: len(log.taken) == 1, most=5)
        await stop(working)

    try:
        run_virtual(main())
        assert states(again, "alive") == {"delivered": 1}
    finally:
        again.close()


def test_two_deliverers_send_each_event_once(store: SqliteStore, office: Office) -> None:
    """What one has in hand the other leaves."""

    async def slowly(_request: httpx.Request) -> httpx.Response:
        await asyncio.sleep(0.7)
        return ok()

    log = Log(slowly)
    store.run_now(lambda tx: hook(tx, office, "alive"))
    for _ in range(10):
        store.run_now(lambda tx: ended_call(tx, office))

    async def main() -> None:
        receivers = Pretended(alive=log)
        working = [asyncio.create_task(deliverer(InlineStore(store), receivers).run()) for _ in range(2)]
        await until(lambda: states(store, "alive") == {"delivered": 40}, most=100)
        for one in working:
            await stop(one)

    run_virtual(main())

    assert Counter(event["id"] for event in log.seen).most_common(1)[0][1] == 1
    for call in {event["data"]["call"]["id"] for event in log.seen}:
        sequences = [event["sequence"] for event in log.seen if event["data"]["call"]["id"] == call]
        assert sequences == sorted(sequences)


def test_what_was_in_hand_when_the_process_died_is_sent_again(store: SqliteStore, office: Office) -> None:
    """When its claim ends; the receiver knows it by its id."""
    log = Log(never)
    store.run_now(lambda tx: hook(tx, office, "alive", "call.ended"))
    store.run_now(lambda tx: ended_call(tx, office))
    times: list[float] = []

    async def main() -> None:
        loop = asyncio.get_running_loop()
        working = asyncio.create_task(deliverer(InlineStore(store), Pretended(alive=log)).run())
        await until(lambda: len(log.seen) == 1)
        await stop(working)
        second = Log()
        working = asyncio.create_task(deliverer(InlineStore(store), Pretended(alive=second)).run())
        await until(lambda: len(second.taken) == 1)
        times.append(loop.time())
        await stop(working)
        assert second.bodies == log.bodies

    run_virtual(main())

    assert deliveries.CLAIMED_FOR <= timedelta(seconds=times[0]) < deliveries.CLAIMED_FOR + timedelta(seconds=2)


def test_a_receiver_that_is_gone_is_left_in_peace(store: SqliteStore, office: Office) -> None:
    """After its 410 nothing comes."""

    async def gone(_request: httpx.Request) -> httpx.Response:
        return ok(410)

    log = Log(gone)
    webhook = store.run_now(lambda tx: hook(tx, office, "gone", "call.ended"))
    store.run_now(lambda tx: ended_call(tx, office))

    async def main() -> None:
        working = asyncio.create_task(deliverer(InlineStore(store), Pretended(gone=log)).run())
        await until(lambda: states(store, "gone") == {"given_up": 1}, most=5)
        store.run_now(lambda tx: ended_call(tx, office))
        await asyncio.sleep(60)
        await stop(working)

    run_virtual(main())

    assert len(log.seen) == 1
    stored = store.read_now(lambda tx: tx.webhook_by_id(webhook.id))
    assert stored is not None
    assert not stored.enabled


def test_a_defect_at_one_receiver_ends_no_other_delivery(store: SqliteStore, office: Office) -> None:
    """It counts as a try that failed, and the log has it whole."""

    async def broken(_request: httpx.Request) -> httpx.Response:
        raise ZeroDivisionError

    log = Log()
    store.run_now(lambda tx: hook(tx, office, "broken", "call.ended"))
    store.run_now(lambda tx: hook(tx, office, "alive", "call.ended"))
    store.run_now(lambda tx: ended_call(tx, office))

    async def main() -> None:
        working = asyncio.create_task(deliverer(InlineStore(store), Pretended(broken=broken, alive=log)).run())
        await until(lambda: states(store, "alive") == {"delivered": 1}, most=5)
        await asyncio.sleep(60)
        assert not working.done()
        await stop(working)

    with capture_logs() as logged:
        run_virtual(main())

    assert len([entry for entry in logged if entry["event"] == "delivery.broken"]) >= 2
    assert states(store, "broken") == {"waiting": 1}


def test_a_database_that_is_away_only_delays(store: SqliteStore, office: Office) -> None:
    """At the look, at the claim, and after the answer: then it is sent again."""

    class Failing(InlineStore):
        n_left = 12

        async def run(self, work: Callable[[Tx], T]) -> T:
            self._fail()
            return await super().run(work)

        async def read(self, work: Callable[[Tx], T]) -> T:
            self._fail()
            return await super().read(work)

        def _fail(self) -> None:
            if self.n_left and chance.random() < 0.4:
                self.n_left -= 1
                raise StoreUnavailable("The disk is full.")

    chance = random.Random(3)
    log = Log()
    store.run_now(lambda tx: hook(tx, office, "alive"))
    for _ in range(5):
        store.run_now(lambda tx: ended_call(tx, office))

    async def main() -> None:
        working = asyncio.create_task(deliverer(Failing(store), Pretended(alive=log)).run())
        await until(lambda: states(store, "alive") == {"delivered": 20})
        await stop(working)

    run_virtual(main())

    assert len({event["id"] for event in log.taken}) == 20
    assert len(log.seen) > 20


def test_neither_secret_nor_address_nor_transcript_gets_into_the_logs(store: SqliteStore, office: Office) -> None:
    """What failed is named by its ids."""

    async def refuse(_request: httpx.Request) -> httpx.Response:
        return ok(500)

    def gone_wrong(_request: httpx.Request) -> Any:
        raise ZeroDivisionError

    store.run_now(lambda tx: hook(tx, office, "refusing", "call.ended"))
    store.run_now(lambda tx: hook(tx, office, "broken", "call.ended"))
    store.run_now(lambda tx: ended_call(tx, office))

    async def main() -> None:
        working = asyncio.create_task(deliverer(InlineStore(store), Pretended(refusing=refuse, broken=gone_wrong)).run())
        await asyncio.sleep(30)
        await stop(working)

    with capture_logs() as logged:
        run_virtual(main())

    text = repr(logged)
    assert {"delivery.failed", "delivery.broken"} <= {entry["event"] for entry in logged}
    assert "whk_" in text
    for secret in (SECRET, SECRET.removeprefix("whsec_"), "hush", "example", "Anna", "+1415"):
        assert secret not in text


def test_a_dead_receiver_is_given_up_and_said_so(store: SqliteStore, office: Office) -> None:
    """At the last try, 75 hours after the event."""

    async def refuse(_request: httpx.Request) -> httpx.Response:
        return ok(500)

    webhook = store.run_now(lambda tx: hook(tx, office, "refusing", "call.ended"))
    store.run_now(lambda tx: ended_call(tx, office))
    (waiting,) = store.read_now(lambda tx: tx.waiting_deliveries(webhook.id, 9))
    early = START - timedelta(hours=75)
    store.run_now(
        lambda tx: tx._sql.change(  # type: ignore[attr-defined]  # the port cannot change when an event was
            "UPDATE deliveries SET created_at = :at", {"at": int(early.timestamp()) * 1_000_000}
        )
    )

    async def main() -> None:
        working = asyncio.create_task(deliverer(InlineStore(store), Pretended(refusing=refuse)).run())
        await until(lambda: states(store, "refusing") == {"given_up": 1}, most=5)
        await stop(working)

    with capture_logs() as logged:
        run_virtual(main())

    stored = store.read_now(lambda tx: tx.delivery(waiting.id))
    assert stored is not None
    assert (stored.state, stored.status) == (DeliveryState.GIVEN_UP, 500)
    assert [entry["event"] for entry in logged] == ["delivery.given_up"]
