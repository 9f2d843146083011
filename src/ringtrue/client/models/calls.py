"""Calls: what placing one answers with, its record, and the times of its turns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from pydantic import Field

from ringtrue.client.models.document import Model, Page

Status = Literal["scheduled", "queued", "ongoing", "ended", "error"] | str

_TERMINAL = ("ended", "error")


class CallInfo(Model):
    """A call as placing it answers. Times are Unix seconds."""

    id: str
    call_type: str
    status: Status
    to_number: str | None = None
    from_number: str | None = None
    scheduled_for: str | None = None
    start_timestamp: int | None = None
    end_timestamp: int | None = None
    duration_ms: int | None = None


class PlacedCall(Model):
    """A call that was accepted, and the thread it belongs to."""

    thread_id: str
    call: CallInfo


class CheckedCall(Model):
    """What would happen to a call: `code` is None when it is allowed, `rings_at` says when it would ring."""

    allowed: bool
    code: str | None = None
    detail: str
    rings_at: str | None = None


class Cause(Model):
    """The raw codes that the reason was derived from."""

    sip_status: int | None = None
    q850: int | None = None
    carrier_code: str | None = None


class RecordingState(Model):
    """How far the recording is: `pending`, `ready`, `failed`, `not_recorded` or `expired`."""

    status: str
    duration_ms: int | None = None
    channels: int | None = None
    sample_rate_hz: int | None = None
    sha256: str | None = None


class Retention(Model):
    """What is kept of the call: `kept`, `expired`, `erased` or `not_recorded`."""

    audio: str
    transcript: str


class Word(Model):
    """A word with its place in the recording, in seconds; `timing` says whether that is `measured` or `estimated`."""

    word: str
    start: float
    end: float
    timing: str | None = None


class Utterance(Model):
    """What one party said, as far as it was heard; times in seconds of the recording.

    `generated` is what the agent would have said had it not been interrupted; `dtmf` marks keys.
    """

    role: str
    content: str
    words: Sequence[Word] = ()
    start: float | None = None
    end: float | None = None
    interrupted: bool = False
    generated: str | None = None
    dtmf: bool = False


class Analysis(Model):
    """What is claimed of the call. A value that nobody said is None; `evidence` has the utterance for each one."""

    call_summary: str | None = None
    user_sentiment: str | None = None
    call_successful: bool | None = None
    in_voicemail: bool | None = None
    custom_analysis_data: Mapping[str, Any] = Field(default_factory=dict)
    status: str | None = None
    analyzer: str | None = None
    evidence: Mapping[str, Any] | None = None


class Stages(Model):
    """Where the time of an answer went, in milliseconds; `recognition_ms` runs beside `end_of_turn_ms`."""

    recognition_ms: int | None = None
    end_of_turn_ms: int | None = None
    reply_ms: int | None = None
    synthesis_ms: int | None = None
    sending_ms: int | None = None


class RecordedGap(Model):
    """The gap between the two voices, measured from the recording alone."""

    ended_ms: int
    began_ms: int
    gap_ms: int


class Turn(Model):
    """One turn of the party and its answer, in milliseconds since the answer of the call. `by` is `words` or `keys`."""

    by: str
    ended_ms: int
    transcribed_ms: int | None = None
    decided_ms: int | None = None
    replied_ms: int | None = None
    produced_ms: int | None = None
    sent_ms: int | None = None
    stages: Stages = Field(default_factory=Stages)
    gap_ms: int | None = None
    recorded: RecordedGap | None = None


class Turns(Model):
    """The turns of a call; `status` is `pending`, `complete`, `cut`, `failed` or `none`."""

    call_id: str
    status: str
    turns: Sequence[Turn] = ()


class TurnLog(Model):
    """What went into the turn machine of a call; `status` is `pending`, `complete` or `none`."""

    call_id: str
    status: str
    lines: Sequence[Any] = ()


class DocumentedCall(Model):
    """The documented fields that lists and records share."""

    id: str
    thread_id: str
    call_type: str
    status: Status
    created_at: str
    conversation_id: int | None
    direction: str | None
    from_number: str | None
    to_number: str | None
    scheduled_for: str | None
    start_timestamp: int | None
    end_timestamp: int | None
    duration_ms: int | None
    disconnection_reason: str | None


class DocumentedRecord(DocumentedCall):
    """All documented fields."""

    transcript: str | None
    transcript_object: Sequence[Utterance] | None
    recording_url: str | None
    call_analysis: Analysis | None


class AddedFields(Model):
    """The fields that come after the documented ones."""

    project_id: str | None = None
    project_name: str | None = None
    config_version_id: str | None = None
    metadata: Mapping[str, Any] = Field(default_factory=dict)
    json_data: Mapping[str, Any] = Field(default_factory=dict)
    cause: Cause | None = None
    recording: RecordingState | None = None
    retention: Retention | None = None
    opt_out: bool = False
    retry_of: str | None = None
    simulated: bool = False


class CallSummary(AddedFields, DocumentedCall):
    """A call as lists have it. Timestamps are Unix seconds, other times RFC 3339 in UTC."""

    @property
    def is_over(self) -> bool:
        """Whether nothing more happens to the call."""
        return self.status in _TERMINAL


class Call(CallSummary, DocumentedRecord):
    """A call with its whole record, which grows while the call runs.

    `recording_url` is a link that needs no key and does not live long: None until the recording is ready, new in each answer.
    """

    turns: Sequence[Turn] | None = None

    @property
    def is_complete(self) -> bool:
        """Whether the call is over and its recording and analysis are done."""
        is_recorded = self.recording is None or self.recording.status != "pending"
        is_analysed = self.call_analysis is None or self.call_analysis.status != "pending"
        return self.is_over and is_recorded and is_analysed


class CallsPage(Model):
    """A page of calls."""

    calls: Sequence[CallSummary]
    pagination: Page
