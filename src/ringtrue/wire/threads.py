"""Threads as clients see them."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from ringtrue.wire.pages import Pagination


class NewThreadShape(BaseModel):
    """The answer to `POST /threads`."""

    model_config = ConfigDict(frozen=True)

    thread_id: str


class ThreadSummaryShape(BaseModel):
    """A thread as lists have it."""

    model_config = ConfigDict(frozen=True, title="ThreadSummary")

    id: str
    alias: str | None
    timezone: str | None
    project_name: str | None
    created_at: str


class ThreadsShape(BaseModel):
    """A page of threads, newest first."""

    model_config = ConfigDict(frozen=True, title="Threads")

    threads: list[ThreadSummaryShape]
    pagination: Pagination


class UsageShape(BaseModel):
    """What a thread used; costs are zero unless the operator set prices."""

    model_config = ConfigDict(frozen=True)

    billable_messages: int
    billable_message_cost: float
    voice_minutes: float
    voice_cost: float
    total_cost: float


class ThreadShape(BaseModel):
    """One thread."""

    model_config = ConfigDict(frozen=True, title="Thread")

    id: str
    usage: UsageShape
    alias: str | None
    timezone: str | None


class ThreadTokenRequest(BaseModel):
    """The body of `POST /threads/{thread_id}/token`."""

    expires_in: int | None = Field(default=None, ge=60, le=86_400, description="Seconds until it expires; default an hour.")
    include: list[Literal["analysis", "recording"]] | None = Field(
        default=None, max_length=2, description="What it shows of calls besides their records."
    )


class ThreadTokenShape(BaseModel):
    """A token of a thread."""

    model_config = ConfigDict(frozen=True, title="ThreadToken")

    access_token: str
    expires_at: str
