"""Which calls a list shows: what is asked for, and where a page begins."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from ringtrue.domain.call import CallStatus, CallType, Direction
from ringtrue.ids import ProjectId, ThreadId


@dataclass(frozen=True, kw_only=True, slots=True)
class CallsWanted:
    """Every condition must hold; within a set any value does, and an empty set asks for nothing. Both dates are inclusive."""

    statuses: frozenset[CallStatus] = frozenset()
    call_types: frozenset[CallType] = frozenset()
    directions: frozenset[Direction] = frozenset()
    created_from: datetime | None = None
    created_to: datetime | None = None
    thread_id: ThreadId | None = None
    project_id: ProjectId | None = None
    metadata: frozenset[tuple[str, str]] = frozenset()
    """Entries that a call must have, each by its key and its value: a string as it is, anything else as JSON."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """An entry's place in every list: newest first, and those of one instant by descending id."""

    created_at: datetime
    id: str
