"""Messages of threads as clients see them."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from ringtrue.wire.pages import Pagination


class MessageExtras(BaseModel):
    """What else is known of a message."""

    model_config = ConfigDict(frozen=True)

    call_id: str | None = Field(description="The call in which it was said; null for a line of a chat.")


class MessageShape(BaseModel):
    """A line of a chat, or an utterance of a call as its transcript has it."""

    model_config = ConfigDict(frozen=True, title="Message")

    message_id: str
    role: str = Field(json_schema_extra={"enum": ["user", "assistant"]})
    message: str
    conversation_id: int
    timestamp: int = Field(description="Unix seconds.")
    extras: MessageExtras


class MessagesShape(BaseModel):
    """A page of messages, newest first."""

    model_config = ConfigDict(frozen=True, title="Messages")

    messages: list[MessageShape]
    pagination: Pagination
