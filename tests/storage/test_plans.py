"""Every query of the hot paths is answered from an index, in order, without a sort."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from ringtrue.domain.call import CallStatus, CallType, Direction
from ringtrue.domain.listing import CallsWanted, Place
from ringtrue.domain.messages import MessagePlace
from ringtrue.ids import ProjectId
from ringtrue.storage.database import connect
from ringtrue.storage.sql import Row, SqliteSql, Value
from ringtrue.storage.tx import SqlTx
from ringtrue.testing.contracts.store_samples import AT, ORG, PROJECT, SECOND, THREAD, WORKER, waiting_call
from ringtrue.testing.contracts.store_webhooks import WEBHOOK

CALL = waiting_call("1")


class Planned(SqliteSql):
    """Answers nothing and notes how each statement would be run."""

    def __init__(self, path: Path) -> None:
        self.connection = connect(path)
        self.plan = ""
        super().__init__(self.connection)

    def one(self, statement: str, **values: Value) -> Row | None:
        self.all(statement, **values)
        return None

    def all(self, statement: str, **values: Value) -> Sequence[Row]:
        steps = self.connection.execute(f"EXPLAIN QUERY PLAN {statement}", values)
        self.plan = "; ".join(str(step["detail"]) for step in steps)
        return []


@pytest.fixture
def planned(database: Path) -> Iterator[Planned]:
    """A transaction that only plans."""
    sql = Planned(database)
    yield sql
    sql.connection.close()


def rings(tx: SqlTx, callee: str | None = None) -> bool:
    """Whether nine calls ring within a second."""
    return tx.has_rings(ORG.id, 9, after=AT, before=AT + SECOND, callee=callee)


QUERIES: dict[str, tuple[Callable[[SqlTx], object], str]] = {
    "due_calls": (lambda tx: tx.due_calls(AT, 20), "INDEX calls_due (due_at<?)"),
    "next_due": (lambda tx: tx.next_due(), "INDEX calls_due (due_at>?)"),
    "overdue_calls": (lambda tx: tx.overdue_calls(AT, 20), "INDEX calls_with_deadline (deadline_at<?)"),
    "newest_thread": (
        lambda tx: tx.newest_thread(ORG.id, PROJECT.id, "+1"),
        "INDEX threads_by_party (org_id=? AND project_id=? AND party=?)",
    ),
    "calls_of_thread": (lambda tx: tx.calls_of_thread(ORG.id, THREAD.id), "INDEX calls_by_thread (org_id=? AND thread_id=?)"),
    "asked_calls": (lambda tx: tx.asked_calls(WORKER), "INDEX leases_by_worker (worker_id=?)"),
    "lost_leases": (lambda tx: tx.lost_leases(AT), "INDEX leases_by_expiry (expires_at<?)"),
    "due_effects": (lambda tx: tx.due_effects(AT, 20), "INDEX effects_due (due_at<?)"),
    "inbound_leg": (lambda tx: tx.inbound_leg("a", "b"), "INDEX legs_inbound (sip_call_id=? AND remote_tag=?)"),
    "legs": (lambda tx: tx.legs(CALL.id), "INDEX legs_by_call (call_id=?)"),
    "events": (lambda tx: tx.events(CALL.id), "(call_id=? AND sequence>?)"),
    "utterances": (lambda tx: tx.utterances(CALL.id), "(call_id=?)"),
    "turn_log": (lambda tx: tx.turn_log(CALL.id), "(call_id=?)"),
    "call": (lambda tx: tx.call(CALL.id), "(id=?)"),
    "call_of": (lambda tx: tx.call_of(ORG.id, CALL.id), "(id=?)"),
    "api_key_by_hash": (lambda tx: tx.api_key_by_hash("hash"), "(key_hash=?)"),
    "rings": (rings, "INDEX calls_by_ring (org_id=? AND <expr>>? AND <expr><?)"),
    "rings_of_callee": (
        lambda tx: rings(tx, callee="+1"),
        "INDEX calls_by_callee (org_id=? AND to_number=? AND <expr>>? AND <expr><?)",
    ),
    "first_ring": (lambda tx: tx.first_ring(ORG.id, after=AT, callee=None), "INDEX calls_by_ring (org_id=? AND <expr>>?)"),
    "webhooks": (lambda tx: tx.webhooks(ORG.id), "INDEX webhooks_by_org (org_id=?)"),
    "due_delivery": (lambda tx: tx.due_delivery(WEBHOOK.id, AT), "INDEX deliveries_due (webhook_id=? AND due_at<?)"),
    "waiting_deliveries": (lambda tx: tx.waiting_deliveries(WEBHOOK.id, 20), "INDEX deliveries_waiting (webhook_id=?)"),
    "messages": (
        lambda tx: tx.page_of_messages(ORG.id, THREAD.id, before=MessagePlace(9), limit=20),
        "(thread_id=? AND place<?)",
    ),
    "newer_messages": (
        lambda tx: tx.page_of_messages(ORG.id, THREAD.id, after=MessagePlace(9), limit=20),
        "(thread_id=? AND place>?)",
    ),
    "open_chat": (lambda tx: tx.open_chat(THREAD.id), "(thread_id=?)"),
    "latest_version": (lambda tx: tx.latest_version(PROJECT.id), "(project_id=?)"),
}


@pytest.mark.parametrize("name", QUERIES)
def test_the_query_uses_its_index(planned: Planned, name: str) -> None:
    """A search in the expected index; neither a scan nor a sort."""
    ask, expected = QUERIES[name]

    ask(SqlTx(planned))

    assert expected in planned.plan
    assert "SCAN" not in planned.plan
    assert "TEMP B-TREE" not in planned.plan


KINDS: dict[str, CallsWanted] = {
    "": CallsWanted(),
    "direction": CallsWanted(directions=frozenset((Direction.INBOUND,))),
    "type": CallsWanted(call_types=frozenset((CallType.PHONE,))),
}
STATUSES: dict[str, frozenset[CallStatus]] = {
    "": frozenset(),
    "one": frozenset((CallStatus.ERROR,)),
    "three": frozenset(list(CallStatus)[:3]),
}


@pytest.mark.parametrize("is_next", [False, True])
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize("project", [None, PROJECT.id])
def test_every_mix_of_filters_walks_an_index_of_its_own(
    planned: Planned, project: ProjectId | None, status: str, kind: str, is_next: bool
) -> None:
    """Each walk knows all that is asked for from its index and reads in the list's order; no more than a page is sorted."""
    wanted = replace(KINDS[kind], project_id=project, statuses=STATUSES[status], created_from=AT)
    after = Place(created_at=AT, id=CALL.id) if is_next else None

    SqlTx(planned).page_of_calls(ORG.id, wanted, after=after, limit=20)

    columns = ["org_id=?", *["project_id=?"] * bool(project), *["status=?"] * bool(status), *["kind=?"] * bool(kind)]
    steps = planned.plan.split("; ")
    walks = [number for number, step in enumerate(steps) if step.startswith("SEARCH calls USING INDEX")]
    assert len(walks) == max(1, len(STATUSES[status])) * (2 if kind == "type" else 1)
    for number in walks:
        assert f"({' AND '.join([*columns, 'created_at>?'])}" in steps[number]
        assert "(created_at,id)<(?,?)" in steps[number] or not is_next
        assert "TEMP B-TREE" not in "".join(steps[number + 1 : number + 2])
    assert "SCAN calls" not in planned.plan


