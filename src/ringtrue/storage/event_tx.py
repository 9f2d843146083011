"""The room of events and queued effects."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from ringtrue.domain.effects import QueuedEffect
from ringtrue.domain.event import Event
from ringtrue.domain.records import EffectRow
from ringtrue.ids import CallId
from ringtrue.storage import rows
from ringtrue.storage.sql import Sql

DUE_EFFECTS = "SELECT * FROM effects WHERE due_at <= :now ORDER BY due_at, id LIMIT :limit"


class EventRoom:
    """Events and effects."""

    def __init__(self, sql: Sql) -> None:
        self._sql = sql

    def add_event(self, event: Event) -> None:
        """Insert it; its number must be free."""
        self._sql.change(
            """
            INSERT INTO events (call_id, sequence, id, at, kind, data) VALUES (:call_id, :sequence, :id, :at, :kind, :data)
            """,
            {
                "call_id": event.call_id,
                "sequence": event.sequence,
                "id": event.id,
                "at": rows.micros(event.at),
                "kind": event.kind,
                "data": rows.from_event_data(event.data),
            },
        )

    def events(self, call_id: CallId, *, after: int = 0, limit: int = 1000) -> Sequence[Event]:
        """The call's events after that number, in order."""
        found = self._sql.all(
            "SELECT * FROM events WHERE call_id = :call_id AND sequence > :after ORDER BY sequence LIMIT :limit",
            call_id=call_id,
            after=after,
            limit=limit,
        )
        return [rows.to_event(row) for row in found]

    def add_effect(self, call_id: CallId, kind: QueuedEffect, due_at: datetime) -> None:
        """Queue it."""
        self._sql.change(
            "INSERT INTO effects (call_id, kind, due_at) VALUES (:call_id, :kind, :due_at)",
            {"call_id": call_id, "kind": kind.value, "due_at": rows.micros(due_at)},
        )

    def due_effects(self, now: datetime, limit: int) -> Sequence[EffectRow]:
        """Effects whose instant came, earliest first."""
        found = self._sql.all(DUE_EFFECTS + self._sql.skip_locked, now=rows.micros(now), limit=limit)
        return [rows.to_effect(row) for row in found]

    def drop_effect(self, effect_id: int) -> None:
        """It is done; harmless when it was dropped before."""
        self._sql.change("DELETE FROM effects WHERE id = :id", {"id": effect_id})

    def delay_effect(self, effect_id: int, due_at: datetime) -> None:
        """Try again at `due_at`; counts the attempt."""
        self._sql.change(
            "UPDATE effects SET due_at = :due_at, attempts = attempts + 1 WHERE id = :id",
            {"id": effect_id, "due_at": rows.micros(due_at)},
        )
