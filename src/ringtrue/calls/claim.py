"""Claim due calls: lease, intent and the first fact of the dial in one transaction, before any INVITE leaves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from ringtrue.calls.advance import advance
from ringtrue.calls.store import Tx
from ringtrue.domain.call import Call, CallStatus, Stage
from ringtrue.domain.deadlines import SCHEDULE_GRACE
from ringtrue.domain.facts import CameDue, DeadlinePassed, DialCommitted, PolicyRefused
from ringtrue.domain.records import IntentRow, Lease, LegRow
from ringtrue.ids import CallId, WorkerId

Intend = Callable[[Call], LegRow]
"""Makes the leg row of one ring for a call: fresh identifiers, nothing sent."""
Refusal = Callable[[Tx, Call], str | None]
"""The code of the rule that forbids to ring the call by now; None when it may ring."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Claim:
    """A call that this worker must now ring, and the leg as committed."""

    call: Call
    leg: LegRow


def claim_due(
    tx: Tx, worker_id: WorkerId, intend: Intend, refusal: Refusal, *, at: datetime, limit: int, lease_for: timedelta
) -> tuple[Claim, ...]:
    """Up to `limit` due calls, each with its intent committed. Calls that were missed or forbidden meanwhile are closed here."""
    due = tx.due_calls(at, limit)
    claims = (claim_one(tx, call_id, worker_id, intend, refusal, at=at, lease_for=lease_for) for call_id in due)
    return tuple(claim for claim in claims if claim is not None)


def claim_one(
    tx: Tx, call_id: CallId, worker_id: WorkerId, intend: Intend, refusal: Refusal, *, at: datetime, lease_for: timedelta
) -> Claim | None:
    """The claim of one due call, or None when it is not to be rung after all."""
    call = tx.call(call_id)
    if call is None or call.stage is not Stage.WAITING:
        return None
    if call.deadline_at is not None and call.deadline_at <= at:
        # After a long downtime: nobody expects this call any more.
        advance(tx, call_id, DeadlinePassed(), at=at)
        return None
    if call.status is CallStatus.SCHEDULED:
        call = advance(tx, call_id, CameDue(grace=SCHEDULE_GRACE), at=at).call
    if call.status is not CallStatus.QUEUED:
        return None
    refused = refusal(tx, call)
    if refused is not None:
        advance(tx, call_id, PolicyRefused(code=refused), at=at)
        return None
    fence = call.fence + 1
    leg = intend(call)
    tx.add_intent(IntentRow(call_id=call_id, leg_id=leg.id, committed_at=at))
    tx.put_leg(leg)
    tx.put_lease(Lease(call_id=call_id, worker_id=worker_id, fence=fence, expires_at=at + lease_for))
    return Claim(call=advance(tx, call_id, DialCommitted(fence=fence), at=at).call, leg=leg)
