"""The call: one attempt to converse, from acceptance to its disposition."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from ringtrue.domain.disposition import Cause, Disposition
from ringtrue.ids import CallId, OrgId, ProjectId, ThreadId, VersionId


class CallStatus(StrEnum):
    """The public status; terminal ones never change again."""

    SCHEDULED = "scheduled"
    QUEUED = "queued"
    ONGOING = "ongoing"
    ENDED = "ended"
    ERROR = "error"

    @property
    def is_terminal(self) -> bool:
        """Whether the call is over for good."""
        return self in (CallStatus.ENDED, CallStatus.ERROR)


class Stage(StrEnum):
    """How far a call has come, finer than its status; `waiting` alone may be claimed by the dispatcher."""

    WAITING = "waiting"
    DIALLING = "dialling"
    RINGING = "ringing"
    ANSWERED = "answered"
    OVER = "over"


class Direction(StrEnum):
    """Seen from us."""

    INBOUND = "inbound"
    OUTBOUND = "outbound"


class CallType(StrEnum):
    """How the party is reached."""

    PHONE = "phone_call"
    WEB = "web_call"


@dataclass(frozen=True, kw_only=True, slots=True)
class CallLimits:
    """Frozen from the project's version when the call is accepted."""

    ring: timedelta
    total: timedelta


@dataclass(frozen=True, kw_only=True, slots=True)
class Call:
    """One call as stored. `due_at` is set while it waits; `deadline_at` in every state that is not terminal."""

    id: CallId
    org_id: OrgId
    project_id: ProjectId
    version_id: VersionId
    thread_id: ThreadId
    call_type: CallType
    direction: Direction | None
    from_number: str | None
    to_number: str | None
    status: CallStatus
    stage: Stage
    created_at: datetime
    scheduled_for: datetime | None = None
    due_at: datetime | None = None
    deadline_at: datetime | None = None
    limits: CallLimits
    json_data: str = "{}"
    metadata: str = "{}"
    timezone: str | None = None
    cancel_asked: bool = False
    hang_up_asked: bool = False
    conversation_id: int | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None
    duration_ms: int | None = None
    disposition: Disposition | None = None
    cause: Cause | None = None
    simulated: bool = False
    opt_out: bool = False
    fence: int = 0
    last_event: int = 0
