"""Reading and controlling calls: `/calls/...`."""

from __future__ import annotations

from fastapi import APIRouter, Depends
from fastapi.responses import RedirectResponse

from ringtrue.api import translate
from ringtrue.api.auth import Reader, Writer
from ringtrue.api.deps import Deps
from ringtrue.api.fields import ignoring, refusing
from ringtrue.calls import control
from ringtrue.calls.read import call_record
from ringtrue.errors import NotFound
from ringtrue.ids import CallId
from ringtrue.wire.calls import CallShape

router = APIRouter(tags=["Calls"])


@router.get("/calls/{call_id}", response_model=CallShape, dependencies=[Depends(ignoring())], summary="Get Call")
async def get_call(call_id: str, client: Reader, deps: Deps) -> CallShape:
    """The call with its status, times, transcript, recording and analysis; transcript grows while the call runs."""
    record = await deps.store.read(lambda tx: call_record(tx, client.org_id, CallId(call_id)))
    return translate.call_shape(record, deps)


@router.post("/calls/{call_id}/cancel", response_model=CallShape, dependencies=[Depends(refusing())])
async def cancel_call(call_id: str, client: Writer, deps: Deps) -> CallShape:
    """Ask that a scheduled or queued call never connects; a ringing phone stops ringing."""
    at = deps.clock.now()
    await deps.store.run(lambda tx: control.cancel(tx, client.org_id, CallId(call_id), at=at))
    deps.ring()
    return await get_call(call_id, client, deps)


@router.post("/calls/{call_id}/hangup", response_model=CallShape, dependencies=[Depends(refusing())])
async def hang_up_call(call_id: str, client: Writer, deps: Deps) -> CallShape:
    """Ask that a call in progress ends."""
    at = deps.clock.now()
    await deps.store.run(lambda tx: control.hang_up(tx, client.org_id, CallId(call_id), at=at))
    deps.ring()
    return await get_call(call_id, client, deps)


@router.get("/calls/{call_id}/recording", dependencies=[Depends(refusing())], response_class=RedirectResponse, status_code=307)
async def get_recording(call_id: str, client: Reader, deps: Deps) -> RedirectResponse:
    """Redirect to a fresh signed link."""
    record = await deps.store.read(lambda tx: call_record(tx, client.org_id, CallId(call_id)))
    link = translate.recording_link(record.recording, deps)
    if link is None:
        raise NotFound("The recording is not ready, or there is none; the call's recording.status says which.")
    return RedirectResponse(link, 307, headers={"Cache-Control": "no-store"})
