"""Advance a call by one fact: the only writer of a call's status, its events, its queued effects, and what is told of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from ringtrue import ids
from ringtrue.calls import outbox
from ringtrue.calls.store import Tx
from ringtrue.domain.call import Call
from ringtrue.domain.effects import QueuedEffect
from ringtrue.domain.event import Event, NewEvent
from ringtrue.domain.facts import Fact
from ringtrue.domain.lifecycle import Decision, decide
from ringtrue.errors import Fenced, NotFound
from ringtrue.ids import CallId


def advance(tx: Tx, call_id: CallId, fact: Fact, *, at: datetime, fence: int | None = None) -> Decision:
    """The decision on `fact`, stored with its events and effects in this transaction.

    `fence` is the caller's lease: raises Fenced when the lease moved on. Raises NotFound for an unknown call. Repeating a
    fact is harmless: the table ignores it with a reason.
    """
    call = tx.call(call_id)
    if call is None:
        raise NotFound("There is no such call.")
    return advance_call(tx, call, fact, at=at, fence=fence)


def advance_call(tx: Tx, call: Call, fact: Fact, *, at: datetime, fence: int | None = None) -> Decision:
    """`advance` for a call that this transaction has read and locked."""
    if fence is not None and call.fence != fence:
        raise Fenced(f"The lease of {call.id} moved on from fence {fence} to {call.fence}.")
    decision = decide(call, fact, at=at)
    return apply(tx, decision, at=at)


def apply(tx: Tx, decision: Decision, *, at: datetime) -> Decision:
    """Store a decision on a call that is already in the table."""
    if decision.ignored is not None:
        return decision
    call, events = _with_events(tx, decision, at)
    tx.put_call(call)
    outbox.put(tx, call, events, at=at)
    for effect in decision.effects:
        if isinstance(effect, QueuedEffect):
            tx.add_effect(call.id, effect, at)
    if call.status.is_terminal:
        tx.drop_lease(call.id)
    return replace(decision, call=call)


def note(tx: Tx, call_id: CallId, new: NewEvent, *, at: datetime) -> None:
    """Add an event that moves nothing: what became known of a call, also when it is over. An unknown call has none."""
    call = tx.call(call_id)
    if call is not None:
        apply(tx, Decision(call=call, events=(new,)), at=at)


def _with_events(tx: Tx, decision: Decision, at: datetime) -> tuple[Call, list[Event]]:
    first = decision.call.last_event + 1
    events = [
        Event(id=ids.new_event(at), call_id=decision.call.id, sequence=sequence, at=at, kind=new.kind, data=new.data)
        for sequence, new in enumerate(decision.events, first)
    ]
    for event in events:
        tx.add_event(event)
    return replace(decision.call, last_event=decision.call.last_event + len(events)), events
