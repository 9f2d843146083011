"""An organization's own rules of dialling, and calls by the instant at which they ring, which is what caps count."""

from __future__ import annotations

from alembic import op

revision = "0005"
down_revision = "0004"

_RULES = (
    "ALTER TABLE orgs ADD COLUMN dial_rules TEXT",
    "CREATE INDEX calls_by_ring ON calls (org_id, (coalesce(scheduled_for, created_at))) WHERE kind = 'o'",
    "CREATE INDEX calls_by_callee ON calls (org_id, to_number, (coalesce(scheduled_for, created_at))) WHERE kind = 'o'",
)


def upgrade() -> None:
    """Add the column and both indexes."""
    for statement in _RULES:
        op.execute(statement)
