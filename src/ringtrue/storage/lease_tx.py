"""The room of leases, legs and dial intents: who acts for a call, and what a successor needs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from ringtrue.domain.records import IntentRow, Lease, LegRow
from ringtrue.errors import AlreadyDialled, Duplicate
from ringtrue.ids import CallId, WorkerId
from ringtrue.storage import rows
from ringtrue.storage.sql import Sql

_BY_CALL = "SELECT * FROM leases WHERE call_id = :call_id"
LOST = "SELECT * FROM leases WHERE expires_at <= :now ORDER BY expires_at, call_id"
ASKED = """
SELECT leases.call_id FROM leases JOIN calls ON calls.id = leases.call_id
WHERE leases.worker_id = :worker_id AND (calls.cancel_asked = 1 OR calls.hang_up_asked = 1)
ORDER BY leases.call_id
"""


class LeaseRoom:
    """Leases, legs and intents."""

    def __init__(self, sql: Sql) -> None:
        self._sql = sql

    def lease(self, call_id: CallId) -> Lease | None:
        """The call's lease."""
        row = self._sql.one(_BY_CALL + self._sql.locked, call_id=call_id)
        return rows.to_lease(row) if row else None

    def put_lease(self, lease: Lease) -> None:
        """Insert or replace the call's lease."""
        self._sql.change(
            """
            INSERT INTO leases (call_id, worker_id, fence, expires_at) VALUES (:call_id, :worker_id, :fence, :expires_at)
            ON CONFLICT (call_id) DO UPDATE
            SET worker_id = excluded.worker_id, fence = excluded.fence, expires_at = excluded.expires_at
            """,
            {
                "call_id": lease.call_id,
                "worker_id": lease.worker_id,
                "fence": lease.fence,
                "expires_at": rows.micros(lease.expires_at),
            },
        )

    def drop_lease(self, call_id: CallId) -> None:
        """Nobody acts for the call any more; harmless when nobody did."""
        self._sql.change("DELETE FROM leases WHERE call_id = :call_id", {"call_id": call_id})

    def renew_leases(self, worker_id: WorkerId, until: datetime) -> int:
        """Extend every lease of the worker; returns how many."""
        return self._sql.change(
            "UPDATE leases SET expires_at = :until WHERE worker_id = :worker_id",
            {"worker_id": worker_id, "until": rows.micros(until)},
        )

    def lost_leases(self, now: datetime) -> Sequence[Lease]:
        """Leases that expired."""
        return [rows.to_lease(row) for row in self._sql.all(LOST, now=rows.micros(now))]

    def leases_not_of(self, worker_id: WorkerId) -> Sequence[Lease]:
        """Every lease of another worker, expired or not."""
        found = self._sql.all("SELECT * FROM leases WHERE worker_id <> :worker_id ORDER BY call_id", worker_id=worker_id)
        return [rows.to_lease(row) for row in found]

    def asked_calls(self, worker_id: WorkerId) -> Sequence[CallId]:
        """Calls leased by the worker for which a client asked a cancel or a hang-up."""
        return [row["call_id"] for row in self._sql.all(ASKED, worker_id=worker_id)]

    def put_leg(self, leg: LegRow) -> None:
        """Insert or replace by id."""
        self._sql.change(
            """
            INSERT INTO legs (id, call_id, sip_call_id, remote_tag, is_inbound, snapshot, updated_at)
            VALUES (:id, :call_id, :sip_call_id, :remote_tag, :is_inbound, :snapshot, :updated_at)
            ON CONFLICT (id) DO UPDATE
            SET call_id = excluded.call_id, sip_call_id = excluded.sip_call_id, remote_tag = excluded.remote_tag,
                is_inbound = excluded.is_inbound, snapshot = excluded.snapshot, updated_at = excluded.updated_at
            """,
            {
                "id": leg.id,
                "call_id": leg.call_id,
                "sip_call_id": leg.sip_call_id,
                "remote_tag": leg.remote_tag,
                "is_inbound": int(leg.is_inbound),
                "snapshot": leg.snapshot,
                "updated_at": rows.micros(leg.updated_at),
            },
        )

    def legs(self, call_id: CallId) -> Sequence[LegRow]:
        """The call's legs, oldest first."""
        found = self._sql.all("SELECT * FROM legs WHERE call_id = :call_id ORDER BY id", call_id=call_id)
        return [rows.to_leg(row) for row in found]

    def inbound_leg(self, sip_call_id: str, remote_tag: str) -> LegRow | None:
        """The leg that this INVITE already has."""
        row = self._sql.one(
            "SELECT * FROM legs WHERE sip_call_id = :sip_call_id AND remote_tag = :remote_tag AND is_inbound = 1",
            sip_call_id=sip_call_id,
            remote_tag=remote_tag,
        )
        return rows.to_leg(row) if row else None

    def add_intent(self, intent: IntentRow) -> None:
        """Raises AlreadyDialled when the call has one: a call rings once."""
        try:
            self._sql.change(
                "INSERT INTO dial_intents (call_id, leg_id, committed_at) VALUES (:call_id, :leg_id, :committed_at)",
                {"call_id": intent.call_id, "leg_id": intent.leg_id, "committed_at": rows.micros(intent.committed_at)},
            )
        except Duplicate as error:
            raise AlreadyDialled(f"The call {intent.call_id} was dialled before and is never dialled again.") from error

    def intent(self, call_id: CallId) -> IntentRow | None:
        """The call's one intent."""
        row = self._sql.one("SELECT * FROM dial_intents WHERE call_id = :call_id", call_id=call_id)
        return rows.to_intent(row) if row else None
