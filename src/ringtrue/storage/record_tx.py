"""The room of a call's record: transcript, recording, outcome, analysis."""

from __future__ import annotations

from collections.abc import Sequence

from ringtrue.domain.records import Recording
from ringtrue.domain.utterance import Utterance
from ringtrue.ids import CallId
from ringtrue.storage import rows
from ringtrue.storage.sql import Sql

RECORDING = "SELECT * FROM recordings WHERE call_id = :call_id"


class RecordRoom:
    """Transcript, recording, outcome, analysis. JSON goes in and out as text."""

    def __init__(self, sql: Sql) -> None:
        self._sql = sql

    def put_utterance(self, call_id: CallId, index: int, utterance: Utterance) -> None:
        """Insert or replace the utterance at its place (from 0)."""
        self._sql.change(
            """
            INSERT INTO utterances (call_id, idx, data) VALUES (:call_id, :idx, :data)
            ON CONFLICT (call_id, idx) DO UPDATE SET data = excluded.data
            """,
            {"call_id": call_id, "idx": index, "data": rows.from_utterance(utterance)},
        )

    def utterances(self, call_id: CallId) -> Sequence[Utterance]:
        """The transcript in order."""
        found = self._sql.all("SELECT data FROM utterances WHERE call_id = :call_id ORDER BY idx", call_id=call_id)
        return [rows.to_utterance(row) for row in found]

    def put_recording(self, recording: Recording) -> None:
        """Insert or replace the state of the call's audio."""
        self._sql.change(
            """
            INSERT INTO recordings (call_id, status, name, duration_ms, channels, sample_rate_hz, size_bytes, sha256)
            VALUES (:call_id, :status, :name, :duration_ms, :channels, :sample_rate_hz, :size_bytes, :sha256)
            ON CONFLICT (call_id) DO UPDATE
            SET status = excluded.status, name = excluded.name, duration_ms = excluded.duration_ms,
                channels = excluded.channels, sample_rate_hz = excluded.sample_rate_hz,
                size_bytes = excluded.size_bytes, sha256 = excluded.sha256
            """,
            {
                "call_id": recording.call_id,
                "status": recording.status.value,
                "name": recording.name,
                "duration_ms": recording.duration_ms,
                "channels": recording.channels,
                "sample_rate_hz": recording.sample_rate_hz,
                "size_bytes": recording.size_bytes,
                "sha256": recording.sha256,
            },
        )

    def recording(self, call_id: CallId) -> Recording | None:
        """The state of the call's audio."""
        row = self._sql.one(RECORDING, call_id=call_id)
        return rows.to_recording(row) if row else None

    def put_outcome(self, call_id: CallId, outcome_json: str) -> None:
        """Insert or replace what the agent says came of the call."""
        self._sql.change(
            """
            INSERT INTO outcomes (call_id, data) VALUES (:call_id, :data)
            ON CONFLICT (call_id) DO UPDATE SET data = excluded.data
            """,
            {"call_id": call_id, "data": outcome_json},
        )

    def outcome(self, call_id: CallId) -> str | None:
        """What the agent said came of the call."""
        row = self._sql.one("SELECT data FROM outcomes WHERE call_id = :call_id", call_id=call_id)
        return row["data"] if row else None

    def put_analysis(self, call_id: CallId, analysis_json: str) -> None:
        """Insert or replace the analysis."""
        self._sql.change(
            """
            INSERT INTO analyses (call_id, data) VALUES (:call_id, :data)
            ON CONFLICT (call_id) DO UPDATE SET data = excluded.data
            """,
            {"call_id": call_id, "data": analysis_json},
        )

    def analysis(self, call_id: CallId) -> str | None:
        """The analysis."""
        row = self._sql.one("SELECT data FROM analyses WHERE call_id = :call_id", call_id=call_id)
        return row["data"] if row else None

    def drop_analysis(self, call_id: CallId) -> None:
        """Harmless when there is none."""
        self._sql.change("DELETE FROM analyses WHERE call_id = :call_id", {"call_id": call_id})
