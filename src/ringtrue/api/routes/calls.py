"""Reading and controlling calls: `/calls/...`."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response

from ringtrue.api import cursors, placing, schedule, translate
from ringtrue.api.auth import Client, Reader, ThreadReader, Writer
from ringtrue.api.deps import Deps
from ringtrue.api.fields import ignoring, refusing
from ringtrue.api.filters import DESCRIBED, METADATA, CallsFilter, CallsQuery, metadata_of
from ringtrue.api.once import OnceRoute
from ringtrue.api.refusals import DATA, DIALLED, INSTANT, refuses
from ringtrue.calls import control
from ringtrue.calls.place import check
from ringtrue.calls.read import CallPage, call_record, page_of_calls
from ringtrue.calls.reanalyse import reanalyse
from ringtrue.calls.store import Tx
from ringtrue.clock import rfc3339
from ringtrue.domain.listing import CallsWanted
from ringtrue.errors import NotAllowed, NotFound, NoTrunk, TooManyCalls
from ringtrue.ids import CallId, ThreadId
from ringtrue.wire.calls import CallShape, CallsShape, CheckedCall
from ringtrue.wire.requests import PhoneCallRequest, RescheduleRequest

router = APIRouter(tags=["Calls"], route_class=OnceRoute)


@router.get(
    "/calls",
    response_model=CallsShape,
    dependencies=[Depends(ignoring(query=CallsQuery.model_fields, prefix=METADATA))],
    summary="List Calls",
    openapi_extra={"parameters": [DESCRIBED]},
)
@refuses("cursor_invalid", "datetime_invalid", "metadata_too_many")
async def list_calls(query: CallsFilter, request: Request, client: ThreadReader, deps: Deps) -> Response:
    """The organization's calls, newest first. Filters narrow each other; of one that is repeated, any value will do."""
    metadata = metadata_of(request.query_params)
    scope = f"calls {client.org_id} {client.only_thread or ''} {query.fingerprint(metadata)}"
    created_from, created_to = query.created_from(), query.created_to()
    after = None if query.cursor is None else cursors.to_place(cursors.read(deps.link_key, query.cursor, scope=scope))

    def work(tx: Tx) -> CallPage:
        project = tx.project_by_name(client.org_id, query.project_name) if query.project_name is not None else None
        if query.project_name is not None and project is None:
            return CallPage(calls=(), next_after=None)
        if query.thread_id is not None and client.only_thread not in (None, query.thread_id):
            return CallPage(calls=(), next_after=None)
        thread_id = client.only_thread or query.thread_id
        wanted = CallsWanted(
            statuses=query.statuses(),
            call_types=query.call_types(),
            directions=query.directions(),
            created_from=created_from,
            created_to=created_to,
            thread_id=ThreadId(thread_id) if thread_id is not None else None,
            project_id=project.id if project is not None else None,
            metadata=metadata,
        )
        return page_of_calls(tx, client.org_id, wanted, after=after, limit=query.limit)

    page = await deps.store.read(work)
    after = page.next_after
    cursor = None if after is None else cursors.mint(deps.link_key, cursors.of_place(after), scope=scope)
    return Response(translate.calls_json(page, cursor), media_type="application/json")


@router.post("/calls/check", response_model=CheckedCall, dependencies=[Depends(refusing(PhoneCallRequest))])
@refuses(*DIALLED, *INSTANT, "project_unknown", "project_invalid", "version_unknown", "variables_invalid", *DATA)
async def check_phone_call(body: PhoneCallRequest, client: Reader, deps: Deps) -> CheckedCall:
    """Whether `POST /voice/phone-call` with this body would ring, when, and if not, why. Rings nothing and stores nothing."""
    now = deps.clock.now()
    wanted = await placing.timed(deps, placing.wanted_of(body, client.org_id), scheduled_for=body.scheduled_for, now=now)
    try:
        due = await deps.store.read(lambda tx: check(tx, wanted, files=deps.files, policy=deps.policy, at=now))
    except (NotAllowed, TooManyCalls) as exc:
        return CheckedCall(allowed=False, code=exc.reason, detail=exc.sentence, rings_at=None)
    except NoTrunk as exc:
        return CheckedCall(allowed=False, code=exc.code, detail=exc.sentence, rings_at=None)
    return CheckedCall(allowed=True, code=None, detail="The call would be placed.", rings_at=rfc3339(due))


