"""Signed links: `/recordings/...`; no key, HTTP Range."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import FileResponse

from ringtrue.api import links
from ringtrue.api.deps import Deps
from ringtrue.domain.records import RecordingStatus
from ringtrue.errors import NotFound
from ringtrue.ids import CallId

router = APIRouter(tags=["Calls"])


@router.api_route("/recordings/{call_id}.wav", methods=["GET", "HEAD"], response_class=FileResponse, include_in_schema=False)
async def download_recording(call_id: str, deps: Deps, expires: str = "", signature: str = "") -> FileResponse:
    """The WAV file: PCM16, caller left, agent right; second 0 is the answer."""
    links.check(deps.link_key, call_id, expires, signature, at=deps.clock.now())
    recording = await deps.store.read(lambda tx: tx.recording(CallId(call_id)))
    if recording is None or recording.status is not RecordingStatus.READY or recording.name is None:
        raise NotFound("There is no such recording.")
    path = deps.recordings.path(recording.name)
    if not path.is_file():
        raise NotFound("There is no such recording.")
    return FileResponse(path, media_type="audio/wav", filename=f"{call_id}.wav", headers={"Cache-Control": "private, no-store"})
