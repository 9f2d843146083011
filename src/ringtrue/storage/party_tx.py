"""The room of numbers, suppressed parties, threads and their conversations."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from ringtrue.domain.call import Call
from ringtrue.domain.records import Number, Suppression, Thread
from ringtrue.errors import Duplicate, NotFound
from ringtrue.ids import CallId, OrgId, ProjectId, ThreadId
from ringtrue.storage import rows
from ringtrue.storage.sql import Sql


class PartyRoom:
    """Numbers, suppressed parties, threads, conversations."""

    def __init__(self, sql: Sql) -> None:
        self._sql = sql

    def put_number(self, number: Number) -> None:
        """Insert or replace it. Raises Duplicate when another organization has it."""
        n_written = self._sql.change(
            """
            INSERT INTO numbers (e164, org_id, project_id, created_at) VALUES (:e164, :org_id, :project_id, :created_at)
            ON CONFLICT (e164) DO UPDATE SET project_id = excluded.project_id, created_at = excluded.created_at
            WHERE numbers.org_id = excluded.org_id
            """,
            {
                "e164": number.e164,
                "org_id": number.org_id,
                "project_id": number.project_id,
                "created_at": rows.micros(number.created_at),
            },
        )
        if n_written == 0:
            raise Duplicate("Another organization has this number.")

    def number(self, e164: str) -> Number | None:
        """Whose number it is."""
        row = self._sql.one("SELECT * FROM numbers WHERE e164 = :e164", e164=e164)
        return rows.to_number(row) if row else None

    def number_of(self, org_id: OrgId, e164: str) -> Number | None:
        """The number when it is this organization's."""
        row = self._sql.one("SELECT * FROM numbers WHERE e164 = :e164 AND org_id = :org_id", e164=e164, org_id=org_id)
        return rows.to_number(row) if row else None

    def numbers(self, org_id: OrgId) -> Sequence[Number]:
        """All of them, oldest first."""
        found = self._sql.all("SELECT * FROM numbers WHERE org_id = :org_id ORDER BY created_at, e164", org_id=org_id)
        return [rows.to_number(row) for row in found]

    def drop_number(self, org_id: OrgId, e164: str) -> None:
        """Calls to it are not answered any more; harmless when it is not this organization's."""
        self._sql.change("DELETE FROM numbers WHERE e164 = :e164 AND org_id = :org_id", {"e164": e164, "org_id": org_id})

    def suppress(self, org_id: OrgId, party: str, reason: str, at: datetime) -> None:
        """Never ring this party again; repeating it changes nothing."""
        self._sql.change(
            """
            INSERT INTO suppressions (org_id, party, reason, created_at) VALUES (:org_id, :party, :reason, :created_at)
            ON CONFLICT (org_id, party) DO NOTHING
            """,
            {"org_id": org_id, "party": party, "reason": reason, "created_at": rows.micros(at)},
        )

    def suppression(self, org_id: OrgId, party: str) -> Suppression | None:
        """Why and since when the party is not rung."""
        row = self._sql.one("SELECT * FROM suppressions WHERE org_id = :org_id AND party = :party", org_id=org_id, party=party)
        return rows.to_suppression(row) if row else None

    def drop_suppression(self, org_id: OrgId, party: str) -> None:
        """It may be rung again."""
        self._sql.change("DELETE FROM suppressions WHERE org_id = :org_id AND party = :party", {"org_id": org_id, "party": party})

    def is_suppressed(self, org_id: OrgId, party: str) -> bool:
        """Whether the party must not be rung."""
        row = self._sql.one(
            "SELECT 1 AS found FROM suppressions WHERE org_id = :org_id AND party = :party", org_id=org_id, party=party
        )
        return row is not None

    def add_thread(self, thread: Thread) -> None:
        """Insert it."""
        self._sql.change(
            """
            INSERT INTO threads (id, org_id, project_id, party, alias, timezone, email, json_data, created_at)
            VALUES (:id, :org_id, :project_id, :party, :alias, :timezone, :email, :json_data, :created_at)
            """,
            {
                "id": thread.id,
                "org_id": thread.org_id,
                "project_id": thread.project_id,
                "party": thread.party,
                "alias": thread.alias,
                "timezone": thread.timezone,
                "email": thread.email,
                "json_data": thread.json_data,
                "created_at": rows.micros(thread.created_at),
            },
        )

    def put_thread(self, thread: Thread) -> None:
        """Replace its alias and its zone."""
        self._sql.change(
            "UPDATE threads SET alias = :alias, timezone = :timezone WHERE id = :id AND org_id = :org_id",
            {"id": thread.id, "org_id": thread.org_id, "alias": thread.alias, "timezone": thread.timezone},
        )

    def thread(self, org_id: OrgId, thread_id: ThreadId) -> Thread | None:
        """The organization's thread of that id."""
        row = self._sql.one("SELECT * FROM threads WHERE id = :id AND org_id = :org_id", id=thread_id, org_id=org_id)
        return rows.to_thread(row) if row else None

    def newest_thread(self, org_id: OrgId, project_id: ProjectId, party: str) -> Thread | None:
        """The newest thread with that party and project."""
        row = self._sql.one(
            """
            SELECT * FROM threads WHERE org_id = :org_id AND project_id = :project_id AND party = :party
            ORDER BY created_at DESC, id DESC LIMIT 1
            """,
            org_id=org_id,
            project_id=project_id,
            party=party,
        )
        return rows.to_thread(row) if row else None

    def calls_of_thread(self, org_id: OrgId, thread_id: ThreadId) -> Sequence[Call]:
        """The calls of the organization's thread, oldest first."""
        found = self._sql.all(
            "SELECT * FROM calls WHERE org_id = :org_id AND thread_id = :thread_id ORDER BY created_at, id",
            org_id=org_id,
            thread_id=thread_id,
        )
        return [rows.to_call(row) for row in found]

    def next_conversation(self, org_id: OrgId, thread_id: ThreadId, call_id: CallId | None, at: datetime) -> int:
        """A new conversation of the thread; numbers grow and are never used twice. Raises NotFound for an unknown thread."""
        # Counted on the thread, not as the highest row: an erased conversation must not give its number to another.
        row = self._sql.one(
            """
            UPDATE threads SET last_conversation = last_conversation + 1 WHERE id = :id AND org_id = :org_id
            RETURNING last_conversation
            """,
            id=thread_id,
            org_id=org_id,
        )
        if row is None:
            raise NotFound("There is no such thread.")
        number: int = row["last_conversation"]
        self._sql.change(
            """
            INSERT INTO conversations (thread_id, number, call_id, started_at)
            VALUES (:thread_id, :number, :call_id, :started_at)
            """,
            {"thread_id": thread_id, "number": number, "call_id": call_id, "started_at": rows.micros(at)},
        )
        return number
