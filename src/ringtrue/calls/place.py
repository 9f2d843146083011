"""Place a call: one transaction from a request to a row with its first event and due time."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from ringtrue import ids
from ringtrue.calls import advance, dial_policy, numbers, threads
from ringtrue.calls.dial_policy import DialPolicy
from ringtrue.calls.project_file import ProjectFiles, ProjectTerms
from ringtrue.calls.projects import find_project
from ringtrue.calls.store import Tx
from ringtrue.domain import deadlines
from ringtrue.domain.call import Call, CallLimits, CallStatus, CallType, Direction, Stage
from ringtrue.domain.event import NewEvent
from ringtrue.domain.hours import open_until
from ringtrue.domain.lifecycle import Decision
from ringtrue.domain.records import ProjectVersion, Thread
from ringtrue.errors import InvalidInput, NotAllowed, NotFound, NoTrunk
from ringtrue.ids import OrgId, ThreadId


@dataclass(frozen=True, kw_only=True, slots=True)
class PlaceCall:
    """A checked request: `project` is an id or a name; `json_data` an object; `scheduled_for` an instant or now."""

    org_id: OrgId
    callee: str
    project: str
    json_data: Mapping[str, object] | None = None
    timezone: str | None = None
    scheduled_for: datetime | None = None
    metadata: Mapping[str, object] | None = None
    version_id: str | None = None
    thread_id: ThreadId | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class _Accepted:
    """What was found of a request that may be placed; `thread` is None where a new one is to be made."""

    version: ProjectVersion
    terms: ProjectTerms
    callee: str
    thread: Thread | None
    frozen: Mapping[str, object]
    due: datetime
    deadline: datetime


def place(tx: Tx, request: PlaceCall, *, files: ProjectFiles, policy: DialPolicy, at: datetime) -> Call:
    """Reserve a call and make it due. Returns before anything rings; the dispatcher claims it from the table.

    Raises NotFound (project or thread), InvalidInput, NotAllowed, TooManyCalls, NoTrunk; then nothing is stored.
    """
    accepted = _accept(tx, request, files=files, policy=policy, at=at)
    thread = accepted.thread or _new_thread(tx, request, accepted, at=at)
    call = _with_caller_id(tx, _new_call(request, accepted, thread, policy=policy, at=at))
    tx.add_call(call)
    kind = "call.scheduled" if call.status is CallStatus.SCHEDULED else "call.queued"
    return advance.apply(tx, Decision(call=call, events=(NewEvent(kind=kind),)), at=at).call


def check(tx: Tx, request: PlaceCall, *, files: ProjectFiles, policy: DialPolicy, at: datetime) -> datetime:
    """When the call would ring. Raises as `place` does, and stores nothing either way."""
    return _accept(tx, request, files=files, policy=policy, at=at).due


def _accept(tx: Tx, request: PlaceCall, *, files: ProjectFiles, policy: DialPolicy, at: datetime) -> _Accepted:
    project = find_project(tx, request.org_id, request.project, field="project_id")
    version = _version(tx, request, project.id)
    terms = files.read(version.yaml)
    callee = dial_policy.destination(tx, request.org_id, request.callee, policy)
    dial_policy.check(tx, request.org_id, callee, of_project=terms.countries, policy=policy)
    if not policy.has_trunk:
        raise NoTrunk(
            "No trunk is configured: start with --trunk sip:HOST to call through a carrier or PBX, "
            "or with --trunk simulated to let a built-in patient answer."
        )
    thread = _known_thread(tx, request, project_id=project.id, callee=callee)
    due = request.scheduled_for or at
    named = request.timezone or (thread.timezone if thread is not None else None)
    until = open_for(terms, callee, named, at=due)
    seed = json.loads(thread.json_data) if thread is not None else {}
    frozen = dict(request.json_data) if request.json_data is not None else seed
    files.check_variables(version.yaml, frozen)
    dial_policy.check_caps(tx, request.org_id, callee, rings_at=due, policy=policy, now=at)
    deadline = deadlines.of_claim(due, until)
    return _Accepted(version=version, terms=terms, callee=callee, thread=thread, frozen=frozen, due=due, deadline=deadline)


def open_for(terms: ProjectTerms, callee: str, timezone: str | None, *, at: datetime) -> datetime | None:
    """Until when the callee may be rung from `at` on, by the zone that was named, else by those its number may be in; None for
    a project without calling hours. Raises NotAllowed outside of them."""
    if terms.calling_hours is None:
        return None
    zones = [ZoneInfo(timezone)] if timezone is not None else numbers.zones(callee) or [ZoneInfo(terms.timezone)]
    until = open_until(terms.calling_hours, at, zones)
    if until is None:
        raise NotAllowed(
            "It is outside of the project's calling hours where the callee is: schedule the call for a time within them.",
            reason="outside_calling_hours",
        )
    return until


def _version(tx: Tx, request: PlaceCall, project_id: ids.ProjectId) -> ProjectVersion:
    if request.version_id is None:
        latest = tx.latest_version(project_id)
        if latest is None:
            raise NotFound("The project has no version yet.")
        return latest
    chosen = tx.version_of(project_id, ids.VersionId(request.version_id))
    if chosen is None:
        raise InvalidInput("The project has no such version.", field=("config_version_id",), code="version_unknown")
    return chosen


def _known_thread(tx: Tx, request: PlaceCall, *, project_id: ids.ProjectId, callee: str) -> Thread | None:
    if request.thread_id is not None:
        return threads.get(tx, request.org_id, request.thread_id)
    return tx.newest_thread(request.org_id, project_id, callee)


def _new_thread(tx: Tx, request: PlaceCall, accepted: _Accepted, *, at: datetime) -> Thread:
    new = threads.NewThread(
        org_id=request.org_id,
        project_id=accepted.version.project_id,
        party=accepted.callee,
        timezone=request.timezone,
        json_data=request.json_data or {},
    )
    return threads.create(tx, new, at=at)


def _new_call(request: PlaceCall, accepted: _Accepted, thread: Thread, *, policy: DialPolicy, at: datetime) -> Call:
    version, terms = accepted.version, accepted.terms
    return Call(
        id=ids.new_call(at),
        org_id=request.org_id,
        project_id=version.project_id,
        version_id=version.id,
        thread_id=thread.id,
        call_type=CallType.PHONE,
        direction=Direction.OUTBOUND,
        from_number=None,
        to_number=accepted.callee,
        status=CallStatus.SCHEDULED if request.scheduled_for else CallStatus.QUEUED,
        stage=Stage.WAITING,
        created_at=at,
        scheduled_for=request.scheduled_for,
        due_at=accepted.due,
        deadline_at=accepted.deadline,
        limits=CallLimits(ring=terms.ring, total=terms.total),
        json_data=json.dumps(accepted.frozen, ensure_ascii=False),
        metadata=json.dumps(request.metadata or {}, ensure_ascii=False),
        timezone=request.timezone or thread.timezone,
        simulated=policy.simulated,
    )


def _with_caller_id(tx: Tx, call: Call) -> Call:
    """The caller id: the number of the call's project, else the organization's first."""
    own = tx.numbers(call.org_id)
    of_project = [number for number in own if number.project_id == call.project_id]
    chosen = (of_project or list(own))[:1]
    return replace(call, from_number=chosen[0].e164 if chosen else None)
