"""What a page of `GET /calls` costs by filters, and how little it grows with the number of calls; nothing is asserted.

    python bench/lists.py [--few 10000] [--many 1000000] [--json]

Both databases have the same distribution: of the statuses 95 % ended, 4 % error, 0.9 % scheduled, 0.1 % queued, none ongoing; of
the kinds 70 % outbound, 29 % inbound, 1 % web; of the projects 80, 19 and 1 %. Every combination of status (none, the commonest,
a rare one, one that hits nothing, three at once), direction, type, project and dates is read at page 1 and at page 1,000 (or the
last full one), through the store, as the route does; and every status with an entry of metadata that half of the calls have,
one that each thousandth has, and one that none has. Times are the quickest of several reads in one run.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import timedelta
from itertools import product
from pathlib import Path

from ringtrue.calls.read import page_of_calls
from ringtrue.clock import SystemClock
from ringtrue.domain.call import CallStatus, CallType, Direction
from ringtrue.domain.listing import CallsWanted, Place
from ringtrue.ids import ProjectId
from ringtrue.storage import rows
from ringtrue.storage.database import SqliteStore, connect
from ringtrue.storage.marks import mark
from ringtrue.testing.contracts.store_samples import AT, ORG, PROJECT, add_owners, waiting_call

_PAGE, _DEEP = 20, 1_000
_READS = 15
_SECOND = 1_000_000
STATUSES = {
    "any": (),
    "ended": (CallStatus.ENDED,),
    "queued": (CallStatus.QUEUED,),
    "ongoing": (CallStatus.ONGOING,),
    "three": (CallStatus.ENDED, CallStatus.ERROR, CallStatus.SCHEDULED),
}
DIRECTIONS = {"any": (), "inbound": (Direction.INBOUND,)}
TYPES = {"any": (), "phone": (CallType.PHONE,), "web": (CallType.WEB,)}
ENTRIES = {"common": ("half", "yes"), "rare": ("thousandth", "yes"), "unknown": ("none", "yes")}
_MARK = """
INSERT INTO call_metadata (org_id, mark, created_at, call_id)
SELECT org_id, :mark, created_at, id FROM calls WHERE CAST(substr(id, 6) AS INTEGER) % :every = 0
"""
PROJECTS = {"any": None, "common": PROJECT.id, "rare": ProjectId("33333333")}
_FILL = """
WITH RECURSIVE numbers (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM numbers WHERE n + 1 < :count),
drawn AS (SELECT n, (n * 7919) % 1000 AS s, (n * 6841) % 100 AS k, (n * 5153) % 100 AS p FROM numbers)
INSERT INTO calls ({columns})
SELECT {values} FROM drawn JOIN calls AS original ON original.id = 'call_1'
"""
_CHANGED = {
    "id": "'call_' || printf('%08d', n)",
    "status": "CASE WHEN s < 950 THEN 'ended' WHEN s < 990 THEN 'error' WHEN s < 999 THEN 'scheduled' ELSE 'queued' END",
    "kind": "CASE WHEN k < 70 THEN 'o' WHEN k < 99 THEN 'i' ELSE 'w' END",
    "call_type": "CASE WHEN k < 99 THEN 'phone_call' ELSE 'web_call' END",
    "direction": "CASE WHEN k < 70 THEN 'outbound' WHEN k < 99 THEN 'inbound' END",
    "project_id": "CASE WHEN p < 80 THEN '11111111' WHEN p < 99 THEN '22222222' ELSE '33333333' END",
    "created_at": f"original.created_at + n * {_SECOND}",
    "stage": "'over'",
    "due_at": "NULL",
    "deadline_at": "NULL",
}


def filled(path: Path, count: int) -> SqliteStore:
    """A database with that many calls."""
    store = SqliteStore.open(path, SystemClock())
    store.run_now(add_owners)
    store.run_now(lambda tx: tx.add_call(waiting_call("1")))
    connection = connect(path)
    columns = [row["name"] for row in connection.execute("PRAGMA table_info(calls)")]
    for number in ("2", "3"):
        project = {"id": number * 8, "org_id": ORG.id, "name": f"project{number}", "at": rows.micros(AT)}
        connection.execute("INSERT INTO projects (id, org_id, name, created_at) VALUES (:id, :org_id, :name, :at)", project)
    values = ", ".join(_CHANGED.get(name, f"original.{name}") for name in columns)
    connection.execute(_FILL.format(columns=", ".join(columns), values=values), {"count": count})
    for name, every in (("common", 2), ("rare", 1000)):
        connection.execute(_MARK, {"mark": mark(*ENTRIES[name]), "every": every})
    connection.close()
    return store


def combinations() -> dict[str, CallsWanted]:
    """Every mix, by name."""
    found = {}
    for (status, direction, kind, project), dated in product(product(STATUSES, DIRECTIONS, TYPES, PROJECTS), (False, True)):
        found[f"status {status}, direction {direction}, type {kind}, project {project}{', from a date' * dated}"] = CallsWanted(
            statuses=frozenset(STATUSES[status]),
            directions=frozenset(DIRECTIONS[direction]),
            call_types=frozenset(TYPES[kind]),
            project_id=PROJECTS[project],
            created_from=AT + timedelta(seconds=1) if dated else None,
        )
    for entry, status in product(ENTRIES, STATUSES):
        wanted = CallsWanted(metadata=frozenset((ENTRIES[entry],)), statuses=frozenset(STATUSES[status]))
        found[f"metadata {entry}, status {status}"] = wanted
    return found


def deep(store: SqliteStore, wanted: CallsWanted, newest: int) -> Place:
    """Where page 1,000 begins, or the last that is full where there are fewer."""
    after = Place(created_at=AT + timedelta(seconds=newest + 1), id="z")
    before = store.run_now(lambda tx: tx.page_of_calls(ORG.id, wanted, after=after, limit=_DEEP * _PAGE))
    return after if len(before) <= _PAGE else Place(created_at=before[-_PAGE - 1].created_at, id=before[-_PAGE - 1].id)


def quickest_ms(store: SqliteStore, wanted: CallsWanted, after: Place | None) -> float:
    """Of several reads of one page: what else the machine does only adds to it."""
    seconds = []
    for _ in range(_READS):
        began = time.perf_counter()
        store.run_now(lambda tx: page_of_calls(tx, ORG.id, wanted, after=after, limit=_PAGE))
        seconds.append(time.perf_counter() - began)
    return min(seconds) * 1000


def measured(path: Path, count: int) -> dict[str, tuple[float, float]]:
    """Page 1 and page 1,000 of every mix, in ms."""
    sys.stderr.write(f"filling a database with {count} calls ...\n")
    store = filled(path, count)
    found = {}
    for name, wanted in combinations().items():
        found[name] = (quickest_ms(store, wanted, None), quickest_ms(store, wanted, deep(store, wanted, count)))
    store.close()
    return found


def main() -> None:
    """Fill, read, print."""
    options = argparse.ArgumentParser(description="Measure lists of calls; see the module.")
    options.add_argument("--few", type=int, default=10_000)
    options.add_argument("--many", type=int, default=1_000_000)
    options.add_argument("--json", action="store_true")
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="ringtrue-lists-") as folder:
        few, many = (measured(Path(folder) / f"{count}.db", count) for count in (chosen.few, chosen.many))
    if chosen.json:
        json.dump({"few": few, "many": many}, sys.stdout, indent=1)
        return
    for place, name in enumerate(("page 1", "page 1,000")):
        ratios = sorted((many[mix][place] / few[mix][place], mix) for mix in few)
        _show(name, [ratio for ratio, _ in ratios], ratios[-1][1], [many[mix][place] for mix in many])


def _show(page: str, ratios: Sequence[float], worst: str, ms: Sequence[float]) -> None:
    middle = statistics.median(ratios)
    print(f"{page}: many to few, of {len(ratios)} mixes: median {middle:.2f}, greatest {ratios[-1]:.2f} ({worst})")
    print(f"  of the many: median {statistics.median(ms):.2f} ms, greatest {max(ms):.2f} ms")


if __name__ == "__main__":
    main()
