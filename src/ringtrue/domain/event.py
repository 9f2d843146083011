"""The numbered facts of a call: the record that webhooks, live streams and the dashboard are views of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from ringtrue.ids import CallId

Scalar = str | int | bool | None


@dataclass(frozen=True, kw_only=True, slots=True)
class NewEvent:
    """An event that a decision asks for; it gets its number when it is stored."""

    kind: str
    data: Mapping[str, Scalar] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Event:
    """A stored event; `sequence` counts from 1 per call, without gaps."""

    id: str
    call_id: CallId
    sequence: int
    at: datetime
    kind: str
    data: Mapping[str, Scalar]
