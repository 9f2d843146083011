"""The frames of a thread's socket."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class SocketMessage(BaseModel):
    """What a client writes: the `data` of a frame of type `message`."""

    message: str = Field(min_length=1, max_length=4000)
    start_new_conversation: bool | None = None
    puppeteer_config_name: str | None = Field(default=None, max_length=256)
    project_name: str | None = Field(default=None, max_length=256)


class SocketExtras(BaseModel):
    """Where a message and its answer stand in the thread; the conversation's number is a string here, as documented."""

    model_config = ConfigDict(frozen=True)

    conversation_id: str
    user_message_id: str
    reply_message_id: str


class SocketAnswer(BaseModel):
    """The whole answer."""

    model_config = ConfigDict(frozen=True)

    message: str
    extras: SocketExtras


class StreamStart(BaseModel):
    """An answer begins."""

    model_config = ConfigDict(frozen=True)

    type: Literal["start"] = "start"


class StreamChunk(BaseModel):
    """A piece of it."""

    model_config = ConfigDict(frozen=True)

    type: Literal["chunk"] = "chunk"
    token: str
    index: int


class StreamEnd(BaseModel):
    """All of it."""

    model_config = ConfigDict(frozen=True)

    type: Literal["end"] = "end"
    message: SocketAnswer


class StreamFrame(BaseModel):
    """A frame of an answer."""

    model_config = ConfigDict(frozen=True)

    type: Literal["stream"] = "stream"
    data: StreamStart | StreamChunk | StreamEnd
