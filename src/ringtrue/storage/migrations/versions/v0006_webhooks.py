"""Webhooks and what is told to them. A delivery that is due or in somebody's hand has `due_at`, a settled one has none."""

from __future__ import annotations

from alembic import op

revision = "0006"
down_revision = "0005"

_DIALECTS = {"sqlite": {"big": "INTEGER", "strict": "STRICT"}, "postgresql": {"big": "BIGINT", "strict": ""}}

_TABLES = (
    """
    CREATE TABLE webhooks (
        id TEXT PRIMARY KEY,
        org_id TEXT NOT NULL REFERENCES orgs (id),
        url TEXT,
        events TEXT NOT NULL,
        enabled INTEGER NOT NULL CHECK (enabled IN (0, 1)),
        secret TEXT NOT NULL,
        created_at {big} NOT NULL,
        seen_at {big}
    ) {strict}
    """,
    "CREATE INDEX webhooks_by_org ON webhooks (org_id, created_at, id)",
    """
    CREATE TABLE deliveries (
        id TEXT PRIMARY KEY,
        webhook_id TEXT NOT NULL REFERENCES webhooks (id),
        call_id TEXT NOT NULL REFERENCES calls (id),
        event_id TEXT NOT NULL,
        kind TEXT NOT NULL,
        sequence INTEGER NOT NULL,
        body TEXT NOT NULL,
        created_at {big} NOT NULL,
        due_at {big},
        behind TEXT,
        state TEXT NOT NULL,
        claim TEXT,
        attempts INTEGER NOT NULL,
        tried_at {big},
        status INTEGER,
        reason TEXT
    ) {strict}
    """,
    "CREATE UNIQUE INDEX deliveries_once ON deliveries (webhook_id, call_id, sequence)",
    "CREATE INDEX deliveries_due ON deliveries (webhook_id, due_at, id) WHERE due_at IS NOT NULL",
    "CREATE INDEX deliveries_waiting ON deliveries (webhook_id, created_at, sequence, id) WHERE due_at IS NOT NULL",
    "CREATE INDEX deliveries_settled ON deliveries (created_at) WHERE due_at IS NULL",
    "CREATE INDEX deliveries_by_call ON deliveries (call_id)",
)


def upgrade() -> None:
    """Create both tables and their indexes."""
    words = _DIALECTS[op.get_bind().dialect.name]
    for statement in _TABLES:
        op.execute(statement.format_map(words))
