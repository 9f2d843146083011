"""Who reaches what: the numbers of ours and their projects, and the parties that are never rung."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from ringtrue.calls.projects import find_project
from ringtrue.calls.store import Tx
from ringtrue.domain.records import Number, Suppression
from ringtrue.errors import Conflict, Duplicate, NotFound
from ringtrue.ids import OrgId


def put_number(tx: Tx, org_id: OrgId, e164: str, project: str, *, at: datetime) -> tuple[Number, bool]:
    """Let calls to the number reach that project (an id or a name); whether the number is new.

    Raises InvalidInput for an unknown project, Conflict when the number is somebody else's.
    """
    chosen = find_project(tx, org_id, project, field="project")
    there = tx.number_of(org_id, e164)
    fresh = Number(e164=e164, org_id=org_id, project_id=chosen.id, created_at=at)
    number = fresh if there is None else replace(there, project_id=chosen.id)
    try:
        tx.put_number(number)
    except Duplicate as exc:
        raise Conflict("This number belongs to another organization of this server.", reason="number_taken") from exc
    return number, there is None


def drop_number(tx: Tx, org_id: OrgId, e164: str) -> None:
    """Answer calls to it no more. Raises NotFound."""
    if tx.number_of(org_id, e164) is None:
        raise NotFound("There is no such number.")
    tx.drop_number(org_id, e164)


def suppression(tx: Tx, org_id: OrgId, party: str) -> Suppression:
    """Why the party is not rung. Raises NotFound where it may be."""
    found = tx.suppression(org_id, party)
    if found is None:
        raise NotFound("This number is not suppressed.")
    return found


def suppress(tx: Tx, org_id: OrgId, party: str, reason: str, *, at: datetime) -> tuple[Suppression, bool]:
    """Never ring the party again, calls that wait included; whether that is new. The reason may change, the time stays."""
    there = tx.suppression(org_id, party)
    if there is not None:
        tx.drop_suppression(org_id, party)
    tx.suppress(org_id, party, reason, there.created_at if there is not None else at)
    return suppression(tx, org_id, party), there is None


def allow(tx: Tx, org_id: OrgId, party: str) -> None:
    """The party may be rung again. Raises NotFound."""
    suppression(tx, org_id, party)
    tx.drop_suppression(org_id, party)