@router.get("/calls/{call_id}", response_model=CallShape, dependencies=[Depends(ignoring())], summary="Get Call")
async def get_call(call_id: str, client: ThreadReader, deps: Deps) -> Response:
    """The call with its status, times, transcript, recording and analysis; transcript grows while the call runs."""
    record = await deps.store.read(lambda tx: call_record(tx, client.org_id, CallId(call_id)))
    client.check(record.call)
    shown = translate.call_json(record, deps, shows_analysis=client.sees("analysis"), shows_recording=client.sees("recording"))
    return Response(shown, media_type="application/json")


async def _call(call_id: str, client: Client, deps: Deps) -> CallShape:
    record = await deps.store.read(lambda tx: call_record(tx, client.org_id, CallId(call_id)))
    return translate.call_shape(record, deps)


@router.patch("/calls/{call_id}", response_model=CallShape, dependencies=[Depends(refusing(RescheduleRequest))])
@refuses("wrong_state", "outside_calling_hours", "timezone_unknown", *INSTANT)
async def reschedule_call(call_id: str, body: RescheduleRequest, client: Writer, deps: Deps) -> CallShape:
    """Move a scheduled call to another instant; a time without an offset is read in the call's own zone."""
    at = deps.clock.now()
    call = (await deps.store.read(lambda tx: call_record(tx, client.org_id, CallId(call_id)))).call
    when = schedule.instant(body.scheduled_for, timezone=call.timezone, now=at)
    await deps.store.run(
        lambda tx: control.reschedule(tx, client.org_id, call.id, when, files=deps.files, policy=deps.policy, at=at)
    )
    deps.ring()
    return await _call(call_id, client, deps)


@router.post("/calls/{call_id}/cancel", response_model=CallShape, dependencies=[Depends(refusing())])
@refuses("wrong_state")
async def cancel_call(call_id: str, client: Writer, deps: Deps) -> CallShape:
    """Ask that a scheduled or queued call never connects; a ringing phone stops ringing."""
    at = deps.clock.now()
    await deps.store.run(lambda tx: control.cancel(tx, client.org_id, CallId(call_id), at=at))
    deps.ring()
    return await _call(call_id, client, deps)


@router.post("/calls/{call_id}/hangup", response_model=CallShape, dependencies=[Depends(refusing())])
@refuses("wrong_state")
async def hang_up_call(call_id: str, client: Writer, deps: Deps) -> CallShape:
    """Ask that a call in progress ends."""
    at = deps.clock.now()
    await deps.store.run(lambda tx: control.hang_up(tx, client.org_id, CallId(call_id), at=at))
    deps.ring()
    return await _call(call_id, client, deps)


@router.post("/calls/{call_id}/analysis", response_model=CallShape, dependencies=[Depends(refusing())])
@refuses("wrong_state", "never_connected")
async def analyse_call_again(call_id: str, client: Writer, deps: Deps) -> CallShape:
    """Analyse a call that is over once more, by the version of the project that it was accepted under. The answer is the call
    with `call_analysis.status` `pending`, as it stays until the new analysis is there. 409 while the call is not over, and for
    one that never connected."""
    at = deps.clock.now()
    await deps.store.run(lambda tx: reanalyse(tx, client.org_id, CallId(call_id), at=at))
    return await _call(call_id, client, deps)


@router.get("/calls/{call_id}/recording", dependencies=[Depends(refusing())], response_class=RedirectResponse, status_code=307)
async def get_recording(call_id: str, client: Reader, deps: Deps) -> RedirectResponse:
    """Redirect to a fresh signed link."""
    record = await deps.store.read(lambda tx: call_record(tx, client.org_id, CallId(call_id)))
    link = translate.recording_link(record.recording, deps)
    if link is None:
        raise NotFound("The recording is not ready, or there is none; the call's recording.status says which.")
    return RedirectResponse(link, 307, headers={"Cache-Control": "no-store"})
