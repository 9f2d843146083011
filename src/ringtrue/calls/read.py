"""Read a call with everything that belongs to its record, as one consistent view."""

from __future__ import annotations

from dataclasses import dataclass

from ringtrue.calls.store import Tx
from ringtrue.domain.call import Call
from ringtrue.domain.records import Recording, RecordingStatus
from ringtrue.domain.utterance import Utterance
from ringtrue.errors import NotFound
from ringtrue.ids import CallId, OrgId


@dataclass(frozen=True, kw_only=True, slots=True)
class CallRecord:
    """The record of one call; `transcript` is None when the call never connected; `analysis` and `turns` are JSON text."""

    call: Call
    project_name: str
    transcript: tuple[Utterance, ...] | None
    recording: Recording
    analysis: str | None
    turns: str | None


def call_record(tx: Tx, org_id: OrgId, call_id: CallId) -> CallRecord:
    """The organization's call. Raises NotFound."""
    call = tx.call_of(org_id, call_id)
    if call is None:
        raise NotFound("There is no such call.")
    project = tx.project(org_id, call.project_id)
    was_answered = call.started_at is not None
    return CallRecord(
        call=call,
        project_name=project.name if project else "",
        transcript=tuple(tx.utterances(call.id)) if was_answered else None,
        recording=tx.recording(call.id) or _no_recording(call),
        analysis=tx.analysis(call.id),
        turns=tx.turns(call.id),
    )


def _no_recording(call: Call) -> Recording:
    status = RecordingStatus.NOT_RECORDED if call.status.is_terminal else RecordingStatus.PENDING
    return Recording(call_id=call.id, status=status)
