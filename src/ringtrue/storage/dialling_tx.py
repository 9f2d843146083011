"""The room of the rules of dialling, and of counting rings."""

# ruff: noqa: S608 - statements are put together of this file's own names; every value is a parameter

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime

from ringtrue.domain.dial_rules import Caps, DialRules
from ringtrue.errors import NotFound
from ringtrue.ids import CallId, OrgId
from ringtrue.storage import rows
from ringtrue.storage.sql import Sql

# SQLite uses an index on an expression only for a query that repeats it, and its condition, word for word.
_RINGS_AT = "coalesce(scheduled_for, created_at)"
_OF_ORG = "FROM calls WHERE org_id = :org_id AND kind = 'o'"
_OF_CALLEE = f"{_OF_ORG} AND to_number = :callee"


class DiallingRoom:
    """An organization's rules, and how often it lets phones ring."""

    def __init__(self, sql: Sql) -> None:
        self._sql = sql

    def dial_rules(self, org_id: OrgId) -> DialRules:
        """The organization's own rules, locked against other writers until the transaction ends."""
        row = self._sql.one("SELECT dial_rules FROM orgs WHERE id = :org_id" + self._sql.locked, org_id=org_id)
        return _rules(row["dial_rules"]) if row is not None and row["dial_rules"] is not None else DialRules()

    def put_dial_rules(self, org_id: OrgId, rules: DialRules) -> None:
        """Replace them. Raises NotFound."""
        changed = self._sql.change(
            "UPDATE orgs SET dial_rules = :rules WHERE id = :org_id", {"org_id": org_id, "rules": json.dumps(asdict(rules))}
        )
        if changed == 0:
            raise NotFound("There is no such organization.")

    def has_rings(
        self,
        org_id: OrgId,
        at_least: int,
        *,
        after: datetime,
        before: datetime,
        callee: str | None,
        but: CallId | None = None,
        waiting_too: bool = True,
    ) -> bool:
        """Whether at least so many calls ring between the two instants; see the port."""
        which = "" if waiting_too else " AND stage <> 'waiting'"
        which += "" if but is None else " AND id <> :but"
        row = self._sql.one(
            f"SELECT 1 AS found {_OF_ORG if callee is None else _OF_CALLEE} "
            f"AND {_RINGS_AT} > :after AND {_RINGS_AT} < :before{which} LIMIT 1 OFFSET :others",
            org_id=org_id,
            callee=callee,
            after=rows.micros(after),
            before=rows.micros(before),
            but=but,
            others=at_least - 1,
        )
        return row is not None

    def first_ring(self, org_id: OrgId, *, after: datetime, callee: str | None) -> datetime | None:
        """The first instant after that one at which such a call rings."""
        row = self._sql.one(
            f"SELECT {_RINGS_AT} AS rings_at {_OF_ORG if callee is None else _OF_CALLEE} "
            f"AND {_RINGS_AT} > :after ORDER BY {_RINGS_AT} LIMIT 1",
            org_id=org_id,
            callee=callee,
            after=rows.micros(after),
        )
        return rows.instant(row["rings_at"]) if row is not None else None


def _rules(text: str) -> DialRules:
    kept = json.loads(text)
    return DialRules(
        countries=_tuple(kept["countries"]),
        internal_destinations=_tuple(kept["internal_destinations"]),
        caps=Caps(**kept["caps"]),
    )


def _tuple(values: list[str] | None) -> tuple[str, ...] | None:
    return None if values is None else tuple(values)
