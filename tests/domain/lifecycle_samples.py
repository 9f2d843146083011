"""A call in every stage, the instants around it, and one fact of each kind, as the tests of the table have them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from ringtrue.domain import deadlines, facts
from ringtrue.domain.call import Call, CallLimits, CallStatus, CallType, Direction, Stage
from ringtrue.domain.disposition import Disposition
from ringtrue.domain.event import NewEvent
from ringtrue.domain.facts import Fact
from ringtrue.ids import CallId, OrgId, ProjectId, ThreadId, VersionId

SECOND = timedelta(seconds=1)
CREATED = datetime(2027, 3, 4, 9, 0, tzinfo=UTC)
DUE = CREATED + timedelta(hours=1)
ANSWERED_AT = DUE + 9 * SECOND
NOW = DUE + 60 * SECOND
LATER = DUE + timedelta(days=1)
GRACE = deadlines.SCHEDULE_GRACE

WAITING = Call(
    id=CallId("call_1"),
    org_id=OrgId("org_1"),
    project_id=ProjectId("project_1"),
    version_id=VersionId("ver_1"),
    thread_id=ThreadId("thread_1"),
    call_type=CallType.PHONE,
    direction=Direction.OUTBOUND,
    from_number="+14155550100",
    to_number="+14155550123",
    status=CallStatus.QUEUED,
    stage=Stage.WAITING,
    created_at=CREATED,
    due_at=DUE,
    deadline_at=DUE + deadlines.CLAIM,
    limits=CallLimits(ring=40 * SECOND, total=600 * SECOND),
)
SCHEDULED = replace(WAITING, status=CallStatus.SCHEDULED, scheduled_for=DUE)
DIALLING = replace(WAITING, stage=Stage.DIALLING, due_at=None, deadline_at=NOW, fence=1)
RINGING = replace(DIALLING, stage=Stage.RINGING)
CANCELLING = replace(RINGING, cancel_asked=True)
ONGOING = replace(RINGING, status=CallStatus.ONGOING, stage=Stage.ANSWERED, started_at=ANSWERED_AT, conversation_id=7)
HANGING_UP = replace(ONGOING, hang_up_asked=True)
ENDED = replace(
    ONGOING,
    status=CallStatus.ENDED,
    stage=Stage.OVER,
    deadline_at=None,
    ended_at=NOW,
    duration_ms=51_000,
    disposition=Disposition.AGENT_HANGUP,
)
ERROR = replace(ENDED, status=CallStatus.ERROR, disposition=Disposition.ERROR_TTS)
SAMPLE_FACTS: tuple[Fact, ...] = (
    facts.CameDue(grace=GRACE),
    facts.DialCommitted(fence=2),
    facts.Ringing(sip_status=180),
    facts.Answered(conversation_id=7),
    facts.LegEnded(disposition=Disposition.USER_HANGUP, duration_ms=1),
    facts.DialFailed(disposition=Disposition.DIAL_FAILED),
    facts.CancelAsked(),
    facts.HangUpAsked(),
    facts.Rescheduled(scheduled_for=LATER),
    facts.DeadlinePassed(),
    facts.WorkerLost(last_audio=SECOND),
    facts.PolicyRefused(code="suppressed"),
)
STATES = (SCHEDULED, WAITING, DIALLING, RINGING, CANCELLING, ONGOING, HANGING_UP, ENDED, ERROR)


def event(kind: str, **data: str | int) -> NewEvent:
    """An event of that kind."""
    return NewEvent(kind=kind, data=data)
