"""The room of a call's record: transcript, recording, outcome, analysis. An utterance is a message of its thread as well."""

from __future__ import annotations

from collections.abc import Sequence

from ringtrue.domain.records import Recording
from ringtrue.domain.utterance import Utterance
from ringtrue.ids import CallId
from ringtrue.storage import rows
from ringtrue.storage.chat_tx import next_place
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
        if utterance.content:
            self._put_message(call_id, index, start_ms=utterance.start_ms)

    def _put_message(self, call_id: CallId, index: int, *, start_ms: int) -> None:
        """The message that points at the utterance, where there is none yet. It keeps its place while the utterance grows."""
        call = self._sql.one("SELECT thread_id, conversation_id, started_at FROM calls WHERE id = :id", id=call_id)
        if call is None or call["started_at"] is None or call["conversation_id"] is None:
            return
        self._sql.change(
            """
            INSERT INTO messages (thread_id, place, id, conversation_id, call_id, idx)
            VALUES (:thread_id, :place, :id, :conversation_id, :call_id, :idx)
            ON CONFLICT (call_id, idx) DO NOTHING
            """,
            {
                "thread_id": call["thread_id"],
                "place": next_place(self._sql, call["thread_id"], call["started_at"] + 1000 * start_ms),
                # As unguessable as the id of the call, and sorted like its transcript.
                "id": f"msg_{call_id.removeprefix('call_')}_{index}",
                "conversation_id": call["conversation_id"],
                "call_id": call_id,
                "idx": index,
            },
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