@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize("is_next", [False, True])
def test_calls_with_an_entry_of_metadata_are_walked_in_its_own_index(planned: Planned, is_next: bool, status: str) -> None:
    """From where the page begins, in the list's order; the rest is looked up by key."""
    after = Place(created_at=AT, id=CALL.id) if is_next else None
    wanted = CallsWanted(metadata=frozenset({("order", "17"), ("paid", "true")}), statuses=STATUSES[status])

    SqlTx(planned).page_of_calls(ORG.id, wanted, after=after, limit=20)

    first, *others = planned.plan.split("; ")
    assert first.startswith("SEARCH marked USING PRIMARY KEY (org_id=? AND mark=?")
    assert "(created_at,call_id)<(?,?)" in first or not is_next
    assert "SEARCH calls USING INDEX sqlite_autoindex_calls_1 (id=?)" in others
    assert "SCAN calls" not in planned.plan
    assert "TEMP B-TREE" not in planned.plan


def test_few_calls_are_walked_in_their_own_index_whatever_metadata_they_have(database: Path) -> None:
    """So that a common entry with a rare status costs no more than the rare status."""

    class Counting(Planned):
        def one(self, statement: str, **values: Value) -> Row | None:
            return SqliteSql(self.connection).one(statement, **values)

    sql = Counting(database)
    wanted = CallsWanted(metadata=frozenset({("order", "17"), ("paid", "true")}), statuses=STATUSES["one"])
    SqlTx(sql).page_of_calls(ORG.id, wanted, after=None, limit=20)
    sql.connection.close()

    assert "USING INDEX calls_by_status (org_id=? AND status=?)" in sql.plan
    assert sql.plan.count("USING PRIMARY KEY (org_id=? AND mark=? AND created_at=? AND call_id=?)") == 2
    assert "SCAN" not in sql.plan
    assert "TEMP B-TREE" not in sql.plan


def test_a_threads_calls_are_walked_in_their_own_index(planned: Planned) -> None:
    """Whatever else is asked for: a thread has few."""
    SqlTx(planned).page_of_calls(ORG.id, CallsWanted(thread_id=THREAD.id), after=None, limit=20)

    assert "INDEX calls_by_thread (org_id=? AND thread_id=?)" in planned.plan


@pytest.mark.parametrize("is_next", [False, True])
@pytest.mark.parametrize(("project", "index"), [(None, "threads_by_order"), (PROJECT.id, "threads_by_project")])
def test_threads_are_walked_in_the_order_of_their_list(
    planned: Planned, project: ProjectId | None, index: str, is_next: bool
) -> None:
    """From where the page begins, without a sort."""
    after = Place(created_at=AT, id=THREAD.id) if is_next else None

    SqlTx(planned).page_of_threads(ORG.id, project, after=after, limit=20)

    assert f"SEARCH threads USING INDEX {index} (" in planned.plan
    assert "(created_at,id)<(?,?)" in planned.plan or not is_next
    assert "TEMP B-TREE" not in planned.plan
