"""The journal of one call: in order, in batches, through an outage, and silent once fenced off."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from ringtrue.domain import facts
from ringtrue.domain.call import Call, Stage
from ringtrue.domain.disposition import Disposition
from ringtrue.domain.utterance import Utterance
from ringtrue.testing.clock import LoopClock, run_virtual
from ringtrue.testing.contracts.store_samples import AT, waiting_call
from ringtrue.worker.journal import Journal

CALL = replace(waiting_call("a"), stage=Stage.DIALLING, fence=3)


def utterance(text: str) -> Utterance:
    """Something said."""
    return Utterance(role="agent", content=text, generated=text, words=(), start_ms=0, end_ms=1)


@dataclass
class Desk:
    """A journal that runs beside the test."""

    store: Any
    journal: Journal
    fenced: list[bool] = field(default_factory=list)

    def say(self, index: int, text: str) -> None:
        """Put an utterance, replacing what waits in its place."""
        self.journal.put(lambda tx: tx.put_utterance(CALL.id, index, utterance(text)), key=("utterance", index))

    def said(self) -> list[str]:
        """What the store has."""
        return [one.content for one in self.store.now(lambda tx: tx.utterances(CALL.id))]

    def rings(self) -> None:
        """A fact."""
        self.journal.fact(lambda _tx: facts.Ringing(sip_status=180))

    def ends(self) -> None:
        """The last fact."""
        self.journal.fact(lambda _tx: facts.LegEnded(disposition=Disposition.USER_HANGUP))


Write = Callable[[Callable[[Desk], Coroutine[Any, Any, None]]], None]


@pytest.fixture
def write(store: Any) -> Write:
    """Runs a test beside a journal; at its end the journal is closed and has written all."""

    def run(test: Callable[[Desk], Coroutine[Any, Any, None]]) -> None:
        async def beside() -> None:
            store.now(lambda tx: tx.add_call(CALL))
            fenced: list[bool] = []
            journal = Journal(store, CALL.id, fence=CALL.fence, clock=LoopClock(AT), on_fenced=lambda: fenced.append(True))
            writing = asyncio.create_task(journal.run())
            await test(Desk(store=store, journal=journal, fenced=fenced))
            journal.close()
            await writing

        run_virtual(beside())

    return run


def test_what_waits_is_written_together_and_in_order(write: Write, store: Any) -> None:
    """One transaction for all of it."""

    async def test(desk: Desk) -> None:
        desk.rings()
        desk.say(0, "Hello")
        desk.say(1, "Bye")
        desk.ends()
        before = store.runs
        await asyncio.sleep(1)

        assert store.runs == before + 1

    write(test)

    assert store.kinds(CALL.id) == ["call.ringing", "call.ended"]
    assert [one.content for one in store.now(lambda tx: tx.utterances(CALL.id))] == ["Hello", "Bye"]


def test_nothing_waits_longer_than_it_must(write: Write, store: Any) -> None:
    """Whoever asks during the call reads what has happened."""

    async def test(desk: Desk) -> None:
        desk.rings()
        await asyncio.sleep(0.001)

        assert store.kinds(CALL.id) == ["call.ringing"]

    write(test)


def test_an_idle_journal_writes_nothing(write: Write, store: Any) -> None:
    """No transaction without an entry."""

    async def test(desk: Desk) -> None:
        before = store.runs
        await asyncio.sleep(60)

        assert store.runs == before

    write(test)


def test_a_newer_entry_takes_the_place_of_one_that_waits(write: Write, store: Any) -> None:
    """During an outage an utterance that grows is kept once, at its newest."""

    async def test(desk: Desk) -> None:
        store.down = True
        for text in ("H", "He", "Hello"):
            desk.say(0, text)
            await asyncio.sleep(0.3)
        assert len(desk.journal._waiting) == 1
        store.down = False

    write(test)

    assert [one.content for one in store.now(lambda tx: tx.utterances(CALL.id))] == ["Hello"]


def test_what_changes_while_it_is_being_written_is_written_again(write: Write, store: Any) -> None:
    """The newer entry is not taken for the one that was just committed."""

    async def test(desk: Desk) -> None:
        store.slow = 1.0
        desk.say(0, "Hel")
        await asyncio.sleep(0.5)
        desk.say(0, "Hello")
        await asyncio.sleep(3)

    write(test)

    assert [one.content for one in store.now(lambda tx: tx.utterances(CALL.id))] == ["Hello"]


def test_an_outage_loses_nothing_and_keeps_the_order(write: Write, store: Any) -> None:
    """Facts carry the instant at which they happened, not that of the repair."""

    async def test(desk: Desk) -> None:
        store.down = True
        desk.rings()
        await asyncio.sleep(10)
        desk.say(0, "Hello")
        desk.ends()
        await asyncio.sleep(20)
        store.down = False
        await asyncio.sleep(1.1)

    write(test)

    events = store.now(lambda tx: tx.events(CALL.id))
    assert [(event.kind, (event.at - AT).seconds) for event in events] == [("call.ringing", 0), ("call.ended", 10)]
    assert store.call(CALL.id).ended_at == events[1].at


def test_closing_waits_for_the_end_of_an_outage(write: Write, store: Any) -> None:
    """The end of a call is written, however late."""

    async def test(desk: Desk) -> None:
        store.down = True
        desk.ends()
        desk.journal.close()
        await asyncio.sleep(30)
        store.down = False

    write(test)

    assert store.kinds(CALL.id) == ["call.ended"]


def test_whoever_asked_sees_the_decision_once_it_stands(write: Write, store: Any) -> None:
    """Not before it is committed, and once."""
    seen: list[tuple[Call, list[str]]] = []

    async def test(desk: Desk) -> None:
        store.down = True
        desk.journal.fact(
            lambda _tx: facts.Ringing(sip_status=180),
            then=lambda decision: seen.append((decision.call, store.kinds(CALL.id))),
        )
        await asyncio.sleep(5)
        assert seen == []
        store.down = False

    write(test)

    assert seen == [(store.call(CALL.id), ["call.ringing"])]


@pytest.mark.parametrize("kind", ["fact", "put"])
def test_a_lease_that_moved_on_ends_the_writing(write: Write, store: Any, kind: str) -> None:
    """Neither facts nor words of a fenced worker are kept, and its call is told."""

    async def test(desk: Desk) -> None:
        store.now(lambda tx: tx.put_call(replace(CALL, fence=4)))
        if kind == "fact":
            desk.rings()
        desk.say(0, "Hello")
        await asyncio.sleep(1)

        assert desk.fenced == [True]
        assert desk.said() == []

    write(test)

    assert store.kinds(CALL.id) == []
