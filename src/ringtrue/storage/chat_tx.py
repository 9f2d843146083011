"""The room of messages and chats."""

from __future__ import annotations

from collections.abc import Sequence

from ringtrue.domain.messages import Chat, Message, MessagePlace, NewMessage, ThreadUsage
from ringtrue.ids import OrgId, ThreadId
from ringtrue.storage import rows
from ringtrue.storage.sql import Row, Sql

_MESSAGES = """
SELECT m.id, m.place, m.conversation_id, m.call_id, m.role, m.content, m.at, u.data, c.started_at
FROM messages m
LEFT JOIN utterances u ON u.call_id = m.call_id AND u.idx = m.idx
LEFT JOIN calls c ON c.id = m.call_id AND c.org_id = :org_id
WHERE m.thread_id = :thread_id
"""
_BEFORE = f"{_MESSAGES} AND m.place < :place ORDER BY m.place DESC LIMIT :limit"
_AFTER = f"{_MESSAGES} AND m.place > :place ORDER BY m.place LIMIT :limit"
_BEYOND = (1 << 63) - 1  # every place
# Two messages may fall on one instant, and a stretch of speech is known only when it is over: who comes later stands later, so
# that nothing is ever added behind the back of a client that has read to the end.
NEXT_PLACE = """(
    SELECT MAX(place) FROM (
        SELECT :at AS place UNION ALL SELECT MAX(place) + 1 FROM messages WHERE thread_id = :thread_id
    ) AS places
)"""


class ChatRoom:
    """Messages of a thread and where its chats stand."""

    def __init__(self, sql: Sql) -> None:
        self._sql = sql

    def add_message(self, message: NewMessage) -> None:
        """Add a line of a chat behind every message of its thread."""
        self._sql.change(
            f"""
            INSERT INTO messages (thread_id, place, id, conversation_id, role, content, at)
            VALUES (:thread_id, {NEXT_PLACE}, :id, :conversation_id, :role, :content, :at)
            """,  # noqa: S608 - put together of this file's own words
            {
                "thread_id": message.thread_id,
                "id": message.id,
                "conversation_id": message.conversation_id,
                "role": message.role,
                "content": message.content,
                "at": rows.micros(message.at),
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
            found = self._sql.all(_AFTER, org_id=org_id, thread_id=thread_id, place=after, limit=limit)
            return [_to_message(row) for row in reversed(found)]
        found = self._sql.all(
            _BEFORE, org_id=org_id, thread_id=thread_id, place=_BEYOND if before is None else before, limit=limit
        )
        return [_to_message(row) for row in found]

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


def _to_message(row: Row) -> Message:
    if row["call_id"] is None:
        role, content, at = row["role"], row["content"], rows.instant(row["at"])
    else:
        said = rows.to_utterance(row)
        role, content = ("assistant" if said.role == "agent" else "user"), said.content
        at = rows.instant(row["started_at"] + 1000 * said.start_ms)
    return Message(
        id=row["id"],
        place=MessagePlace(row["place"]),
        conversation_id=row["conversation_id"],
        call_id=row["call_id"],
        role=role,
        content=content,
        at=at,
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
