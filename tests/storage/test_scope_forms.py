"""Forms of SQL that could reach beyond an organization are refused; those that hold to it are let through."""

from __future__ import annotations

import pytest

from ringtrue.errors import ScopeBroken
from ringtrue.storage.scope import rule_of
from ringtrue.storage.sql_statement import read
from ringtrue.storage.sql_text import Unreadable


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM calls",
        "SELECT * FROM calls WHERE id = :id",
        "SELECT * FROM calls, threads WHERE calls.org_id = :org_id",
        "SELECT * FROM calls JOIN threads ON threads.id = calls.thread_id WHERE calls.org_id = :org_id",
        "SELECT * FROM calls LEFT JOIN threads ON threads.org_id = :org_id AND calls.org_id = :org_id WHERE threads.id = :id",
        "SELECT * FROM calls JOIN threads ON threads.org_id = calls.org_id WHERE org_id = :org_id",
        "SELECT * FROM calls WHERE org_id = :org_id UNION ALL SELECT * FROM calls",
        "SELECT * FROM calls WHERE org_id = :org_id AND id IN (SELECT id FROM calls)",
        "SELECT * FROM (SELECT * FROM calls) AS c WHERE org_id = :org_id",
        "SELECT (SELECT yaml FROM versions LIMIT 1) AS yaml FROM calls WHERE org_id = :org_id",
        "SELECT * FROM calls WHERE org_id = :org_id OR id = :id",
        "SELECT * FROM calls WHERE (org_id = :org_id OR id = :id) AND status = 'ended'",
        "SELECT * FROM calls WHERE NOT org_id = :org_id",
        "SELECT * FROM calls WHERE org_id IN (:org_id, :id)",
        "SELECT * FROM calls WHERE org_id = :org_id || ''",
        "SELECT * FROM calls -- WHERE org_id = :org_id",
        "SELECT * FROM calls /* WHERE org_id = :org_id */",
        "SELECT * FROM calls; SELECT * FROM calls WHERE org_id = :org_id",
        'SELECT * FROM "calls" WHERE org_id = :org_id',
        "WITH c AS (SELECT * FROM calls) SELECT * FROM c WHERE org_id = :org_id",
        "SELECT * FROM calls WHERE status BETWEEN :a AND org_id = :org_id",
        "SELECT * FROM utterances",
        "SELECT * FROM utterances WHERE call_id = :call_id OR 1 = 1",
        "SELECT * FROM utterances WHERE call_id > :call_id",
        "SELECT * FROM utterances WHERE call_id IN (SELECT id FROM calls)",
        "SELECT * FROM utterances WHERE call_id IN (SELECT thread_id FROM calls WHERE org_id = :org_id)",
        "SELECT * FROM utterances JOIN calls ON utterances.call_id = calls.thread_id WHERE calls.org_id = :org_id",
        "SELECT * FROM sqlite_master",
        "SELECT * FROM unknown WHERE org_id = :org_id",
        "UPDATE calls SET status = 'ended' WHERE id = :id",
        "UPDATE calls SET org_id = :org_id WHERE org_id = :org_id",
        "UPDATE calls SET id = :id WHERE org_id = :org_id",
        "UPDATE calls SET thread_id = (SELECT id FROM threads WHERE org_id = :org_id) WHERE org_id = :org_id",
        "UPDATE calls SET metadata = (SELECT yaml FROM versions) WHERE org_id = :org_id",
        "UPDATE calls SET status = 'ended' FROM threads WHERE org_id = :org_id",
        "DELETE FROM calls",
        "DELETE FROM events WHERE sequence = :sequence",
        "INSERT INTO suppressions (party, reason, created_at) VALUES (:party, :reason, 0)",
        "INSERT INTO suppressions (org_id, party, reason, created_at) VALUES (:other, :party, :reason, 0)",
        "INSERT INTO suppressions (org_id, party, reason, created_at) VALUES ('org_1', :party, :reason, 0)",
        "INSERT INTO suppressions SELECT * FROM suppressions",
        "INSERT OR REPLACE INTO suppressions (org_id, party, reason, created_at) VALUES (:org_id, :party, :reason, 0)",
        "INSERT INTO events (call_id, sequence, id, at, kind, data) VALUES (NULL, 1, 'a', 0, 'b', 'c')",
        """INSERT INTO numbers (e164, org_id, project_id, created_at) VALUES (:e164, :org_id, :project_id, 0)
        ON CONFLICT (e164) DO UPDATE SET project_id = excluded.project_id""",
        """INSERT INTO numbers (e164, org_id, project_id, created_at) VALUES (:e164, :org_id, :project_id, 0)
        ON CONFLICT (e164) DO UPDATE SET project_id = excluded.project_id WHERE numbers.e164 = excluded.e164""",
        """INSERT INTO legs (id, call_id, sip_call_id, is_inbound, snapshot, updated_at) VALUES (:id, :call_id, '', 0, '', 0)
        ON CONFLICT (id) DO UPDATE SET call_id = excluded.call_id""",
        "PRAGMA table_info(calls)",
        "VACUUM",
        "",
    ],
)  # fmt: skip
def test_what_could_reach_further_is_refused(statement: str) -> None:
    """Whatever its values are."""
    with pytest.raises(ScopeBroken):
        rule_of(statement)


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT 1 AS found",
        "SELECT * FROM calls WHERE id = :id AND org_id = :org_id FOR UPDATE",
        "SELECT utterances.data FROM utterances JOIN calls ON calls.id = utterances.call_id WHERE calls.org_id = :org_id",
        "SELECT * FROM utterances WHERE call_id IN (SELECT id FROM calls WHERE org_id = :org_id)",
        "SELECT calls.* FROM calls LEFT JOIN recordings ON recordings.call_id = calls.id WHERE calls.org_id = :org_id",
        "SELECT * FROM calls AS c JOIN threads AS t ON t.id = c.thread_id WHERE c.org_id = :org_id AND t.org_id = :org_id",
        "SELECT count(*) AS n FROM calls WHERE org_id = :org_id AND EXISTS (SELECT 1 FROM threads WHERE org_id = :org_id)",
        "DELETE FROM calls WHERE org_id = :org_id AND created_at < :before",
        "DELETE FROM events WHERE call_id = :call_id",
    ],
)  # fmt: skip
def test_what_holds_to_the_organization_is_let_through(statement: str) -> None:
    """Joins and inner SELECTs too, each on its own ground."""
    assert rule_of(statement).names_owner or "DELETE FROM events" in statement or statement == "SELECT 1 AS found"


def test_the_reader_knows_what_comes_back() -> None:
    """Only rows of one table admit ids, and a column under another name admits none."""
    assert read("SELECT * FROM calls").result is not None
    assert read("SELECT id, thread_id FROM calls").result is not None
    assert read("SELECT thread_id AS id FROM calls").result is None
    assert read("SELECT count(*) FROM calls").result is None
    assert read("SELECT * FROM calls JOIN threads ON threads.id = calls.thread_id").result is None
    assert read("SELECT id FROM calls UNION SELECT id FROM threads").result is None


@pytest.mark.parametrize("text", ["SELECT ((1)", "SELECT 1)", "SELECT 'x", "SELECT 1 FROM a WHERE b = 1 WHERE c = 1"])
def test_what_cannot_be_read_is_not_guessed(text: str) -> None:
    """Unreadable."""
    with pytest.raises(Unreadable):
        read(text)
