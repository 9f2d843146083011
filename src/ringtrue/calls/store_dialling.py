"""The part of the store port that rules of dialling need; see `ringtrue.calls.store`."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from ringtrue.domain.dial_rules import DialRules
from ringtrue.ids import CallId, OrgId


class DiallingTx(Protocol):
    """An organization's rules, and how often it lets phones ring."""

    def dial_rules(self, org_id: OrgId) -> DialRules:
        """The organization's own rules, locked against other writers until the transaction ends: who counts, counts alone."""
        ...

    def put_dial_rules(self, org_id: OrgId, rules: DialRules) -> None:
        """Replace them. Raises NotFound."""
        ...

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
        """Whether at least so many outbound calls of the organization, to one callee or to all, ring between the two instants,
        both exclusive: when they were scheduled for, else created. Never counts the call `but`."""
        ...

    def first_ring(self, org_id: OrgId, *, after: datetime, callee: str | None) -> datetime | None:
        """The first such instant after that one."""
        ...
