"""Threads in the order of their lists, of an organization and of one of its projects."""

from __future__ import annotations

from alembic import op

revision = "0003"
down_revision = "0002"

_INDEXES = (
    "CREATE INDEX threads_by_order ON threads (org_id, created_at DESC, id DESC)",
    "CREATE INDEX threads_by_project ON threads (org_id, project_id, created_at DESC, id DESC)",
)


def upgrade() -> None:
    """Create both indexes."""
    for statement in _INDEXES:
        op.execute(statement)
