"""The room of a call's turns: their log, and what was measured of them."""

from __future__ import annotations

from collections.abc import Sequence

from ringtrue.ids import CallId
from ringtrue.storage.sql import Sql


class TurnRoom:
    """Turn logs and measured turns."""

    def __init__(self, sql: Sql) -> None:
        self._sql = sql

    def put_turn_log(self, call_id: CallId, piece: int, data: bytes) -> None:
        """Insert or replace one piece of the log, from 0."""
        self._sql.change(
            """
            INSERT INTO turn_logs (call_id, piece, data) VALUES (:call_id, :piece, :data)
            ON CONFLICT (call_id, piece) DO UPDATE SET data = excluded.data
            """,
            {"call_id": call_id, "piece": piece, "data": data},
        )

    def turn_log(self, call_id: CallId) -> Sequence[bytes]:
        """The pieces in order; none where no log was kept."""
        found = self._sql.all("SELECT data FROM turn_logs WHERE call_id = :call_id ORDER BY piece", call_id=call_id)
        return [bytes(row["data"]) for row in found]

    def put_turns(self, call_id: CallId, turns_json: str) -> None:
        """Insert or replace what was measured."""
        self._sql.change(
            """
            INSERT INTO turns (call_id, data) VALUES (:call_id, :data)
            ON CONFLICT (call_id) DO UPDATE SET data = excluded.data
            """,
            {"call_id": call_id, "data": turns_json},
        )

    def turns(self, call_id: CallId) -> str | None:
        """What was measured."""
        row = self._sql.one("SELECT data FROM turns WHERE call_id = :call_id", call_id=call_id)
        return row["data"] if row else None
