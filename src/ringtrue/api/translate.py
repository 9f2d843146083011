"""Between the domain's words and the public API's: only this and `calls.call_document` know both."""

from __future__ import annotations

import json
from datetime import timedelta

from ringtrue.api import links
from ringtrue.api.deps import ApiDeps
from ringtrue.calls import call_document
from ringtrue.calls.projects import Applied
from ringtrue.calls.read import CallPage, CallRecord
from ringtrue.calls.turns import KeptLog
from ringtrue.clock import rfc3339
from ringtrue.domain.call import Call
from ringtrue.domain.records import Project, ProjectVersion, Recording, RecordingStatus
from ringtrue.wire.calls import CallInfo, CallShape, CallsShape, CallSummaryShape
from ringtrue.wire.pages import Pagination
from ringtrue.wire.projects import ProjectShape, VersionShape


def call_info(call: Call) -> CallInfo:
    """What creating a call answers with."""
    return CallInfo(
        id=call.id,
        call_type=call.call_type.value,
        status=call.status.value,
        to_number=call.to_number,
        from_number=call.from_number,
        scheduled_for=rfc3339(call.scheduled_for) if call.scheduled_for else None,
        start_timestamp=call_document.unix(call.started_at),
        end_timestamp=call_document.unix(call.ended_at),
        duration_ms=call.duration_ms,
    )


def call_shape(record: CallRecord, deps: ApiDeps, *, shows_analysis: bool = True, shows_recording: bool = True) -> CallShape:
    """The whole record, but for what the client is not shown; a fresh link to the recording once it is ready."""
    shown = call_document.whole(record) if shows_analysis else {**call_document.whole(record), "call_analysis": None}
    return CallShape(**shown, recording_url=recording_link(record.recording, deps) if shows_recording else None)


def calls_shape(page: CallPage, cursor: str | None) -> CallsShape:
    """A page of calls and where the next one begins."""
    calls = [CallSummaryShape(**call_document.summary(one.call, one.project_name, one.recording)) for one in page.calls]
    return CallsShape(calls=calls, pagination=Pagination(cursor=cursor))


def recording_link(recording: Recording, deps: ApiDeps) -> str | None:
    """A fresh link, None until the recording is ready."""
    if recording.status is not RecordingStatus.READY:
        return None
    length = timedelta(milliseconds=recording.duration_ms or 0)
    return links.mint(deps.link_key, deps.public_url, recording.call_id, length=length, at=deps.clock.now())


def applied_shape(applied: Applied) -> ProjectShape:
    """What applying a project answers with."""
    return project_shape(applied.project, applied.version)


def project_shape(project: Project, version: ProjectVersion) -> ProjectShape:
    """A project and its newest version."""
    return ProjectShape(
        id=project.id,
        name=project.name,
        version=version.number,
        config_version_id=version.id,
        created_at=rfc3339(project.created_at),
    )


def version_shape(version: ProjectVersion) -> VersionShape:
    """One version with its file."""
    return VersionShape(
        version=version.number, config_version_id=version.id, created_at=rfc3339(version.created_at), yaml=version.yaml
    )


def turns_document(call_id: str, report: str) -> bytes:
    """A `TurnsShape` as JSON: the stored report under the call's id."""
    return f'{{"call_id":{json.dumps(call_id)},{report[1:]}'.encode()


def turn_log_document(call_id: str, log: KeptLog) -> bytes:
    """A `TurnLogShape` as JSON. The lines are JSON already, and many."""
    return f'{{"call_id":{json.dumps(call_id)},"status":"{log.status}","lines":[{",".join(log.text.splitlines())}]}}'.encode()
