"""Messages of threads, and conversations without a call: chats.

A message of a call is a row that points at its utterance, so that no word is kept twice and none outlives its transcript.
"""

from __future__ import annotations

from alembic import op

revision = "0007"
down_revision = "0006"

_DIALECTS = {
    "sqlite": {
        "big": "INTEGER",
        "strict": "STRICT",
        "start_ms": "json_extract(u.data, '$.start_ms')",
        "content": "json_extract(u.data, '$.content')",
    },
    "postgresql": {
        "big": "BIGINT",
        "strict": "",
        "start_ms": "(u.data::json->>'start_ms')::bigint",
        "content": "(u.data::json->>'content')",
    },
}

# SQLite cannot take a NOT NULL back, so the table is made anew; nothing refers to it yet.
_CONVERSATIONS_ANEW = (
    """
    CREATE TABLE conversations_anew (
        thread_id TEXT NOT NULL REFERENCES threads (id),
        number INTEGER NOT NULL CHECK (number > 0),
        call_id TEXT REFERENCES calls (id),
        started_at {big} NOT NULL,
        PRIMARY KEY (thread_id, number)
    ) {strict}
    """,
    """
    INSERT INTO conversations_anew (thread_id, number, call_id, started_at)
    SELECT thread_id, number, call_id, started_at FROM conversations
    """,
    "DROP TABLE conversations",
    "ALTER TABLE conversations_anew RENAME TO conversations",
)
_CONVERSATIONS = {
    "sqlite": _CONVERSATIONS_ANEW,
    "postgresql": ("ALTER TABLE conversations ALTER COLUMN call_id DROP NOT NULL",),
}

_CHATS = (
    """
    CREATE TABLE chats (
        thread_id TEXT NOT NULL,
        number INTEGER NOT NULL,
        project_id TEXT NOT NULL REFERENCES projects (id),
        version_id TEXT NOT NULL REFERENCES versions (id),
        timezone TEXT,
        began_at {big} NOT NULL,
        is_over INTEGER NOT NULL CHECK (is_over IN (0, 1)),
        state TEXT,
        PRIMARY KEY (thread_id, number),
        FOREIGN KEY (thread_id, number) REFERENCES conversations (thread_id, number) ON DELETE CASCADE
    ) {strict}
    """,
    # `place` orders the messages of a thread and grows with every one that is added. A call's message has its words and its
    # time in its utterance, with which it goes; a chat's has them here.
    """
    CREATE TABLE messages (
        thread_id TEXT NOT NULL REFERENCES threads (id) ON DELETE CASCADE,
        place {big} NOT NULL,
        id TEXT NOT NULL UNIQUE,
        conversation_id INTEGER NOT NULL,
        call_id TEXT,
        idx INTEGER,
        role TEXT CHECK (role IN ('user', 'assistant')),
        content TEXT,
        at {big},
        PRIMARY KEY (thread_id, place),
        FOREIGN KEY (call_id, idx) REFERENCES utterances (call_id, idx) ON DELETE CASCADE,
        CHECK ((call_id IS NULL) = (idx IS NULL)),
        CHECK ((call_id IS NULL) = (role IS NOT NULL AND content IS NOT NULL AND at IS NOT NULL))
    ) {strict}
    """,
    "CREATE UNIQUE INDEX messages_by_utterance ON messages (call_id, idx)",
    # What calls have said until now: by time, and those of one instant one microsecond apart.
    """
    INSERT INTO messages (thread_id, place, id, conversation_id, call_id, idx)
    SELECT thread_id, at + ROW_NUMBER() OVER (PARTITION BY thread_id ORDER BY at, call_id, idx), id, conversation_id, call_id, idx
    FROM (
        SELECT c.thread_id, c.started_at + 1000 * {start_ms} AS at, 'msg_' || SUBSTR(c.id, 6) || '_' || u.idx AS id,
               c.conversation_id, u.call_id, u.idx
        FROM utterances u JOIN calls c ON c.id = u.call_id
        WHERE c.started_at IS NOT NULL AND c.conversation_id IS NOT NULL AND {content} <> ''
    ) AS said
    """,
)


def upgrade() -> None:
    """Let conversations be without a call, create both tables, and give every utterance its message."""
    name = op.get_bind().dialect.name
    for statement in (*_CONVERSATIONS[name], *_CHATS):
        op.execute(statement.format_map(_DIALECTS[name]))
