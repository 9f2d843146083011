"""The turns of a call as clients see them: milliseconds of audio since the answer, and what lies between."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field


class StagesShape(BaseModel):
    """Where the time of an answer went; `recognition_ms` runs beside `end_of_turn_ms`, the others follow each other."""

    model_config = ConfigDict(frozen=True)

    recognition_ms: int | None = Field(description="From the end of speech until its words were known; null for keys.")
    end_of_turn_ms: int = Field(description="From the end of speech until the turn was taken to be over.")
    reply_ms: int | None = Field(description="Until the agent knew what to do.")
    synthesis_ms: int | None = Field(description="Until the first audio of it was there.")
    sending_ms: int | None = Field(description="Until its first sample went out.")


class RecordedGapShape(BaseModel):
    """The same gap measured from the two channels of the recording alone."""

    model_config = ConfigDict(frozen=True)

    ended_ms: int = Field(description="Where the party's voice falls silent.")
    began_ms: int = Field(description="Where the agent's voice begins.")
    gap_ms: int


class TurnShape(BaseModel):
    """One turn of the party and its answer."""

    model_config = ConfigDict(frozen=True)

    by: str = Field(description='"words" or "keys".')
    ended_ms: int = Field(description="Where the party's speech ended, or its last key was pressed.")
    transcribed_ms: int | None = Field(description="When its words were known; null for keys.")
    decided_ms: int = Field(description="When its turn was taken to be over.")
    replied_ms: int | None = Field(description="When the agent knew what to do.")
    produced_ms: int | None = Field(description="When the first audio of the answer was there; null when nothing was said.")
    sent_ms: int | None = Field(description="Where its first sample went out; null when it was not heard.")
    stages: StagesShape
    gap_ms: int | None = Field(description="From `ended_ms` to `sent_ms`.")
    recorded: RecordedGapShape | None = Field(description="What the recording says of it; null where it cannot tell.")


class TurnsShape(BaseModel):
    """The turns of a call."""

    model_config = ConfigDict(frozen=True)

    call_id: str
    status: str = Field(
        description='"pending" until the call is over and measured, then "complete"; "cut" when its log grew too long, '
        '"failed" when it cannot be read, "none" when there was no conversation.'
    )
    turns: list[TurnShape]


class TurnLogShape(BaseModel):
    """The input log of a call's turn machine."""

    model_config = ConfigDict(frozen=True)

    call_id: str
    status: str = Field(description='"pending" while the call may still add to it, "complete", or "none" where none was kept.')
    lines: list[Any] = Field(description="A head with version and rate, then [at, consumed, happened, act, ...] for each feed.")
