"""Turn logs, piece by piece as they were written, and what was measured of the turns when the call was over."""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"

_DIALECTS = {"sqlite": {"bytes": "BLOB", "strict": "STRICT"}, "postgresql": {"bytes": "BYTEA", "strict": ""}}

_TURNS = (
    """
    CREATE TABLE turn_logs (
        call_id TEXT NOT NULL REFERENCES calls (id),
        piece INTEGER NOT NULL CHECK (piece >= 0),
        data {bytes} NOT NULL,
        PRIMARY KEY (call_id, piece)
    ) {strict}
    """,
    "CREATE TABLE turns (call_id TEXT NOT NULL PRIMARY KEY REFERENCES calls (id), data TEXT NOT NULL) {strict}",
)


def upgrade() -> None:
    """Create both tables."""
    words = _DIALECTS[op.get_bind().dialect.name]
    for statement in _TURNS:
        op.execute(statement.format_map(words))
