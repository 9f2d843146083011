"""What happened to a call: the only inputs of the lifecycle. Facts are reported after the event, never wishes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from ringtrue.domain.disposition import Cause, Disposition


@dataclass(frozen=True, kw_only=True, slots=True)
class CameDue:
    """The instant to place the call has come. Later than `grace` after it, the call was missed."""

    grace: timedelta


@dataclass(frozen=True, kw_only=True, slots=True)
class DialCommitted:
    """A worker claimed the call and its dial intent stands in the same transaction; the INVITE leaves after the commit."""

    fence: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Ringing:
    """The far side rings (a provisional response above 100), or an inbound call is being offered to us."""

    sip_status: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Answered:
    """The leg was answered; `conversation_id` was drawn in the same transaction."""

    conversation_id: int


@dataclass(frozen=True, kw_only=True, slots=True)
class LegEnded:
    """The leg is over. `duration_ms` is what the clock of the leg measured since the answer; null when never answered."""

    disposition: Disposition
    cause: Cause | None = None
    duration_ms: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class DialFailed:
    """The attempt ended before any leg existed: nothing rang."""

    disposition: Disposition
    cause: Cause | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class CancelAsked:
    """A client asked to cancel a call that was not answered yet."""


@dataclass(frozen=True, kw_only=True, slots=True)
class HangUpAsked:
    """A client asked to end a call in progress."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Rescheduled:
    """A client moved the instant of a scheduled call; from `until` on it must not ring any more."""

    scheduled_for: datetime
    until: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class DeadlinePassed:
    """The state's deadline passed and nobody had moved the call on."""


@dataclass(frozen=True, kw_only=True, slots=True)
class WorkerLost:
    """The worker that held the call died. `last_audio` is where the recording on disk ends; null when there is none."""

    last_audio: timedelta | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class PolicyRefused:
    """The rules changed between acceptance and dialling; `code` says which rule."""

    code: str


Fact = (
    CameDue
    | DialCommitted
    | Ringing
    | Answered
    | LegEnded
    | DialFailed
    | CancelAsked
    | HangUpAsked
    | Rescheduled
    | DeadlinePassed
    | WorkerLost
    | PolicyRefused
)
FACTS: tuple[type[Fact], ...] = (
    CameDue,
    DialCommitted,
    Ringing,
    Answered,
    LegEnded,
    DialFailed,
    CancelAsked,
    HangUpAsked,
    Rescheduled,
    DeadlinePassed,
    WorkerLost,
    PolicyRefused,
)
