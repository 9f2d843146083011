"""A process that writes to a store as fast as it can: `writer_process.py DATABASE intents|events NAME COUNT`.

It says `ready`, starts when a line comes in, and names each acknowledged transaction on stdout.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

from ringtrue.calls.store import Tx
from ringtrue.clock import SystemClock
from ringtrue.domain.event import Event
from ringtrue.domain.records import IntentRow
from ringtrue.ids import LegId
from ringtrue.storage.database import SqliteStore
from ringtrue.testing.contracts.store_samples import AT, lease, leg, waiting_call


def dial(tx: Tx, name: str) -> None:
    """Everything that a claim commits together."""
    call = replace(waiting_call(name), last_event=2)
    tx.add_call(call)
    tx.add_intent(IntentRow(call_id=call.id, leg_id=LegId(f"leg_{name}"), committed_at=AT))
    tx.put_leg(leg(call, name))
    tx.put_lease(lease(call))
    for number in (1, 2):
        tx.add_event(Event(id=f"evt_{name}_{number}", call_id=call.id, sequence=number, at=AT, kind="call.queued", data={}))


def note(tx: Tx, writer: str) -> None:
    """The next event of the one call that all writers share."""
    call = tx.call(waiting_call("shared").id)
    assert call is not None
    number = call.last_event + 1
    tx.add_event(Event(id=f"evt_{number}", call_id=call.id, sequence=number, at=AT, kind="call.noted", data={"by": writer}))
    tx.put_call(replace(call, last_event=number))


def main(database: Path, what: str, name: str, count: int) -> None:
    """Write `count` transactions."""
    store = SqliteStore.open(database, SystemClock())
    print("ready", flush=True)
    sys.stdin.readline()
    for number in range(count):
        if what == "intents":
            store.run_now(lambda tx, number=number: dial(tx, f"{name}_{number}"))  # type: ignore[misc]  # bound per turn
        else:
            store.run_now(lambda tx: note(tx, name))
        print(number, flush=True)
    store.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], sys.argv[3], int(sys.argv[4]))
