"""Rows to domain values and back. Instants are integers of microseconds since 1970 UTC, durations of milliseconds."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import msgspec

from ringtrue.domain.call import Call, CallLimits, CallStatus, CallType, Direction, Stage
from ringtrue.domain.disposition import Cause, Disposition
from ringtrue.domain.effects import QueuedEffect
from ringtrue.domain.event import Event, Scalar
from ringtrue.domain.records import (
    ApiKey,
    EffectRow,
    IntentRow,
    Lease,
    LegRow,
    Number,
    Organization,
    Project,
    ProjectVersion,
    Recording,
    RecordingStatus,
    Suppression,
    Thread,
)
from ringtrue.domain.utterance import Utterance
from ringtrue.storage.sql import Row, Value

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_MILLISECOND = timedelta(milliseconds=1)

_utterances = msgspec.json.Decoder(Utterance)
_event_data = msgspec.json.Decoder(dict[str, Scalar])


def micros(at: datetime) -> int:
    """The instant as stored. Raises TypeError for a naive one."""
    return (at - _EPOCH) // _MICROSECOND


def maybe_micros(at: datetime | None) -> int | None:
    """The instant as stored, or null."""
    return None if at is None else micros(at)


def instant(stored: int) -> datetime:
    """The stored instant."""
    return _EPOCH + stored * _MICROSECOND


def maybe_instant(stored: int | None) -> datetime | None:
    """The stored instant, or None."""
    return None if stored is None else instant(stored)


def to_organization(row: Row) -> Organization:
    """The stored organization."""
    return Organization(id=row["id"], name=row["name"], created_at=instant(row["created_at"]))


def to_api_key(row: Row) -> ApiKey:
    """The stored key."""
    return ApiKey(
        id=row["id"],
        org_id=row["org_id"],
        name=row["name"],
        scope=row["scope"],
        key_hash=row["key_hash"],
        created_at=instant(row["created_at"]),
        last_used_at=maybe_instant(row["last_used_at"]),
        revoked_at=maybe_instant(row["revoked_at"]),
    )


def to_project(row: Row) -> Project:
    """The stored project."""
    return Project(id=row["id"], org_id=row["org_id"], name=row["name"], created_at=instant(row["created_at"]))


def to_version(row: Row) -> ProjectVersion:
    """The stored version."""
    return ProjectVersion(
        id=row["id"],
        project_id=row["project_id"],
        number=row["number"],
        yaml=row["yaml"],
        created_at=instant(row["created_at"]),
    )


def to_number(row: Row) -> Number:
    """The stored number."""
    return Number(e164=row["e164"], org_id=row["org_id"], project_id=row["project_id"], created_at=instant(row["created_at"]))


def to_suppression(row: Row) -> Suppression:
    """The stored suppression."""
    return Suppression(party=row["party"], reason=row["reason"], created_at=instant(row["created_at"]))


def to_thread(row: Row) -> Thread:
    """The stored thread."""
    return Thread(
        id=row["id"],
        org_id=row["org_id"],
        project_id=row["project_id"],
        party=row["party"],
        alias=row["alias"],
        timezone=row["timezone"],
        email=row["email"],
        json_data=row["json_data"],
        created_at=instant(row["created_at"]),
    )


def call_kind(call: Call) -> str:
    """Type and direction in one letter, for the list indexes. Raises ValueError for a phone call without a direction."""
    if call.call_type is CallType.WEB:
        return "w"
    if call.direction is None:
        raise ValueError(f"The phone call {call.id} has no direction.")
    return "i" if call.direction is Direction.INBOUND else "o"


def from_call(call: Call) -> Mapping[str, Value]:
    """The columns of a call. A cause without any code is stored as no cause."""
    cause = call.cause or Cause()
    return {
        "id": call.id,
        "org_id": call.org_id,
        "project_id": call.project_id,
        "version_id": call.version_id,
        "thread_id": call.thread_id,
        "kind": call_kind(call),
        "call_type": call.call_type.value,
        "direction": call.direction.value if call.direction else None,
        "from_number": call.from_number,
        "to_number": call.to_number,
        "status": call.status.value,
        "stage": call.stage.value,
        "created_at": micros(call.created_at),
        "scheduled_for": maybe_micros(call.scheduled_for),
        "due_at": maybe_micros(call.due_at),
        "deadline_at": maybe_micros(call.deadline_at),
        "ring_limit_ms": call.limits.ring // _MILLISECOND,
        "total_limit_ms": call.limits.total // _MILLISECOND,
        "json_data": call.json_data,
        "metadata": call.metadata,
        "timezone": call.timezone,
        "cancel_asked": int(call.cancel_asked),
        "hang_up_asked": int(call.hang_up_asked),
        "conversation_id": call.conversation_id,
        "started_at": maybe_micros(call.started_at),
        "ended_at": maybe_micros(call.ended_at),
        "duration_ms": call.duration_ms,
        "disposition": call.disposition.value if call.disposition else None,
        "cause_sip_status": cause.sip_status,
        "cause_q850": cause.q850,
        "cause_carrier_code": cause.carrier_code,
        "simulated": int(call.simulated),
        "opt_out": int(call.opt_out),
        "fence": call.fence,
        "last_event": call.last_event,
    }


def to_call(row: Row) -> Call:
    """The stored call."""
    return Call(
        id=row["id"],
        org_id=row["org_id"],
        project_id=row["project_id"],
        version_id=row["version_id"],
        thread_id=row["thread_id"],
        call_type=CallType(row["call_type"]),
        direction=Direction(row["direction"]) if row["direction"] else None,
        from_number=row["from_number"],
        to_number=row["to_number"],
        status=CallStatus(row["status"]),
        stage=Stage(row["stage"]),
        created_at=instant(row["created_at"]),
        scheduled_for=maybe_instant(row["scheduled_for"]),
        due_at=maybe_instant(row["due_at"]),
        deadline_at=maybe_instant(row["deadline_at"]),
        limits=CallLimits(ring=row["ring_limit_ms"] * _MILLISECOND, total=row["total_limit_ms"] * _MILLISECOND),
        json_data=row["json_data"],
        metadata=row["metadata"],
        timezone=row["timezone"],
        cancel_asked=bool(row["cancel_asked"]),
        hang_up_asked=bool(row["hang_up_asked"]),
        conversation_id=row["conversation_id"],
        started_at=maybe_instant(row["started_at"]),
        ended_at=maybe_instant(row["ended_at"]),
        duration_ms=row["duration_ms"],
        disposition=Disposition(row["disposition"]) if row["disposition"] else None,
        cause=_cause(row),
        simulated=bool(row["simulated"]),
        opt_out=bool(row["opt_out"]),
        fence=row["fence"],
        last_event=row["last_event"],
    )


def _cause(row: Row) -> Cause | None:
    cause = Cause(sip_status=row["cause_sip_status"], q850=row["cause_q850"], carrier_code=row["cause_carrier_code"])
    return None if cause == Cause() else cause


def to_lease(row: Row) -> Lease:
    """The stored lease."""
    return Lease(call_id=row["call_id"], worker_id=row["worker_id"], fence=row["fence"], expires_at=instant(row["expires_at"]))


def to_leg(row: Row) -> LegRow:
    """The stored leg."""
    return LegRow(
        id=row["id"],
        call_id=row["call_id"],
        sip_call_id=row["sip_call_id"],
        remote_tag=row["remote_tag"],
        is_inbound=bool(row["is_inbound"]),
        snapshot=row["snapshot"],
        updated_at=instant(row["updated_at"]),
    )


def to_intent(row: Row) -> IntentRow:
    """The stored intent."""
    return IntentRow(call_id=row["call_id"], leg_id=row["leg_id"], committed_at=instant(row["committed_at"]))


def from_event_data(data: Mapping[str, Scalar]) -> str:
    """An event's data as JSON text."""
    return msgspec.json.encode(dict(data)).decode()


def to_event(row: Row) -> Event:
    """The stored event."""
    return Event(
        id=row["id"],
        call_id=row["call_id"],
        sequence=row["sequence"],
        at=instant(row["at"]),
        kind=row["kind"],
        data=_event_data.decode(row["data"]),
    )


def to_effect(row: Row) -> EffectRow:
    """The stored effect."""
    return EffectRow(
        id=row["id"],
        call_id=row["call_id"],
        kind=QueuedEffect(row["kind"]),
        due_at=instant(row["due_at"]),
        attempts=row["attempts"],
    )


def from_utterance(utterance: Utterance) -> str:
    """An utterance as JSON text."""
    return msgspec.json.encode(utterance).decode()


def to_utterance(row: Row) -> Utterance:
    """The stored utterance."""
    return _utterances.decode(row["data"])


def to_recording(row: Row) -> Recording:
    """The stored state of a call's audio."""
    return Recording(
        call_id=row["call_id"],
        status=RecordingStatus(row["status"]),
        name=row["name"],
        duration_ms=row["duration_ms"],
        channels=row["channels"],
        sample_rate_hz=row["sample_rate_hz"],
        size_bytes=row["size_bytes"],
        sha256=row["sha256"],
    )
