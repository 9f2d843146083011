"""Threads, their messages, and chat."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import Field

from ringtrue.client.models.document import Model, Page


class NewThread(Model):
    """A thread that was made."""

    thread_id: str


class Usage(Model):
    """What a thread used."""

    billable_messages: int
    billable_message_cost: float
    voice_minutes: float
    voice_cost: float
    total_cost: float


class Thread(Model):
    """One thread."""

    id: str
    usage: Usage
    alias: str | None = None
    timezone: str | None = None


class ThreadSummary(Model):
    """A thread as lists have it."""

    id: str
    alias: str | None = None
    timezone: str | None = None
    project_name: str | None = None
    created_at: str | None = None


class ThreadsPage(Model):
    """A page of threads."""

    threads: Sequence[ThreadSummary]
    pagination: Page


class ThreadToken(Model):
    """A token that opens one thread, for browsers and phones; `expires_at` is RFC 3339 in UTC."""

    access_token: str
    expires_at: str | None = None


class Message(Model):
    """What one side wrote or said in a thread; `role` is `user` or `assistant`, `timestamp` Unix seconds."""

    message_id: str
    role: str
    message: str
    conversation_id: int | None = None
    timestamp: int | None = None
    extras: Mapping[str, Any] | None = None


class MessagesPage(Model):
    """A page of messages."""

    messages: Sequence[Message]
    pagination: Page


class ChatExtras(Model):
    """Which messages a turn of chat made."""

    user_message_id: str | None = None
    conversation_id: int | None = None
    reply_message_id: str | None = None


class ChatReply(Model):
    """The agent's whole reply."""

    message: str
    extras: ChatExtras = Field(default_factory=ChatExtras)


class ChatToken(Model):
    """The next piece of a reply that is still being made; `index` counts from 0."""

    token: str
    index: int
