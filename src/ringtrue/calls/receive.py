"""Receive a call: the inbound row with its leg and lease, committed before the answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from ringtrue import ids
from ringtrue.calls import advance, numbers, threads
from ringtrue.calls.project_file import ProjectFiles
from ringtrue.calls.store import Tx
from ringtrue.domain.call import Call, CallLimits, CallStatus, CallType, Direction, Stage
from ringtrue.domain.lifecycle import arrived
from ringtrue.domain.records import Lease, LegRow, Number, ProjectVersion, Thread
from ringtrue.errors import InvalidInput, NotAllowed, NotFound
from ringtrue.ids import LegId, WorkerId


@dataclass(frozen=True, kw_only=True, slots=True)
class Arrived:
    """An INVITE as the carrier heard it: the dialled user part, and who calls where that is known."""

    leg_id: LegId
    sip_call_id: str
    remote_tag: str
    dialled: str
    caller: str | None
    snapshot: str


def receive(
    tx: Tx,
    arrival: Arrived,
    worker_id: WorkerId,
    *,
    files: ProjectFiles,
    home_country: str,
    at: datetime,
    lease_for: timedelta,
) -> Call | None:
    """The new call, or None when this INVITE has one already. Raises NotFound when the dialled number is none of ours."""
    if tx.inbound_leg(arrival.sip_call_id, arrival.remote_tag) is not None:
        return None
    number = find_number(tx, arrival.dialled, home_country=home_country)
    version = tx.latest_version(number.project_id)
    if version is None:
        raise NotFound("The number's project has no version.")
    caller = readable_caller(arrival.caller, home_country=home_country)
    thread = _thread(tx, number, caller, at=at)
    call = _new_call(number, version, thread, caller=caller, files=files, at=at)
    tx.add_call(call)
    tx.put_leg(
        LegRow(
            id=arrival.leg_id,
            call_id=call.id,
            sip_call_id=arrival.sip_call_id,
            remote_tag=arrival.remote_tag,
            is_inbound=True,
            snapshot=arrival.snapshot,
            updated_at=at,
        )
    )
    tx.put_lease(Lease(call_id=call.id, worker_id=worker_id, fence=call.fence, expires_at=at + lease_for))
    return advance.apply(tx, arrived(call, at=at), at=at).call


def find_number(tx: Tx, dialled: str, *, home_country: str) -> Number:
    """The number of ours that was dialled, with or without its plus sign. Raises NotFound."""
    for candidate in (dialled, f"+{dialled}"):
        number = tx.number(candidate)
        if number is not None:
            return number
    try:
        number = tx.number(numbers.to_e164(dialled, home_country=home_country))
    except (InvalidInput, NotAllowed):
        number = None
    if number is None:
        raise NotFound("The number dialled is none of ours.")
    return number


def readable_caller(caller: str | None, *, home_country: str) -> str | None:
    """The caller as E.164 where it is a number, else the extension or URI as it came; None when withheld."""
    if caller is None or caller.lower() in ("", "anonymous", "unavailable", "restricted"):
        return None
    try:
        return numbers.to_e164(caller, home_country=home_country)
    except (InvalidInput, NotAllowed):
        return caller[:256]


def _thread(tx: Tx, number: Number, caller: str | None, *, at: datetime) -> Thread:
    known = tx.newest_thread(number.org_id, number.project_id, caller) if caller else None
    if known is not None:
        return known
    new = threads.NewThread(org_id=number.org_id, project_id=number.project_id, party=caller, json_data={})
    return threads.create(tx, new, at=at)


def _new_call(
    number: Number, version: ProjectVersion, thread: Thread, *, caller: str | None, files: ProjectFiles, at: datetime
) -> Call:
    terms = files.read(version.yaml)
    return Call(
        id=ids.new_call(at),
        org_id=number.org_id,
        project_id=number.project_id,
        version_id=version.id,
        thread_id=thread.id,
        call_type=CallType.PHONE,
        direction=Direction.INBOUND,
        from_number=caller,
        to_number=number.e164,
        status=CallStatus.QUEUED,
        stage=Stage.RINGING,
        created_at=at,
        limits=CallLimits(ring=terms.ring, total=terms.total),
        timezone=thread.timezone,
        fence=1,
    )
