"""Placing calls: `/voice/...`."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Response

from ringtrue.api import placing, translate
from ringtrue.api.auth import Guest, ThreadWriter, Writer
from ringtrue.api.deps import Deps
from ringtrue.api.fields import ignoring
from ringtrue.api.joining import tell_at_commit
from ringtrue.api.once import OnceRoute
from ringtrue.api.problems import Problem
from ringtrue.api.refusals import DATA, PLACING, refuses
from ringtrue.calls import threads
from ringtrue.calls.place import PlaceCall
from ringtrue.domain.call import Call
from ringtrue.wire.calls import CallInfo, PlacedCall
from ringtrue.wire.requests import PhoneCallRequest, ThreadPhoneCallRequest, WebCallRequest

router = APIRouter(tags=["Voice"], route_class=OnceRoute)


@router.post(
    "/voice/phone-call",
    response_model=PlacedCall,
    dependencies=[Depends(ignoring(PhoneCallRequest))],
    responses={202: {"model": PlacedCall, "description": "Accepted in the background; the call is queued."}},
)
@refuses(*PLACING, *DATA, "version_unknown")
async def create_phone_call(body: PhoneCallRequest, client: Writer, deps: Deps, response: Response) -> PlacedCall:
    """Place a call now or at an instant; the thread with that callee and project is reused."""
    in_background = bool(body.background) and body.scheduled_for is None
    tell_at_commit(202 if in_background else 200, _placed)
    call = await placing.placed(deps, placing.wanted_of(body, client.org_id), scheduled_for=body.scheduled_for)
    if in_background:
        response.status_code = 202
    else:
        call = await placing.under_way(deps, call)
    return _placed(call)


def _placed(call: Call) -> PlacedCall:
    return PlacedCall(thread_id=call.thread_id, call=translate.call_info(call))


@router.post("/voice/{thread_id}/phone-call", response_model=CallInfo, dependencies=[Depends(ignoring(ThreadPhoneCallRequest))])
@refuses(*PLACING, "verification_unavailable")
async def create_phone_call_in_thread(thread_id: str, body: ThreadPhoneCallRequest, client: ThreadWriter, deps: Deps) -> CallInfo:
    """Place a call in a thread; it sees the thread's data. With a thread's token, `verification_code` must prove that the callee
    wants it; there is no verifier yet, so such calls are refused. An API key needs no code."""
    thread = client.thread(thread_id)
    if isinstance(client, Guest):
        raise Problem(403, "verification_unavailable", "No verifier of callees is configured: place the call with an API key.")
    request = PlaceCall(org_id=client.org_id, callee=body.callee, project=body.project_id, thread_id=thread)
    tell_at_commit(200, translate.call_info)
    call = await placing.placed(deps, request, scheduled_for=body.scheduled_for)
    return translate.call_info(await placing.under_way(deps, call))


@router.post(
    "/voice/{thread_id}/web-call",
    status_code=501,
    response_class=Response,
    response_model=None,
    dependencies=[Depends(ignoring(WebCallRequest))],
)
@refuses("web_calls_not_available")
async def create_web_call(thread_id: str, body: WebCallRequest, client: ThreadWriter, deps: Deps) -> None:
    """Browser calls do not exist yet."""
    thread = client.thread(thread_id)
    await deps.store.read(lambda tx: threads.get(tx, client.org_id, thread))
    raise Problem(501, "web_calls_not_available", "Browser calls are not available yet; place a phone call instead.")
