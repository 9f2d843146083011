"""Read what is kept of a call's turns: their times, and the log they can be replayed from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ringtrue.calls.store import Tx
from ringtrue.calls.turn_log import unpacked
from ringtrue.domain.call import Call
from ringtrue.errors import NotFound
from ringtrue.ids import CallId, OrgId


@dataclass(frozen=True, kw_only=True, slots=True)
class KeptLog:
    """The lines of a log as far as they were written."""

    text: str
    status: Literal["pending", "complete", "none"]


def report_of(tx: Tx, org_id: OrgId, call_id: CallId) -> str:
    """The report of the organization's call as JSON text: `status` and `turns`. Raises NotFound."""
    call = _call(tx, org_id, call_id)
    report = tx.turns(call.id)
    if report is not None:
        return report
    never = call.status.is_terminal and call.started_at is None
    return f'{{"status":"{"none" if never else "pending"}","turns":[]}}'


def log_of(tx: Tx, org_id: OrgId, call_id: CallId) -> KeptLog:
    """The turn log of the organization's call. Raises NotFound."""
    call = _call(tx, org_id, call_id)
    text = unpacked(tx.turn_log(call.id))
    if not call.status.is_terminal:
        return KeptLog(text=text, status="pending")
    return KeptLog(text=text, status="complete" if text else "none")


def _call(tx: Tx, org_id: OrgId, call_id: CallId) -> Call:
    call = tx.call_of(org_id, call_id)
    if call is None:
        raise NotFound("There is no such call.")
    return call
