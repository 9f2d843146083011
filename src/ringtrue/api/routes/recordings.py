"""Signed links: `/recordings/...`; no key, HTTP Range."""

from __future__ import annotations

from pathlib import Path

from fastapi import APIRouter, Request
from fastapi.responses import FileResponse
from starlette.datastructures import MutableHeaders

from ringtrue.api import links, ranges
from ringtrue.api.deps import Deps
from ringtrue.api.problems import Problem
from ringtrue.domain.records import RecordingStatus
from ringtrue.errors import NotFound
from ringtrue.ids import CallId

router = APIRouter(tags=["Calls"])


@router.api_route("/recordings/{call_id}.wav", methods=["GET", "HEAD"], response_class=FileResponse, include_in_schema=False)
async def download_recording(call_id: str, request: Request, deps: Deps, expires: str = "", signature: str = "") -> FileResponse:
    """The WAV file: PCM16, caller left, agent right; second 0 is the answer."""
    links.check(deps.link_key, call_id, expires, signature, at=deps.clock.now())
    recording = await deps.store.linked_recording(CallId(call_id))
    if recording is None or recording.status is not RecordingStatus.READY or recording.name is None:
        raise NotFound("There is no such recording.")
    path = deps.recordings.path(recording.name)
    if not path.is_file():
        raise NotFound("There is no such recording.")
    _plain_range(request, path)
    return FileResponse(path, media_type="audio/wav", filename=f"{call_id}.wav", headers={"Cache-Control": "private, no-store"})


def _plain_range(request: Request, path: Path) -> None:
    """Leave the response only a range that it can serve. Raises Problem (416)."""
    headers = MutableHeaders(scope=request.scope)
    asked = headers.get("range")
    if asked is None:
        return
    size_bytes = path.stat().st_size
    try:
        wanted = ranges.plain(asked, size_bytes)
    except ranges.Unsatisfiable as exc:
        if "if-range" in headers:
            return  # the response compares it: for a file that has changed the range does not count
        not_there = {"Content-Range": f"bytes */{size_bytes}", "Accept-Ranges": "bytes"}
        raise Problem(416, "range_not_satisfiable", "The recording has no such part.", headers=not_there) from exc
    del headers["range"]
    if wanted is not None:
        headers["range"] = wanted
