"""A worker on virtual time over a real SQLite store: nothing waits, threads are run in place, phones are played."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Callable, Coroutine, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import pytest

from ringtrue.calls.store import Tx
from ringtrue.clock import SystemClock
from ringtrue.conversation import agent
from ringtrue.domain.call import Call, CallStatus
from ringtrue.errors import StoreUnavailable
from ringtrue.ids import CallId, WorkerId
from ringtrue.storage.database import SqliteStore
from ringtrue.storage.recordings import RecordingFiles
from ringtrue.testing.agents import PlainAgent
from ringtrue.testing.carrier import FakeCarrier, Ring
from ringtrue.testing.clock import LoopClock, run_virtual
from ringtrue.testing.contracts.store_samples import AT, add_owners
from ringtrue.testing.voice import FakeVoice
from ringtrue.worker import recorder
from ringtrue.worker.admission import Admission
from ringtrue.worker.calls_in_progress import CallsInProgress
from ringtrue.worker.dispatch import Dispatcher
from ringtrue.worker.doorbell import Doorbell
from ringtrue.worker.phone_call import Script, Studio
from ringtrue.worker.reaper import Reaper

T = TypeVar("T")


class InPlace(ThreadPoolExecutor):
    """Runs what it is given at once: virtual time cannot know of threads."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """The outcome, there already."""
        future: Future[Any] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except BaseException as exc:
            future.set_exception(exc)
        return future


class PlainStore:
    """The store port, each transaction at once; `down` is an outage, `slow` the seconds each one takes."""

    def __init__(self, store: SqliteStore) -> None:
        self._store = store
        self.down = False
        self.slow = 0.0
        self.runs = 0

    async def run(self, work: Callable[[Tx], T]) -> T:
        """A writing transaction."""
        self.runs += 1
        result = self.now(work)
        await asyncio.sleep(self.slow)
        return result

    async def read(self, work: Callable[[Tx], T]) -> T:
        """A reading one."""
        if self.down:
            raise StoreUnavailable("The database is down.")
        result = self._store.read_now(work)
        await asyncio.sleep(self.slow)
        return result

    def now(self, work: Callable[[Tx], T]) -> T:
        """The same for the test itself."""
        if self.down:
            raise StoreUnavailable("The database is down.")
        return self._store.run_now(work)

    def call(self, call_id: CallId) -> Call:
        """The call as stored."""
        found = self._store.read_now(lambda tx: tx.call(call_id))
        assert found is not None
        return found

    def kinds(self, call_id: CallId) -> list[str]:
        """Its events."""
        return [event.kind for event in self._store.read_now(lambda tx: tx.events(call_id))]


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with the owners of calls and no call."""
    path = tmp_path_factory.mktemp("worker") / "ringtrue.db"
    store = SqliteStore.open(path, SystemClock())
    store.run_now(add_owners)
    store.close()
    return path


