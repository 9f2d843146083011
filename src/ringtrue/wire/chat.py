"""Chats as clients write and read them."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class ChatRequest(BaseModel):
    """The body of `POST /chat`."""

    thread_id: str = Field(max_length=128)
    message: str = Field(min_length=1, max_length=4000)
    puppeteer_config_name: str | None = Field(
        default=None,
        max_length=256,
        description="The name of the project whose agent answers; default the conversation's, else the thread's.",
    )
    project_name: str | None = Field(default=None, max_length=256, description="Another name of `puppeteer_config_name`.")
    streaming: bool | None = Field(default=None, description="Answer with a line for each token, then one for the whole.")
    config_version_id: str | None = Field(
        default=None, max_length=128, description="The version with which a conversation begins; default the newest."
    )
    start_new_conversation: bool | None = Field(default=None, description="Leave the conversation that is open, if any.")


class ChatExtras(BaseModel):
    """Where the message and its answer stand in the thread."""

    model_config = ConfigDict(frozen=True)

    user_message_id: str
    conversation_id: int
    reply_message_id: str


class ChatShape(BaseModel):
    """The agent's answer."""

    model_config = ConfigDict(frozen=True, title="ChatAnswer")

    message: str
    extras: ChatExtras


class ChatTokenShape(BaseModel):
    """A piece of the answer; all of them in order are its message."""

    model_config = ConfigDict(frozen=True, title="ChatToken")

    token: str
    index: int
