"""Read a call with everything that belongs to its record, as one consistent view."""

from __future__ import annotations

from dataclasses import dataclass

from ringtrue.calls.store import Tx
from ringtrue.domain.call import Call
from ringtrue.domain.listing import CallsWanted, Place
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


@dataclass(frozen=True, kw_only=True, slots=True)
class CallSummary:
    """What a list shows of a call."""

    call: Call
    project_name: str
    recording: Recording


@dataclass(frozen=True, kw_only=True, slots=True)
class CallPage:
    """A page of calls; `next_after` is where the following one begins, None on the last."""

    calls: tuple[CallSummary, ...]
    next_after: Place | None


def page_of_calls(tx: Tx, org_id: OrgId, wanted: CallsWanted, *, after: Place | None, limit: int) -> CallPage:
    """The organization's calls after that place, newest first."""
    found = tx.page_of_calls(org_id, wanted, after=after, limit=limit + 1)
    calls = found[:limit]
    recordings = tx.recordings_of([call.id for call in calls])
    names = {project_id: tx.project(org_id, project_id) for project_id in {call.project_id for call in calls}}
    last = Place(created_at=calls[-1].created_at, id=calls[-1].id) if len(found) > limit else None
    summaries = tuple(
        CallSummary(
            call=call,
            project_name=project.name if (project := names[call.project_id]) else "",
            recording=recordings.get(call.id) or _no_recording(call),
        )
        for call in calls
    )
    return CallPage(calls=summaries, next_after=last)


def _no_recording(call: Call) -> Recording:
    status = RecordingStatus.NOT_RECORDED if call.status.is_terminal else RecordingStatus.PENDING
    return Recording(call_id=call.id, status=status)
