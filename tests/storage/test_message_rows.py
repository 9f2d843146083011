"""Messages beside the utterances that they point at: made for old calls, and gone with them."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from ringtrue.calls.store import Tx
from ringtrue.clock import SystemClock
from ringtrue.domain.call import Call
from ringtrue.domain.utterance import Utterance
from ringtrue.storage.database import SqliteStore, connect
from ringtrue.testing.contracts.store_chats import CALL
from ringtrue.testing.contracts.store_samples import AT, ORG, SECOND, THREAD, add_owners, waiting_call

_BEFORE_CHATS = (
    "DROP TABLE call_metadata",
    "DROP TABLE messages",
    "DROP TABLE chats",
    "ALTER TABLE conversations RENAME TO gone",
    """CREATE TABLE conversations (
        thread_id TEXT NOT NULL REFERENCES threads (id), number INTEGER NOT NULL CHECK (number > 0),
        call_id TEXT NOT NULL REFERENCES calls (id), started_at INTEGER NOT NULL, PRIMARY KEY (thread_id, number)
    ) STRICT""",
    "INSERT INTO conversations SELECT * FROM gone",
    "DROP TABLE gone",
    "UPDATE alembic_version SET version_num = '0006'",
)


def said(content: str, start_ms: int) -> Utterance:
    """An utterance of the agent."""
    return Utterance(role="agent", content=content, generated=content, words=(), start_ms=start_ms, end_ms=start_ms)


def messages(store: SqliteStore) -> list[tuple[str, float]]:
    """The thread's messages, oldest first, with their second since the answer."""
    found = store.read_now(lambda tx: tx.page_of_messages(ORG.id, THREAD.id, limit=100))
    return [(one.content, (one.at - AT) / SECOND) for one in reversed(found)]


def test_calls_of_an_older_database_have_their_messages(database: Path) -> None:
    """Those that were answered, in order, with the ids that they would have now; the conversations stay, chats may follow."""
    store = SqliteStore.open(database, SystemClock())
    later: Call = replace(CALL, id=waiting_call("2").id, started_at=AT + 2 * SECOND, conversation_id=2)
    unanswered = waiting_call("3")

    def work(tx: Tx) -> None:
        add_owners(tx)
        for call in (CALL, later, unanswered):
            tx.add_call(call)
        tx.next_conversation(ORG.id, THREAD.id, CALL.id, AT)
        for call in (later, CALL, unanswered):
            for index, utterance in enumerate((said("hello", 0), said("", 1000), said("bye", 2000))):
                tx.put_utterance(call.id, index, utterance)

    store.run_now(work)
    ids = {one.id for one in store.read_now(lambda tx: tx.page_of_messages(ORG.id, THREAD.id, limit=100))}
    store.close()
    with closing(connect(database)) as connection:
        for statement in _BEFORE_CHATS:
            connection.execute(statement)

    migrated = SqliteStore.open(database, SystemClock())
    try:
        assert messages(migrated) == [("hello", 0.0), ("bye", 2.0), ("hello", 2.0), ("bye", 4.0)]
        assert {one.id for one in migrated.read_now(lambda tx: tx.page_of_messages(ORG.id, THREAD.id, limit=100))} == ids
        assert migrated.run_now(lambda tx: tx.next_conversation(ORG.id, THREAD.id, None, AT)) == 2
    finally:
        migrated.close()


def test_a_message_goes_with_its_utterance(store: SqliteStore, database: Path) -> None:
    """Whoever erases a transcript need not know of messages; and a thread that goes takes them along."""

    def work(tx: Tx) -> None:
        add_owners(tx)
        tx.add_call(CALL)
        tx.put_utterance(CALL.id, 0, said("hello", 0))
        tx.put_utterance(CALL.id, 1, said("bye", 1000))

    store.run_now(work)
    with closing(connect(database)) as connection:
        connection.execute("DELETE FROM utterances WHERE idx = 0")

        assert messages(store) == [("bye", 1.0)]
        with pytest.raises(sqlite3.IntegrityError):
            connection.execute("INSERT INTO messages (thread_id, place, id, conversation_id) VALUES ('thread_1', 1, 'msg_1', 1)")
