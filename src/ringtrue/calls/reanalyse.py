"""Analyse a call that is over once more, by the version that it was accepted under."""

from __future__ import annotations

from datetime import datetime

from ringtrue.calls.store import Tx
from ringtrue.domain.call import Call
from ringtrue.domain.effects import QueuedEffect
from ringtrue.errors import Conflict, NotFound, WrongState
from ringtrue.ids import CallId, OrgId


def reanalyse(tx: Tx, org_id: OrgId, call_id: CallId, *, at: datetime) -> Call:
    """Put the analysis aside and queue a new one; asked again before that is done, nothing more is queued.

    Raises NotFound, WrongState while the call is not over, and Conflict for a call that never connected.
    """
    call = tx.locked_call_of(org_id, call_id)
    if call is None:
        raise NotFound("There is no such call.")
    if not call.status.is_terminal:
        raise WrongState(
            f"The call is {call.status.value}; only a call that is over can be analysed again.", status=call.status.value
        )
    if call.started_at is None:
        raise Conflict("The call never connected: there is nothing to analyse.", reason="never_connected")
    if tx.analysis(call.id) is not None:  # without one, the first is still to come
        tx.drop_analysis(call.id)
        tx.add_effect(call.id, QueuedEffect.ANALYSE, at)
    return call
