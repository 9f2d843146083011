"""Requests that clients may send again: what was asked, whether it was done, what was answered."""

from __future__ import annotations

from alembic import op

revision = "0004"
down_revision = "0003"

_DIALECTS = {"sqlite": {"big": "INTEGER", "strict": "STRICT"}, "postgresql": {"big": "BIGINT", "strict": ""}}

_REQUESTS = (
    """
    CREATE TABLE requests (
        org_id TEXT NOT NULL REFERENCES orgs (id),
        key TEXT NOT NULL,
        fingerprint TEXT NOT NULL,
        token TEXT NOT NULL,
        begun_at {big} NOT NULL,
        is_done INTEGER NOT NULL CHECK (is_done IN (0, 1)),
        is_answered INTEGER NOT NULL CHECK (is_answered IN (0, 1)),
        status INTEGER,
        body TEXT,
        PRIMARY KEY (org_id, key)
    ) {strict}
    """,
    "CREATE INDEX requests_by_age ON requests (begun_at)",
)


def upgrade() -> None:
    """Create the table and its index."""
    words = _DIALECTS[op.get_bind().dialect.name]
    for statement in _REQUESTS:
        op.execute(statement.format_map(words))
