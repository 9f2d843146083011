"""The metadata of calls as marks, in the order of lists, so that calls can be listed by what clients wrote on them."""

from __future__ import annotations

import hashlib
import json

from alembic import op
from sqlalchemy import text

revision = "0008"
down_revision = "0007"

_DIALECTS = {"sqlite": {"big": "INTEGER", "strict": "STRICT, WITHOUT ROWID"}, "postgresql": {"big": "BIGINT", "strict": ""}}
_TABLE = """
    CREATE TABLE call_metadata (
        org_id TEXT NOT NULL REFERENCES orgs (id),
        mark TEXT NOT NULL,
        created_at {big} NOT NULL,
        call_id TEXT NOT NULL REFERENCES calls (id),
        PRIMARY KEY (org_id, mark, created_at, call_id)
    ) {strict}
"""
_MARKED = "SELECT id, org_id, created_at, metadata FROM calls WHERE metadata <> '{}' AND id > :after ORDER BY id LIMIT 1000"
_MARK = "INSERT INTO call_metadata (org_id, mark, created_at, call_id) VALUES (:org_id, :mark, :created_at, :call_id)"


def upgrade() -> None:
    """Create the table and mark the calls that are there, a thousand at a time."""
    bind = op.get_bind()
    op.execute(_TABLE.format_map(_DIALECTS[bind.dialect.name]))
    after = ""
    while found := bind.execute(text(_MARKED), {"after": after}).fetchall():
        after = found[-1].id
        marks = [
            {"org_id": row.org_id, "mark": _mark(key, value), "created_at": row.created_at, "call_id": row.id}
            for row in found
            for key, value in json.loads(row.metadata).items()
        ]
        bind.execute(text(_MARK), marks)


def _mark(key: str, value: object) -> str:
    told = value if isinstance(value, str) else json.dumps(value)
    return hashlib.sha256(json.dumps([key, told]).encode()).hexdigest()[:32]
