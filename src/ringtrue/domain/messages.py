"""What was said in a thread, by voice or in writing, and where its chats stand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, NewType

from ringtrue.ids import CallId, ProjectId, ThreadId, VersionId

MessagePlace = NewType("MessagePlace", int)
"""Where a message stands in its thread; grows with every one that is added."""

MessageRole = Literal["user", "assistant"]


@dataclass(frozen=True, kw_only=True, slots=True)
class NewMessage:
    """One line of a chat."""

    id: str
    thread_id: ThreadId
    conversation_id: int
    role: MessageRole
    content: str
    at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Message:
    """A line of a chat, or an utterance of the call `call_id`, which reads as the call's transcript does."""

    id: str
    place: MessagePlace
    conversation_id: int
    call_id: CallId | None
    role: MessageRole
    content: str
    at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Chat:
    """One conversation in writing. It keeps the version, the day and the zone with which it began; `state` is JSON that only
    the chat room reads."""

    thread_id: ThreadId
    number: int
    project_id: ProjectId
    version_id: VersionId
    timezone: str | None
    began_at: datetime
    is_over: bool = False
    state: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class ThreadUsage:
    """What a thread used: answers of its chats, and milliseconds of conversation of its calls."""

    n_answers: int
    voice_ms: int
