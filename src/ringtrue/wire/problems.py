"""Errors as clients see them (RFC 9457)."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class FaultShape(BaseModel):
    """One part of the input that is at fault; the input itself is not repeated."""

    model_config = ConfigDict(frozen=True)

    loc: list[str | int]
    msg: str
    code: str


class ProblemShape(BaseModel):
    """`application/problem+json`."""

    model_config = ConfigDict(frozen=True, title="Problem")

    type: str
    title: str
    status: int
    detail: str
    code: str
    request_id: str
    errors: list[FaultShape] | None = None
