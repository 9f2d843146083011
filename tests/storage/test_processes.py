"""What the store promises when processes die or write at the same time."""

from __future__ import annotations

import subprocess
import sys
from itertools import groupby
from pathlib import Path

import pytest

from ringtrue.calls.store import Tx
from ringtrue.clock import SystemClock
from ringtrue.ids import CallId
from ringtrue.storage.database import SqliteStore
from ringtrue.testing.contracts.store_samples import ORG, THREAD, WORKER, add_owners, waiting_call, write_all

_WRITER = Path(__file__).with_name("writer_process.py")


def start(database: Path, what: str, name: str, count: int) -> subprocess.Popen[str]:
    """A writing process that waits for its start."""
    process = subprocess.Popen(
        [sys.executable, str(_WRITER), str(database), what, name, str(count)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def go(process: subprocess.Popen[str]) -> None:
    """Let it write."""
    assert process.stdin is not None
    process.stdin.write("\n")
    process.stdin.flush()


@pytest.mark.parametrize("acknowledged", [1, 7, 40])
def test_a_killed_writer_leaves_whole_transactions(database: Path, acknowledged: int) -> None:
    """What was acknowledged is there; every call has all that was committed with it."""
    store = SqliteStore.open(database, SystemClock())
    write_all(store, add_owners)

    with start(database, "intents", "w", 100_000) as writer:
        go(writer)
        assert writer.stdout is not None
        seen = [writer.stdout.readline().strip() for _ in range(acknowledged)]
        writer.kill()
        seen += writer.stdout.read().split("\n")[:-1]

    def check(tx: Tx) -> set[str]:
        calls = tx.calls_of_thread(ORG.id, THREAD.id)
        for call in calls:
            assert tx.intent(call.id) is not None
            assert len(tx.legs(call.id)) == 1
            assert tx.lease(call.id) is not None
            assert [event.sequence for event in tx.events(call.id)] == [1, 2]
        assert len(tx.leases_not_of(WORKER)) == 0
        return {call.id for call in calls}

    kept = store.read_now(check)
    store.close()
    assert kept >= {f"call_w_{number}" for number in seen}
    assert len(kept) <= len(seen) + 1


def test_two_processes_lose_nothing_and_take_turns(database: Path) -> None:
    """Event numbers have no gap and no twin, and neither writer starves the other."""
    count = 200
    store = SqliteStore.open(database, SystemClock())
    write_all(store, add_owners, lambda tx: tx.add_call(waiting_call("shared")))

    with start(database, "events", "a", count) as first, start(database, "events", "b", count) as second:
        go(first)
        go(second)
        for process in (first, second):
            process.communicate()
        assert (first.returncode, second.returncode) == (0, 0)

    events = store.read_now(lambda tx: tx.events(CallId("call_shared")))
    call = store.read_now(lambda tx: tx.call(CallId("call_shared")))
    store.close()
    assert call is not None
    assert call.last_event == 2 * count
    assert [event.sequence for event in events] == list(range(1, 2 * count + 1))
    assert sorted(str(event.data["by"]) for event in events) == ["a"] * count + ["b"] * count
    # Without the turnstile the writers change a handful of times in all; with it at nearly every transaction.
    turns = sum(1 for _ in groupby(str(event.data["by"]) for event in events))
    assert turns > count / 2
