"""Close what nobody closed: calls past their deadline and calls whose worker died."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from ringtrue.calls.advance import advance
from ringtrue.calls.store import Tx
from ringtrue.domain.call import Call
from ringtrue.domain.facts import DeadlinePassed, WorkerLost
from ringtrue.domain.records import Lease, LegRow
from ringtrue.ids import CallId, WorkerId


@dataclass(frozen=True, kw_only=True, slots=True)
class Orphan:
    """A call whose worker is gone, and the legs that may still be up."""

    call: Call
    lease: Lease
    legs: tuple[LegRow, ...]


def close_overdue(tx: Tx, *, at: datetime, limit: int = 100) -> tuple[Call, ...]:
    """Close calls past their deadline; their legs, if any, are the lease holder's to end."""
    return tuple(advance(tx, call_id, DeadlinePassed(), at=at).call for call_id in tx.overdue_calls(at, limit))


def refuse_waiting(tx: Tx, *, due_before: datetime, at: datetime, limit: int = 100) -> int:
    """Close calls meant for now that no worker had room for since `due_before`; how many. Scheduled ones have their grace."""
    waiting = [call for call in map(tx.call, tx.due_calls(due_before, limit)) if call is not None and call.scheduled_for is None]
    for call in waiting:
        advance(tx, call.id, DeadlinePassed(), at=at)
    return len(waiting)


def orphans(tx: Tx, worker_id: WorkerId, *, at: datetime, is_only_worker: bool) -> tuple[Orphan, ...]:
    """Calls of dead workers. Where this is the only worker (SQLite: the folder is locked) every other lease is dead at once."""
    leases = tx.leases_not_of(worker_id) if is_only_worker else tx.lost_leases(at)
    found = []
    for lease in leases:
        call = tx.call(lease.call_id)
        if call is None or call.status.is_terminal:
            tx.drop_lease(lease.call_id)
        elif lease.worker_id != worker_id:
            found.append(Orphan(call=call, lease=lease, legs=tuple(tx.legs(call.id))))
    return tuple(found)


def take_over(tx: Tx, orphan: Orphan, worker_id: WorkerId, *, at: datetime, lease_for: timedelta) -> bool:
    """Fence the dead worker off. False when somebody else was first."""
    current = tx.lease(orphan.call.id)
    if current is None or current.fence != orphan.lease.fence or current.worker_id != orphan.lease.worker_id:
        return False
    call = tx.call(orphan.call.id)
    if call is None or call.status.is_terminal:
        return False
    fence = current.fence + 1
    tx.put_call(replace(call, fence=fence))
    tx.put_lease(Lease(call_id=call.id, worker_id=worker_id, fence=fence, expires_at=at + lease_for))
    return True


def close_lost(tx: Tx, call_id: CallId, *, last_audio: timedelta | None, at: datetime) -> Call:
    """Note that the worker of the call died. A call that nothing was dialled for waits for another worker."""
    decision = advance(tx, call_id, WorkerLost(last_audio=last_audio), at=at)
    if decision.ignored is not None:
        tx.drop_lease(call_id)
    return decision.call
