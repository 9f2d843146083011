"""Whose rows each table holds. A table that is missing here can be touched by no client, and fails a test."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType


@dataclass(frozen=True, kw_only=True, slots=True)
class Table:
    """`owner` is the column with the organization; rows without one belong to whom the rows they refer to belong.

    `references` are the columns that hold ids of other rows, with the tables of those.
    """

    owner: str | None = None
    references: Mapping[str, str] = field(default_factory=dict)


_OF_CALL = Table(references={"call_id": "calls"})

TABLES: Mapping[str, Table] = MappingProxyType(
    {
        "orgs": Table(owner="id"),  # its rules of dialling are a column of it
        "api_keys": Table(owner="org_id"),
        "projects": Table(owner="org_id"),
        "versions": Table(references={"project_id": "projects"}),
        "numbers": Table(owner="org_id", references={"project_id": "projects"}),
        "suppressions": Table(owner="org_id"),
        "threads": Table(owner="org_id", references={"project_id": "projects"}),
        "calls": Table(owner="org_id", references={"project_id": "projects", "version_id": "versions", "thread_id": "threads"}),
        "call_metadata": Table(owner="org_id", references={"call_id": "calls"}),
        "conversations": Table(references={"thread_id": "threads", "call_id": "calls"}),
        "leases": _OF_CALL,
        "legs": _OF_CALL,
        "dial_intents": _OF_CALL,
        "events": _OF_CALL,
        "effects": _OF_CALL,
        "utterances": _OF_CALL,
        "recordings": _OF_CALL,
        "outcomes": _OF_CALL,
        "analyses": _OF_CALL,
        "turn_logs": _OF_CALL,
        "turns": _OF_CALL,
        "requests": Table(owner="org_id"),
        "webhooks": Table(owner="org_id"),  # listeners are webhooks without a URL
        "deliveries": Table(references={"webhook_id": "webhooks", "call_id": "calls"}),
        "chats": Table(references={"thread_id": "threads", "project_id": "projects", "version_id": "versions"}),
        "messages": Table(references={"thread_id": "threads", "call_id": "calls"}),
    }
)
PARENTS = frozenset(parent for table in TABLES.values() for parent in table.references.values())
"""Tables whose ids other tables refer to."""
