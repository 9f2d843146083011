"""Threads as clients see them."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class NewThreadShape(BaseModel):
    """The answer to `POST /threads`."""

    model_config = ConfigDict(frozen=True)

    thread_id: str


class UsageShape(BaseModel):
    """What a thread used; costs are zero on one's own machine."""

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
