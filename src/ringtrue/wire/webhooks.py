"""Webhooks and listeners as clients see them, and what both are sent."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, StrictBool

EventName = Literal[
    "call.scheduled",
    "call.queued",
    "call.ringing",
    "call.started",
    "call.ended",
    "call.analyzed",
    "transcript.updated",
]

_EVENTS = "What it is told of; without it every `call.` event. `transcript.updated` can be named, but is not sent yet."


class WebhookRequest(BaseModel):
    """The body of `POST /webhooks`."""

    url: str = Field(description="Where events are posted: http or https, without user name and password.")
    events: list[EventName] | None = Field(default=None, description=_EVENTS)
    enabled: StrictBool | None = Field(default=None, description="Whether it is told anything; true when left out.")


class WebhookChange(BaseModel):
    """The body of `PATCH /webhooks/{id}`; what is left out stays."""

    url: str | None = Field(default=None, description="Where events are posted; what waits goes there too.")
    events: list[EventName] | None = Field(default=None, description="What it is told of from now on.")
    enabled: StrictBool | None = Field(default=None, description="False: it is told nothing more, and what waits is dropped.")


class WebhookShape(BaseModel):
    """A webhook, without its secret."""

    model_config = ConfigDict(frozen=True, title="Webhook")

    id: str
    url: str
    events: list[EventName]
    enabled: bool = Field(description="Set to false by a receiver that answers 410.")
    created_at: str


class NewWebhookShape(WebhookShape):
    """A new webhook with the secret that its deliveries are signed with, which is shown this once."""

    model_config = ConfigDict(frozen=True, title="NewWebhook")

    secret: str = Field(description="Verify deliveries with it: Standard Webhooks 1.0, any of its libraries.")


class WebhooksShape(BaseModel):
    """Every webhook, oldest first."""

    model_config = ConfigDict(frozen=True, title="Webhooks")

    webhooks: list[WebhookShape]


class ListenerRequest(BaseModel):
    """The body of `POST /listeners`."""

    events: list[EventName] | None = Field(default=None, description=_EVENTS)


class NewListenerShape(BaseModel):
    """A new listener; its secret is shown this once."""

    model_config = ConfigDict(frozen=True, title="NewListener")

    id: str
    events: list[EventName]
    secret: str = Field(description="What whoever forwards the events signs them with.")
    created_at: str


class DoneShape(BaseModel):
    """A delivery that the listener is done with."""

    model_config = ConfigDict(extra="forbid", title="Done")

    id: str = Field(max_length=64)
    status: int | None = Field(default=None, ge=100, le=599, description="What was answered where it was forwarded to.")


class NextRequest(BaseModel):
    """The body of `POST /listeners/{id}/next`."""

    done: list[DoneShape] = Field(default=[], max_length=100, description="What is handed out no more.")


class HandedShape(BaseModel):
    """An event for a listener; `body` is what a webhook would be sent, byte for byte."""

    model_config = ConfigDict(frozen=True, title="Handed")

    id: str = Field(description="The delivery's, for `done`.")
    event_id: str
    type: EventName
    body: str


class NextShape(BaseModel):
    """The oldest events that the listener is not done with, in order; they are handed out until it is."""

    model_config = ConfigDict(frozen=True, title="Next")

    deliveries: list[HandedShape]
