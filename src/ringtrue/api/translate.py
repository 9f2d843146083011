"""Between the domain's words and the public API's: the only place that knows both."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

from ringtrue.api import links
from ringtrue.api.deps import ApiDeps
from ringtrue.calls.projects import Applied
from ringtrue.calls.read import CallPage, CallRecord
from ringtrue.calls.turns import KeptLog
from ringtrue.clock import rfc3339
from ringtrue.domain.call import Call
from ringtrue.domain.records import Project, ProjectVersion, Recording, RecordingStatus
from ringtrue.domain.utterance import Utterance, as_text
from ringtrue.wire.calls import CallInfo, CallShape, CallsShape, CallSummaryShape, CauseShape, RecordingShape, RetentionShape
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
        start_timestamp=_unix(call.started_at),
        end_timestamp=_unix(call.ended_at),
        duration_ms=call.duration_ms,
    )


def call_shape(record: CallRecord, deps: ApiDeps, *, shows_analysis: bool = True, shows_recording: bool = True) -> CallShape:
    """The whole record, but for what the client is not shown; a fresh link to the recording once it is ready."""
    transcript = record.transcript
    return CallShape(
        **_summary(record.call, record.project_name, record.recording),
        transcript=as_text(transcript) if transcript is not None else None,
        transcript_object=[utterance(one) for one in transcript] if transcript is not None else None,
        recording_url=recording_link(record.recording, deps) if shows_recording else None,
        call_analysis=_analysis(record) if shows_analysis else None,
        turns=json.loads(record.turns)["turns"] if record.turns is not None else None,
    )


def calls_shape(page: CallPage, cursor: str | None) -> CallsShape:
    """A page of calls and where the next one begins."""
    calls = [CallSummaryShape(**_summary(one.call, one.project_name, one.recording)) for one in page.calls]
    return CallsShape(calls=calls, pagination=Pagination(cursor=cursor))


def _summary(call: Call, project_name: str, recording: Recording) -> dict[str, Any]:
    """What lists have of a call too."""
    return {
        "id": call.id,
        "thread_id": call.thread_id,
        "call_type": call.call_type.value,
        "status": call.status.value,
        "created_at": rfc3339(call.created_at),
        "conversation_id": call.conversation_id,
        "direction": call.direction.value if call.direction else None,
        "from_number": call.from_number,
        "to_number": call.to_number,
        "scheduled_for": rfc3339(call.scheduled_for) if call.scheduled_for else None,
        "start_timestamp": _unix(call.started_at),
        "end_timestamp": _unix(call.ended_at),
        "duration_ms": call.duration_ms,
        "disconnection_reason": call.disposition.value if call.disposition else None,
        "project_id": call.project_id,
        "project_name": project_name,
        "config_version_id": call.version_id,
        "metadata": json.loads(call.metadata),
        "json_data": json.loads(call.json_data),
        "cause": _cause(call),
        "recording": RecordingShape(
            status=recording.status.value,
            duration_ms=recording.duration_ms,
            channels=recording.channels,
            sample_rate_hz=recording.sample_rate_hz,
            sha256=recording.sha256,
        ),
        "retention": _retention(recording),
        "opt_out": call.opt_out,
        "retry_of": None,
        "simulated": call.simulated,
    }


def recording_link(recording: Recording, deps: ApiDeps) -> str | None:
    """A fresh link, None until the recording is ready."""
    if recording.status is not RecordingStatus.READY:
        return None
    length = timedelta(milliseconds=recording.duration_ms or 0)
    return links.mint(deps.link_key, deps.public_url, recording.call_id, length=length, at=deps.clock.now())


def utterance(one: Utterance) -> dict[str, Any]:
    """One entry of `transcript_object`; times in seconds of audio since the answer."""
    return {
        "role": one.role,
        "content": one.content,
        "words": [
            {"word": word.word, "start": word.start_ms / 1000, "end": word.end_ms / 1000, "timing": word.timing}
            for word in one.words
        ],
        "start": one.start_ms / 1000,
        "end": one.end_ms / 1000,
        "interrupted": one.interrupted,
        "generated": one.generated,
        **({"dtmf": True} if one.dtmf else {}),
    }


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


def _analysis(record: CallRecord) -> dict[str, Any] | None:
    """The analysis; `pending` between the end of a conversation and it, null where there was no conversation."""
    if record.analysis is not None:
        document: dict[str, Any] = json.loads(record.analysis)
        return document
    if not record.call.status.is_terminal or record.call.started_at is None:
        return None
    return {
        "call_summary": None,
        "user_sentiment": "Unknown",
        "call_successful": None,
        "in_voicemail": None,
        "custom_analysis_data": {},
        "status": "pending",
        "analyzer": None,
    }


def _cause(call: Call) -> CauseShape:
    cause = call.cause
    if cause is None:
        return CauseShape()
    return CauseShape(sip_status=cause.sip_status, q850=cause.q850, carrier_code=cause.carrier_code)


def _retention(recording: Recording) -> RetentionShape:
    is_missing = recording.status in (RecordingStatus.NOT_RECORDED, RecordingStatus.FAILED)
    return RetentionShape(audio="not_recorded" if is_missing else "kept", transcript="kept")


def _unix(at: datetime | None) -> int | None:
    return int(at.timestamp()) if at is not None else None


def turns_document(call_id: str, report: str) -> bytes:
    """A `TurnsShape` as JSON: the stored report under the call's id."""
    return f'{{"call_id":{json.dumps(call_id)},{report[1:]}'.encode()


def turn_log_document(call_id: str, log: KeptLog) -> bytes:
    """A `TurnLogShape` as JSON. The lines are JSON already, and many."""
    return f'{{"call_id":{json.dumps(call_id)},"status":"{log.status}","lines":[{",".join(log.text.splitlines())}]}}'.encode()