@pytest.fixture
def store(migrated: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[PlainStore]:
    """A copy of it."""
    monkeypatch.setattr(recorder, "_writer", InPlace(1))
    opened = SqliteStore.open(Path(shutil.copy(migrated, tmp_path / "ringtrue.db")), SystemClock())
    yield PlainStore(opened)
    opened.close()


class Greeter(PlainAgent):
    """Greets, wants a key, says goodbye and hangs up; `fail_on` makes it break at that input."""

    def __init__(self, fail_on: type[object] | None = None) -> None:
        self._fail_on = fail_on

    def reply(self, state: agent.State | None, heard: agent.Input) -> Sequence[agent.Act]:
        """What it does."""
        if self._fail_on is not None and isinstance(heard, self._fail_on):
            raise ZeroDivisionError("a bug in an agent")
        acts: list[agent.Act] = []
        match heard:
            case agent.Began():
                acts = [_say("Good morning press one please"), agent.Expect(kind="choice", whole_keys=("1", "2"))]
            case agent.Keys(digits=digits):
                state = {"key": digits}
                acts = [
                    agent.Fill(field="key", value=digits, evidence=digits),
                    _say("Thank you"),
                    agent.HangUp(outcome=self.outcome(state)),
                ]
            case agent.Silence():
                acts = [agent.HangUp(outcome=None, reason="inactivity")]
            case _:
                pass
        return [*acts, agent.Settled(state=state or {})]

    def outcome(self, state: agent.State | None) -> agent.Outcome | None:
        """Nothing, unless an end was reached."""
        return agent.Outcome(step="done", successful=True, fields={"key": state["key"]}) if state else None


def _say(text: str) -> agent.Say:
    return agent.Say(spans=(agent.Span(written=text, spoken=text),))


@dataclass
class FakeScripts:
    """The script of every call; `faults` raises for some."""

    recording: str = "always"
    total: timedelta = timedelta(minutes=10)
    agents: Mapping[CallId, agent.Agent] = field(default_factory=dict)
    faults: dict[CallId, Exception] = field(default_factory=dict)

    def script_for(self, tx: Tx, call: Call) -> Script:
        """The greeter, or what the test put there."""
        if call.id in self.faults:
            raise self.faults[call.id]
        return Script(agent=self.agents.get(call.id, Greeter()), voice="default", recording=self.recording, total=self.total)


class Worker:
    """One media process, less SIP: everything that `run` starts is ended with the test."""

    def __init__(self, store: PlainStore, folder: Path, *, name: str = "worker_1", most_calls: int = 20) -> None:
        self.store = store
        self.id = WorkerId(name)
        self.clock = LoopClock(AT - timedelta(seconds=10))
        self.carrier = FakeCarrier()
        self.scripts = FakeScripts()
        self.doorbell = Doorbell()
        self.forbidden: dict[CallId, str] = {}
        self.files = RecordingFiles(folder)
        self.studio = Studio(store=store, clock=self.clock, tts=FakeVoice(), recordings=self.files)
        self.admission = Admission(
            most_calls=most_calls,
            lateness_ms=lambda: 0.0,
            voice_backlog_seconds=lambda: 0.0,
            hearing_backlog_seconds=lambda: 0.0,
            hearing_room=lambda: most_calls,
        )
        self.calls = CallsInProgress(self.admission, self._close)
        self.dispatcher = Dispatcher(
            worker_id=self.id,
            carrier=self.carrier,
            scripts=self.scripts,
            studio=self.studio,
            admission=self.admission,
            calls=self.calls,
            doorbell=self.doorbell,
            refusal=lambda _tx, call: self.forbidden.get(call.id),
        )
        self.last_audio: timedelta | None = None
        self.reaper = Reaper(
            worker_id=self.id,
            carrier=self.carrier,
            store=store,
            clock=self.clock,
            calls=self.calls,
            last_audio=lambda _call: self.last_audio,
            is_only_worker=True,
        )

    async def _close(self, call: Call) -> None:
        await self.dispatcher.close(call)

    def add(self, *calls: Call) -> None:
        """Put calls into the table."""
        for call in calls:
            self.store.now(lambda tx, call=call: tx.add_call(call))

    async def until(self, instant: datetime) -> None:
        """Let time pass."""
        await self.clock.sleep((instant - self.clock.now()).total_seconds())

    async def ring(self, number: int = 0) -> Ring:
        """The phone of that number (from 0), once it rings."""
        for _ in range(10_000):
            if len(self.carrier.rings) > number:
                return self.carrier.rings[number]
            await self.clock.sleep(0.01)
        raise AssertionError("nothing rang")

    async def over(self, call_id: CallId) -> Call:
        """The call, once it is over."""
        for _ in range(100_000):
            call = self.store.call(call_id)
            if call.status.is_terminal and len(self.calls) == 0:
                return call
            await self.clock.sleep(0.1)
        raise AssertionError(f"{call_id} is {self.store.call(call_id).status}")

    async def over_in_store(self, call_id: CallId) -> Call:
        """The call, once the store says that it is over, whoever still carries it."""
        for _ in range(10_000):
            call = self.store.call(call_id)
            if call.status.is_terminal:
                return call
            await self.clock.sleep(0.01)
        raise AssertionError(f"{call_id} is {self.store.call(call_id).status}")

    async def status(self, call_id: CallId, wanted: CallStatus) -> Call:
        """The call, once it has that status."""
        for _ in range(10_000):
            call = self.store.call(call_id)
            if call.status is wanted:
                return call
            await self.clock.sleep(0.01)
        raise AssertionError(f"{call_id} is {self.store.call(call_id).status}")


Play = Callable[[Callable[[Worker], Coroutine[Any, Any, None]]], None]


@pytest.fixture
def worker(store: PlainStore, tmp_path: Path) -> Worker:
    """A worker whose dispatcher and reaper do not run yet."""
    return Worker(store, tmp_path / "recordings")


@pytest.fixture
def play(worker: Worker) -> Play:
    """Runs a test beside a working dispatcher, on virtual time."""

    def run(test: Callable[[Worker], Coroutine[Any, Any, None]]) -> None:
        async def beside() -> None:
            asyncio.get_running_loop().set_default_executor(InPlace(1))
            dispatching = asyncio.create_task(worker.dispatcher.run())
            try:
                await test(worker)
            finally:
                if dispatching.done():
                    dispatching.result()
                dispatching.cancel()

        run_virtual(beside())

    return run
