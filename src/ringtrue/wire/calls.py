"""Calls as clients see them. The first eighteen fields are the documented ones, in their order; ours follow."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from ringtrue.wire.pages import Pagination
from ringtrue.wire.turns import TurnShape


class CallInfo(BaseModel):
    """What creating a call answers with."""

    model_config = ConfigDict(frozen=True)

    id: str
    call_type: str
    status: str
    to_number: str | None
    from_number: str | None
    scheduled_for: str | None
    start_timestamp: int | None
    end_timestamp: int | None
    duration_ms: int | None


class PlacedCall(BaseModel):
    """The answer to `POST /voice/phone-call`."""

    model_config = ConfigDict(frozen=True)

    thread_id: str = Field(description="Identifier of the thread the call belongs to, new or existing.")
    call: CallInfo


class CheckedCall(BaseModel):
    """The answer to `POST /calls/check`; `code` is null when the call is allowed."""

    model_config = ConfigDict(frozen=True)

    allowed: bool
    code: str | None
    detail: str
    rings_at: str | None = Field(description="When it would ring, in UTC; null where it would not.")


class CauseShape(BaseModel):
    """The raw codes that the disconnection reason was derived from."""

    model_config = ConfigDict(frozen=True)

    sip_status: int | None = None
    q850: int | None = None
    carrier_code: str | None = None


class RecordingShape(BaseModel):
    """The state of the recording."""

    model_config = ConfigDict(frozen=True)

    status: str
    duration_ms: int | None = None
    channels: int | None = None
    sample_rate_hz: int | None = None
    sha256: str | None = None


class RetentionShape(BaseModel):
    """What is kept of the call: `kept`, `expired`, `erased` or `not_recorded`."""

    model_config = ConfigDict(frozen=True)

    audio: str
    transcript: str


class CallShape(BaseModel):
    """One call with its whole record."""

    model_config = ConfigDict(frozen=True, title="Call")

    id: str = Field(description="Unique identifier of the call.")
    thread_id: str = Field(description="Identifier of the thread this call belongs to.")
    call_type: str = Field(description='Type of the call, e.g. "phone_call" or "web_call".')
    status: str = Field(description='Current status, e.g. "scheduled", "ongoing", "ended", "error".')
    created_at: str = Field(description="ISO 8601 timestamp when the call record was created.")
    conversation_id: int | None = Field(
        description="Identifier of the conversation, or null for scheduled calls that never started."
    )
    direction: str | None = Field(description='Call direction, "inbound" or "outbound".')
    from_number: str | None = Field(description="Originating phone number (phone calls only).")
    to_number: str | None = Field(description="Destination phone number (phone calls only).")
    scheduled_for: str | None = Field(description="ISO 8601 timestamp the call is scheduled for, or null.")
    start_timestamp: int | None = Field(
        description="Unix timestamp (seconds) when the call started, or null if it has not started."
    )
    end_timestamp: int | None = Field(description="Unix timestamp (seconds) when the call ended, or null if it has not ended.")
    duration_ms: int | None = Field(description="Call duration in milliseconds, or null.")
    disconnection_reason: str | None = Field(description="Reason the call ended, if known.")
    transcript: str | None = Field(description="Plain-text transcript of the call, if available.")
    transcript_object: Any | None = Field(description="Structured per-utterance transcript, if available.")
    recording_url: str | None = Field(
        description="URL to the call recording. Self-hosted recordings return a short-lived signed URL."
    )
    call_analysis: Any | None = Field(description="Post-call analysis (summary, sentiment, custom fields), if available.")

    project_id: str
    project_name: str
    config_version_id: str
    metadata: dict[str, Any]
    json_data: dict[str, Any]
    cause: CauseShape
    recording: RecordingShape
    retention: RetentionShape
    opt_out: bool
    retry_of: str | None
    simulated: bool
    turns: list[TurnShape] | None = Field(
        description="How long each answer took, as `GET /calls/{id}/turns`; null until measured."
    )


class CallSummaryShape(BaseModel):
    """A call as lists have it: without its transcript, recording link, analysis and turns, which `GET /calls/{id}` has."""

    model_config = ConfigDict(frozen=True, title="CallSummary")

    id: str = Field(description="Unique identifier of the call.")
    thread_id: str = Field(description="Identifier of the thread this call belongs to.")
    call_type: str = Field(description='Type of the call, e.g. "phone_call" or "web_call".')
    status: str = Field(description='Current status, e.g. "scheduled", "ongoing", "ended", "error".')
    created_at: str = Field(description="ISO 8601 timestamp when the call record was created.")
    conversation_id: int | None = Field(
        description="Identifier of the conversation, or null for scheduled calls that never started."
    )
    direction: str | None = Field(description='Call direction, "inbound" or "outbound".')
    from_number: str | None = Field(description="Originating phone number (phone calls only).")
    to_number: str | None = Field(description="Destination phone number (phone calls only).")
    scheduled_for: str | None = Field(description="ISO 8601 timestamp the call is scheduled for, or null.")
    start_timestamp: int | None = Field(
        description="Unix timestamp (seconds) when the call started, or null if it has not started."
    )
    end_timestamp: int | None = Field(description="Unix timestamp (seconds) when the call ended, or null if it has not ended.")
    duration_ms: int | None = Field(description="Call duration in milliseconds, or null.")
    disconnection_reason: str | None = Field(description="Reason the call ended, if known.")

    project_id: str
    project_name: str
    config_version_id: str
    metadata: dict[str, Any]
    json_data: dict[str, Any]
    cause: CauseShape
    recording: RecordingShape
    retention: RetentionShape
    opt_out: bool
    retry_of: str | None
    simulated: bool


class CallsShape(BaseModel):
    """A page of calls, newest first."""

    model_config = ConfigDict(frozen=True, title="Calls")

    calls: list[CallSummaryShape]
    pagination: Pagination
