"""The room of messages and chats."""

from __future__ import annotations

from collections.abc import Sequence

from ringtrue.domain.messages import Chat, Message, MessagePlace, NewMessage, ThreadUsage
from ringtrue.domain.utterance import Utterance
from ringtrue.ids import OrgId, ThreadId
from ringtrue.storage import rows
from ringtrue.storage.sql import Row, Sql

_BEFORE = "SELECT * FROM messages WHERE thread_id = :thread_id AND place < :place ORDER BY place DESC LIMIT :limit"
_AFTER = "SELECT * FROM messages WHERE thread_id = :thread_id AND place > :place ORDER BY place LIMIT :limit"
_BEYOND = (1 << 63) - 1  # every place


def next_place(sql: Sql, thread_id: ThreadId, at: int) -> int:
    """Where a message of that microsecond stands.

    Two messages may fall on one instant, and a stretch of speech is known only when it is over: who comes later stands later, so
    that nothing is ever added behind the back of a client that has read to the end.
    """
    row = sql.one("SELECT MAX(place) AS last FROM messages WHERE thread_id = :thread_id", thread_id=thread_id)
    return at if row is None or row["last"] is None else max(at, row["last"] + 1)


class ChatRoom:
    """Messages of a thread and where its chats stand."""

    def __init__(self, sql: Sql) -> None:
        self._sql = sql

    def add_message(self, message: NewMessage) -> None:
        """Add a line of a chat behind every message of its thread."""
        at = rows.micros(message.at)
        self._sql.change(
            """
            INSERT INTO messages (thread_id, place, id, conversation_id, role, content, at)
            VALUES (:thread_id, :place, :id, :conversation_id, :role, :content, :at)
            """,
            {
                "thread_id": message.thread_id,
                "place": next_place(self._sql, message.thread_id, at),
                "id": message.id,
                "conversation_id": message.conversation_id,
                "role": message.role,
                "content": message.content,
                "at": at,
            },
        )

    def page_of_messages(
        self,
        org_id: OrgId,
        thread_id: ThreadId,
        *,
        before: MessagePlace | None = None,
        after: MessagePlace | None = None,
        limit: int,
    ) -> Sequence[Message]:
        """The thread's messages, newest first: the last ones, the last ones before a place, or the first ones after one."""
        if after is not None:
            newer = self._sql.all(_AFTER, thread_id=thread_id, place=after, limit=limit)
            return self._read(org_id, list(reversed(newer)))
        older = self._sql.all(_BEFORE, thread_id=thread_id, place=_BEYOND if before is None else before, limit=limit)
        return self._read(org_id, older)

    def _read(self, org_id: OrgId, found: Sequence[Row]) -> list[Message]:
        """The messages, with what calls said in them: a page is of few calls, and of each it wants one stretch."""
        spoken: dict[tuple[str, int], tuple[Utterance, int]] = {}
        for call_id in {row["call_id"] for row in found if row["call_id"] is not None}:
            indexes = [row["idx"] for row in found if row["call_id"] == call_id]
            call = self._sql.one("SELECT * FROM calls WHERE id = :id AND org_id = :org_id", id=call_id, org_id=org_id)
            said = self._sql.all(
                "SELECT idx, data FROM utterances WHERE call_id = :call_id AND idx >= :first AND idx <= :last",
                call_id=call_id,
                first=min(indexes),
                last=max(indexes),
            )
            if call is not None:
                spoken.update({(call_id, row["idx"]): (rows.to_utterance(row), call["started_at"]) for row in said})
        return [_written(row) if row["call_id"] is None else _spoken(row, *spoken[row["call_id"], row["idx"]]) for row in found]

    def open_chat(self, thread_id: ThreadId) -> Chat | None:
        """The thread's newest chat unless it is over, locked against other writers until the transaction ends."""
        newest = "SELECT * FROM chats WHERE thread_id = :thread_id ORDER BY number DESC LIMIT 1"
        row = self._sql.one(newest + self._sql.locked, thread_id=thread_id)
        return _to_chat(row) if row and not row["is_over"] else None

    def put_chat(self, chat: Chat) -> None:
        """Insert it, or replace its state. Its conversation must be there."""
        self._sql.change(
            """
            INSERT INTO chats (thread_id, number, project_id, version_id, timezone, began_at, is_over, state)
            VALUES (:thread_id, :number, :project_id, :version_id, :timezone, :began_at, :is_over, :state)
            ON CONFLICT (thread_id, number) DO UPDATE SET is_over = excluded.is_over, state = excluded.state
            """,
            {
                "thread_id": chat.thread_id,
                "number": chat.number,
                "project_id": chat.project_id,
                "version_id": chat.version_id,
                "timezone": chat.timezone,
                "began_at": rows.micros(chat.began_at),
                "is_over": int(chat.is_over),
                "state": chat.state,
            },
        )

    def erase_chats(self, thread_id: ThreadId) -> None:
        """Forget what was written in the thread; what was spoken goes with the utterances of its calls."""
        self._sql.change("DELETE FROM messages WHERE thread_id = :thread_id AND call_id IS NULL", {"thread_id": thread_id})
        self._sql.change("DELETE FROM chats WHERE thread_id = :thread_id", {"thread_id": thread_id})

    def usage(self, org_id: OrgId, thread_id: ThreadId) -> ThreadUsage:
        """What the thread used, summed by the store."""
        row = self._sql.one(
            """
            SELECT
                (SELECT COUNT(*) FROM messages WHERE thread_id = :thread_id AND role = 'assistant') AS n_answers,
                (SELECT COALESCE(SUM(duration_ms), 0) FROM calls WHERE org_id = :org_id AND thread_id = :thread_id) AS voice_ms
            """,
            org_id=org_id,
            thread_id=thread_id,
        )
        assert row is not None
        return ThreadUsage(n_answers=row["n_answers"], voice_ms=row["voice_ms"])


def _written(row: Row) -> Message:
    return Message(
        id=row["id"],
        place=MessagePlace(row["place"]),
        conversation_id=row["conversation_id"],
        call_id=None,
        role=row["role"],
        content=row["content"],
        at=rows.instant(row["at"]),
    )


def _spoken(row: Row, said: Utterance, answered_at: int) -> Message:
    return Message(
        id=row["id"],
        place=MessagePlace(row["place"]),
        conversation_id=row["conversation_id"],
        call_id=row["call_id"],
        role="assistant" if said.role == "agent" else "user",
        content=said.content,
        at=rows.instant(answered_at + 1000 * said.start_ms),
    )


def _to_chat(row: Row) -> Chat:
    return Chat(
        thread_id=row["thread_id"],
        number=row["number"],
        project_id=row["project_id"],
        version_id=row["version_id"],
        timezone=row["timezone"],
        began_at=rows.instant(row["began_at"]),
        is_over=bool(row["is_over"]),
        state=row["state"],
    )
