"""Requests of a client about a call it placed: committed here, carried out by whoever holds the call's lease."""

from __future__ import annotations

from datetime import datetime

from ringtrue.calls import dial_policy
from ringtrue.calls.advance import advance_call
from ringtrue.calls.dial_policy import DialPolicy
from ringtrue.calls.place import open_for
from ringtrue.calls.project_file import ProjectFiles
from ringtrue.calls.store import Tx
from ringtrue.domain.call import Call, CallStatus
from ringtrue.domain.facts import CancelAsked, HangUpAsked, Rescheduled
from ringtrue.errors import NotFound, WrongState
from ringtrue.ids import CallId, OrgId


def cancel(tx: Tx, org_id: OrgId, call_id: CallId, *, at: datetime) -> Call:
    """Ask that a scheduled or queued call never connects. Repeating it is harmless. Raises NotFound, WrongState."""
    call = _own(tx, org_id, call_id)
    if call.status not in (CallStatus.SCHEDULED, CallStatus.QUEUED):
        raise WrongState(
            f"The call is {call.status.value}; only a scheduled or queued call can be cancelled.", status=call.status.value
        )
    return advance_call(tx, call, CancelAsked(), at=at).call


def reschedule(
    tx: Tx, org_id: OrgId, call_id: CallId, when: datetime, *, files: ProjectFiles, policy: DialPolicy, at: datetime
) -> Call:
    """Move a scheduled call to another instant. Raises NotFound, WrongState, TooManyCalls, NotAllowed outside of hours."""
    call = _own(tx, org_id, call_id)
    if call.status is not CallStatus.SCHEDULED:
        raise WrongState(f"The call is {call.status.value}; only a scheduled call can be moved.", status=call.status.value)
    version = tx.version(call.version_id)
    if version is None or call.to_number is None:
        raise NotFound("The version that the call was accepted under is gone.")
    until = open_for(files.read(version.yaml), call.to_number, call.timezone, at=when)
    dial_policy.check_caps(tx, org_id, call.to_number, rings_at=when, policy=policy, now=at, moved=call)
    return advance_call(tx, call, Rescheduled(scheduled_for=when, until=until), at=at).call


def hang_up(tx: Tx, org_id: OrgId, call_id: CallId, *, at: datetime) -> Call:
    """Ask that a call in progress ends. Repeating it is harmless. Raises NotFound, WrongState."""
    call = _own(tx, org_id, call_id)
    if call.status is not CallStatus.ONGOING:
        raise WrongState(f"The call is {call.status.value}; only an ongoing call can be hung up.", status=call.status.value)
    return advance_call(tx, call, HangUpAsked(), at=at).call


def _own(tx: Tx, org_id: OrgId, call_id: CallId) -> Call:
    call = tx.locked_call_of(org_id, call_id)
    if call is None:
        raise NotFound("There is no such call.")
    return call
