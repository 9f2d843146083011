"""What an organization has: its numbers, the parties it never rings, its API keys."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

Scope = Literal["admin", "full", "read"]


class NumberRequest(BaseModel):
    """The body of `PUT /numbers/{number}`."""

    project: str = Field(max_length=256, description="The name or id of the project that answers calls to the number.")


class NumberShape(BaseModel):
    """A number of ours."""

    model_config = ConfigDict(frozen=True, title="Number")

    number: str
    project: str = Field(description="The name of the project that answers calls to it.")
    created_at: str


class NumbersShape(BaseModel):
    """Every number, oldest first."""

    model_config = ConfigDict(frozen=True, title="Numbers")

    numbers: list[NumberShape]


class SuppressionRequest(BaseModel):
    """The body of `PUT /suppressions/{number}`."""

    reason: str = Field(default="asked", min_length=1, max_length=500, description="Why, for people.")


class SuppressionShape(BaseModel):
    """A number that is never rung."""

    model_config = ConfigDict(frozen=True, title="Suppression")

    number: str
    reason: str
    created_at: str


class ApiKeyRequest(BaseModel):
    """The body of `POST /api-keys`."""

    name: str = Field(min_length=1, max_length=100, description="What it is for.")
    scope: Scope = Field(default="full", description="What it may do: `read`, `full` (place calls), `admin` (keys too).")


class ApiKeyShape(BaseModel):
    """An API key, without the key itself."""

    model_config = ConfigDict(frozen=True, title="ApiKey")

    id: str
    name: str
    scope: Scope
    created_at: str
    last_used_at: str | None


class NewApiKeyShape(ApiKeyShape):
    """A new API key with the key itself, which is shown this once."""

    model_config = ConfigDict(frozen=True, title="NewApiKey")

    key: str


class ApiKeysShape(BaseModel):
    """Every API key that opens something, oldest first."""

    model_config = ConfigDict(frozen=True, title="ApiKeys")

    api_keys: list[ApiKeyShape]
