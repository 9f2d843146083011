"""The room of calls and their queue."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from ringtrue.domain.call import Call
from ringtrue.errors import NotFound
from ringtrue.ids import CallId, OrgId
from ringtrue.storage import rows
from ringtrue.storage.marks import marks
from ringtrue.storage.sql import Sql, Value

_INSERT = """
INSERT INTO calls (
    id, org_id, project_id, version_id, thread_id, kind, call_type, direction, from_number, to_number, status, stage,
    created_at, scheduled_for, due_at, deadline_at, ring_limit_ms, total_limit_ms, json_data, metadata, timezone,
    cancel_asked, hang_up_asked, conversation_id, started_at, ended_at, duration_ms, disposition, cause_sip_status,
    cause_q850, cause_carrier_code, simulated, opt_out, fence, last_event
) VALUES (
    :id, :org_id, :project_id, :version_id, :thread_id, :kind, :call_type, :direction, :from_number, :to_number, :status, :stage,
    :created_at, :scheduled_for, :due_at, :deadline_at, :ring_limit_ms, :total_limit_ms, :json_data, :metadata, :timezone,
    :cancel_asked, :hang_up_asked, :conversation_id, :started_at, :ended_at, :duration_ms, :disposition, :cause_sip_status,
    :cause_q850, :cause_carrier_code, :simulated, :opt_out, :fence, :last_event
)
"""
_MARK = "INSERT INTO call_metadata (org_id, mark, created_at, call_id) VALUES (:org_id, :mark, :created_at, :call_id)"
# Whose call it is, its type, direction and creation never change; naming them would rewrite every list index each time.
_UPDATE = """
UPDATE calls SET
    version_id = :version_id, from_number = :from_number, status = :status, stage = :stage, due_at = :due_at,
    deadline_at = :deadline_at, ring_limit_ms = :ring_limit_ms, total_limit_ms = :total_limit_ms, json_data = :json_data,
    metadata = :metadata, timezone = :timezone, cancel_asked = :cancel_asked, hang_up_asked = :hang_up_asked,
    conversation_id = :conversation_id, started_at = :started_at, ended_at = :ended_at, duration_ms = :duration_ms,
    disposition = :disposition, cause_sip_status = :cause_sip_status, cause_q850 = :cause_q850,
    cause_carrier_code = :cause_carrier_code, simulated = :simulated, opt_out = :opt_out, fence = :fence, last_event = :last_event
WHERE id = :id AND org_id = :org_id AND project_id = :project_id AND thread_id = :thread_id AND kind = :kind
    AND created_at = :created_at
"""
# These hardly ever change, and stand in the indexes that caps are counted by: naming them would rewrite those as well.
_MOVE = """
UPDATE calls SET scheduled_for = :scheduled_for, to_number = :to_number WHERE id = :id AND org_id = :org_id AND (
    (scheduled_for IS NULL) <> (:scheduled_for IS NULL) OR scheduled_for <> :scheduled_for
    OR (to_number IS NULL) <> (:to_number IS NULL) OR to_number <> :to_number
)
"""
_BY_ID = "SELECT * FROM calls WHERE id = :id"
_OWN = "SELECT * FROM calls WHERE id = :id AND org_id = :org_id"
DUE = "SELECT id FROM calls WHERE stage = 'waiting' AND due_at <= :now ORDER BY due_at, id LIMIT :limit"
NEXT_DUE = "SELECT due_at FROM calls WHERE stage = 'waiting' AND due_at IS NOT NULL ORDER BY due_at, id LIMIT 1"
OVERDUE = """
SELECT id FROM calls WHERE status IN ('scheduled', 'queued', 'ongoing') AND deadline_at <= :now
ORDER BY deadline_at, id LIMIT :limit
"""


class CallRoom:
    """Calls and the queue, which is the same table."""

    def __init__(self, sql: Sql) -> None:
        self._sql = sql

    def add_call(self, call: Call) -> None:
        """Insert it, with the marks of its metadata, which never changes."""
        self._sql.change(_INSERT, rows.from_call(call))
        for mark in marks(call.metadata):
            values: dict[str, Value] = {
                "org_id": call.org_id,
                "mark": mark,
                "created_at": rows.micros(call.created_at),
                "call_id": call.id,
            }
            self._sql.change(_MARK, values)

    def call(self, call_id: CallId) -> Call | None:
        """The call, locked against other writers until the transaction ends."""
        row = self._sql.one(_BY_ID + self._sql.locked, id=call_id)
        return rows.to_call(row) if row else None

    def call_of(self, org_id: OrgId, call_id: CallId) -> Call | None:
        """The call when it is this organization's; not locked."""
        row = self._sql.one(_OWN, id=call_id, org_id=org_id)
        return rows.to_call(row) if row else None

    def locked_call_of(self, org_id: OrgId, call_id: CallId) -> Call | None:
        """The call when it is this organization's, locked against other writers until the transaction ends."""
        row = self._sql.one(_OWN + self._sql.locked, id=call_id, org_id=org_id)
        return rows.to_call(row) if row else None

    def put_call(self, call: Call) -> None:
        """Replace the row. Raises NotFound when there is none with the same owner, thread, kind and creation."""
        row = rows.from_call(call)
        if self._sql.change(_UPDATE, row) == 0:
            raise NotFound("There is no such call.")
        self._sql.change(_MOVE, row)

    def due_calls(self, now: datetime, limit: int) -> Sequence[CallId]:
        """Waiting calls whose `due_at` came, earliest first, skipping those another worker is just claiming."""
        found = self._sql.all(DUE + self._sql.skip_locked, now=rows.micros(now), limit=limit)
        return [row["id"] for row in found]

    def next_due(self) -> datetime | None:
        """The earliest `due_at` of a waiting call."""
        row = self._sql.one(NEXT_DUE)
        return rows.instant(row["due_at"]) if row else None

    def overdue_calls(self, now: datetime, limit: int) -> Sequence[CallId]:
        """Calls whose `deadline_at` passed, in any state that is not terminal."""
        found = self._sql.all(OVERDUE + self._sql.skip_locked, now=rows.micros(now), limit=limit)
        return [row["id"] for row in found]
