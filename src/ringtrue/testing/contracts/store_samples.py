"""Sample rows for the contract suite of the store: one organization with a project, a version and a thread, and their calls."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from ringtrue.calls.store import Store, Tx
from ringtrue.domain.call import Call, CallLimits, CallStatus, CallType, Direction, Stage
from ringtrue.domain.records import ApiKey, Lease, LegRow, Organization, Project, ProjectVersion, Thread
from ringtrue.ids import CallId, LegId, OrgId, ProjectId, ThreadId, VersionId, WorkerId

T = TypeVar("T")

AT = datetime(2027, 3, 4, 10, 30, 0, 123456, tzinfo=UTC)
SECOND = timedelta(seconds=1)

ORG = Organization(id=OrgId("org_a"), name="Bright Clinic", created_at=AT)
OTHER_ORG = Organization(id=OrgId("org_b"), name="Another", created_at=AT + SECOND)
PROJECT = Project(id=ProjectId("11111111"), org_id=ORG.id, name="appointment", created_at=AT)
VERSION = ProjectVersion(id=VersionId("ver_1"), project_id=PROJECT.id, number=1, yaml="ringtrue: 1\n", created_at=AT)
THREAD = Thread(
    id=ThreadId("thread_1"),
    org_id=ORG.id,
    project_id=PROJECT.id,
    party="+14155550123",
    alias=None,
    timezone="America/Los_Angeles",
    email=None,
    json_data='{"first_name": "Anna"}',
    created_at=AT,
)
WORKER = WorkerId("worker_1")
OTHER_WORKER = WorkerId("worker_2")


def write(store: Store, work: Callable[[Tx], T]) -> T:
    """The outcome of one writing transaction."""
    return asyncio.run(store.run(work))


def write_all(store: Store, *steps: Callable[[Tx], object]) -> None:
    """Several writes in one transaction."""

    def work(tx: Tx) -> None:
        for step in steps:
            step(tx)

    write(store, work)


def read(store: Store, work: Callable[[Tx], T]) -> T:
    """The outcome of one reading transaction."""
    return asyncio.run(store.read(work))


def add_owners(tx: Tx) -> None:
    """Store everything that a call refers to."""
    tx.add_org(ORG)
    tx.add_org(OTHER_ORG)
    tx.add_project(PROJECT)
    tx.add_version(VERSION)
    tx.add_thread(THREAD)


def api_key(name: str, org_id: OrgId = ORG.id) -> ApiKey:
    """A key that was never used."""
    return ApiKey(id=f"key_{name}", org_id=org_id, name=name, scope="full", key_hash=f"hash of {name}", created_at=AT)


def waiting_call(name: str, *, due_at: datetime | None = AT, deadline_at: datetime | None = AT + 60 * SECOND) -> Call:
    """An outbound call that waits to be dialled."""
    return Call(
        id=CallId(f"call_{name}"),
        org_id=ORG.id,
        project_id=PROJECT.id,
        version_id=VERSION.id,
        thread_id=THREAD.id,
        call_type=CallType.PHONE,
        direction=Direction.OUTBOUND,
        from_number="+14155550100",
        to_number="+14155550123",
        status=CallStatus.QUEUED,
        stage=Stage.WAITING,
        created_at=AT,
        due_at=due_at,
        deadline_at=deadline_at,
        limits=CallLimits(ring=40 * SECOND, total=600 * SECOND),
    )


def lease(call: Call, *, worker_id: WorkerId = WORKER, expires_at: datetime = AT, fence: int = 1) -> Lease:
    """A lease of the call."""
    return Lease(call_id=call.id, worker_id=worker_id, fence=fence, expires_at=expires_at)


def leg(call: Call, name: str = "1", *, is_inbound: bool = False) -> LegRow:
    """A leg of the call."""
    return LegRow(
        id=LegId(f"leg_{name}"),
        call_id=call.id,
        sip_call_id=f"{name}@example.invalid",
        remote_tag=f"tag {name}",
        is_inbound=is_inbound,
        snapshot='{"cseq": 1}',
        updated_at=AT,
    )
