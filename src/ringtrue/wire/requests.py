"""What clients send. Every optional field may be an explicit null."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, Field


class PhoneCallRequest(BaseModel):
    """The body of `POST /voice/phone-call`."""

    callee: str = Field(
        max_length=256, description="The number to call, in E.164; or an extension or sip: URI that is an internal destination."
    )
    project_id: str = Field(max_length=256, description="The project's id; its name is accepted too.")
    timezone: str | None = Field(default=None, max_length=64, description="IANA zone of the callee.")
    json_data: str | None = Field(default=None, description="A JSON object, encoded as a string, that the agent's prompts see.")
    scheduled_for: str | None = Field(default=None, max_length=64, description="When to call; omitted means now.")
    background: bool | None = Field(default=None, description="Answer 202 at once instead of when the dial is under way.")
    metadata: dict[str, Any] | None = Field(default=None, description="A flat object of up to 4 kB that the call carries.")
    config_version_id: str | None = Field(
        default=None, max_length=128, description="A version of the project; default the newest."
    )


class RescheduleRequest(BaseModel):
    """The body of `PATCH /calls/{call_id}`."""

    scheduled_for: str = Field(max_length=64, description="When to call instead.")


class ThreadPhoneCallRequest(BaseModel):
    """The body of `POST /voice/{thread_id}/phone-call`."""

    callee: str = Field(max_length=256)
    project_id: str = Field(max_length=256)
    scheduled_for: str | None = Field(default=None, max_length=64)
    verification_code: str | None = Field(default=None, max_length=64)


class WebCallRequest(BaseModel):
    """The body of `POST /voice/{thread_id}/web-call`."""

    project_id: str = Field(max_length=256)


class ThreadChange(BaseModel):
    """The body of `PATCH /threads/{thread_id}`; a field that is left out stays, null clears it."""

    alias: str | None = Field(default=None, max_length=200, description="A name for people.")
    timezone: str | None = Field(default=None, max_length=64, description="IANA zone of the party.")


class ThreadRequest(BaseModel):
    """The body of `POST /threads`."""

    timezone: str | None = Field(default=None, max_length=64)
    user_phone_number: str | None = Field(default=None, max_length=64)
    user_email: str | None = Field(default=None, max_length=254)
    project_name: str | None = Field(default=None, max_length=256)
    json_data: str | None = None
    type: str | None = None
