"""A call in the public API's words, as plain JSON values: what HTTP answers and what webhooks carry, made in one place.

Plain values rather than models, because the media process makes them too, which loads no HTTP library.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from ringtrue.calls.read import CallRecord
from ringtrue.clock import rfc3339
from ringtrue.domain.call import Call
from ringtrue.domain.records import Recording, RecordingStatus
from ringtrue.domain.utterance import Utterance, as_text

Document = dict[str, Any]  # Any: a JSON value; `wire.calls` has the shapes


def summary(call: Call, project_name: str, recording: Recording) -> Document:
    """What lists have of a call: a `CallSummaryShape`."""
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
        "start_timestamp": unix(call.started_at),
        "end_timestamp": unix(call.ended_at),
        "duration_ms": call.duration_ms,
        "disconnection_reason": call.disposition.value if call.disposition else None,
        "project_id": call.project_id,
        "project_name": project_name,
        "config_version_id": call.version_id,
        "metadata": json.loads(call.metadata),
        "json_data": json.loads(call.json_data),
        "cause": _cause(call),
        "recording": {
            "status": recording.status.value,
            "duration_ms": recording.duration_ms,
            "channels": recording.channels,
            "sample_rate_hz": recording.sample_rate_hz,
            "sha256": recording.sha256,
        },
        "retention": _retention(recording),
        "opt_out": call.opt_out,
        "retry_of": None,
        "simulated": call.simulated,
    }


def whole(record: CallRecord) -> Document:
    """The whole record but where its recording is: a `CallShape` without `recording_url`."""
    transcript = record.transcript
    return {
        **summary(record.call, record.project_name, record.recording),
        "transcript": as_text(transcript) if transcript is not None else None,
        "transcript_object": [utterance(one) for one in transcript] if transcript is not None else None,
        "call_analysis": _analysis(record),
        "turns": json.loads(record.turns)["turns"] if record.turns is not None else None,
    }


def told(record: CallRecord) -> Document:
    """The whole record as webhooks carry it: with `recording_path`, which opens with an API key and does not expire.

    The path is there as soon as an answered call is being recorded; `recording.status` says whether it leads somewhere yet.
    """
    is_ready = record.recording.status is RecordingStatus.READY
    is_coming = record.recording.status is RecordingStatus.PENDING and record.call.started_at is not None
    return {**whole(record), "recording_path": f"/calls/{record.call.id}/recording" if is_ready or is_coming else None}


def utterance(one: Utterance) -> Document:
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


def unix(at: datetime | None) -> int | None:
    """The instant in whole seconds since 1970."""
    return int(at.timestamp()) if at is not None else None


def _analysis(record: CallRecord) -> Document | None:
    """The analysis; `pending` between the end of a conversation and it, null where there was no conversation."""
    if record.analysis is not None:
        document: Document = json.loads(record.analysis)
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


def _cause(call: Call) -> Document:
    cause = call.cause
    if cause is None:
        return {"sip_status": None, "q850": None, "carrier_code": None}
    return {"sip_status": cause.sip_status, "q850": cause.q850, "carrier_code": cause.carrier_code}


def _retention(recording: Recording) -> Document:
    is_missing = recording.status in (RecordingStatus.NOT_RECORDED, RecordingStatus.FAILED)
    return {"audio": "not_recorded" if is_missing else "kept", "transcript": "kept"}
