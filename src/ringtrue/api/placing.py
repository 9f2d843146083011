"""From a checked body to a placed call: data parsed and bounded, the instant found, the dial awaited."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime
from typing import Any

from ringtrue.api import schedule
from ringtrue.api.deps import ApiDeps
from ringtrue.api.envelope import parse_json
from ringtrue.api.problems import Problem
from ringtrue.calls.place import PlaceCall, place
from ringtrue.domain.call import Call, CallStatus, Stage
from ringtrue.errors import InvalidInput
from ringtrue.ids import OrgId
from ringtrue.wire.requests import PhoneCallRequest

MOST_DATA_BYTES = 64 * 1024
MOST_METADATA_BYTES = 4 * 1024
_WAIT_SECONDS = 5.0
_SETTLE_SECONDS = 0.4  # a dial that fails at once fails within this: a closed port, a refusal of a near trunk
_LOOK_SECONDS = 0.03


def data_of(text: str | None) -> dict[str, object] | None:
    """`json_data` as an object. Raises InvalidInput."""
    if text is None:
        return None
    if len(text.encode("utf-8", "replace")) > MOST_DATA_BYTES:
        raise _refused("This is larger than 64 kB.", "json_data_too_large")
    try:
        parsed = parse_json(text.encode("utf-8"))
    except (Problem, UnicodeEncodeError) as exc:
        raise _refused("This is not JSON; send an object, encoded as a string.", "json_data_invalid") from exc
    if not isinstance(parsed, dict):
        raise _refused("This must hold a JSON object.", "json_data_not_object")
    return parsed


def _refused(sentence: str, code: str) -> InvalidInput:
    return InvalidInput(sentence, field=("json_data",), code=code)


def metadata_of(value: dict[str, Any] | None) -> dict[str, object] | None:
    """`metadata`, flat and small. Raises InvalidInput."""
    if value is None:
        return None
    is_flat = all(isinstance(one, str | int | float | bool) or one is None for one in value.values())
    if not is_flat or len(json.dumps(value, ensure_ascii=False).encode("utf-8", "replace")) > MOST_METADATA_BYTES:
        raise InvalidInput("This must be a flat object of at most 4 kB.", field=("metadata",), code="metadata_invalid")
    return value


def wanted_of(body: PhoneCallRequest, org_id: OrgId) -> PlaceCall:
    """The request in the domain's words, its instant apart. Raises InvalidInput."""
    return PlaceCall(
        org_id=org_id,
        callee=body.callee,
        project=body.project_id,
        json_data=data_of(body.json_data),
        timezone=body.timezone,
        metadata=metadata_of(body.metadata),
        version_id=body.config_version_id,
    )


async def placed(deps: ApiDeps, request: PlaceCall, *, scheduled_for: str | None) -> Call:
    """The call, committed and rung for. Raises what `place` raises."""
    if deps.is_draining():
        raise Problem(503, "shutting_down", "The server is shutting down: try again in a moment.", headers={"Retry-After": "5"})
    now = deps.clock.now()
    wanted = await timed(deps, request, scheduled_for=scheduled_for, now=now)
    call = await deps.store.run(lambda tx: place(tx, wanted, files=deps.files, policy=deps.policy, at=now))
    deps.ring()
    return call


async def timed(deps: ApiDeps, request: PlaceCall, *, scheduled_for: str | None, now: datetime) -> PlaceCall:
    """The request with its instant, read in its own or its thread's zone. Raises InvalidInput."""
    if request.timezone is not None:
        schedule.zone(request.timezone)
    zone = request.timezone
    thread_id = request.thread_id
    if scheduled_for is not None and zone is None and thread_id is not None:
        thread = await deps.store.read(lambda tx: tx.thread(request.org_id, thread_id))
        zone = thread.timezone if thread is not None else None
    at = schedule.instant(scheduled_for, timezone=zone, now=now) if scheduled_for is not None else None
    return replace(request, scheduled_for=at)


async def under_way(deps: ApiDeps, call: Call) -> Call:
    """The call once its dial is under way or has failed, at the latest after 5 s; a scheduled one as it is."""
    if call.status is CallStatus.SCHEDULED:
        return call
    until = deps.clock.monotonic() + _WAIT_SECONDS
    dialling_since: float | None = None
    while deps.clock.monotonic() < until:
        call = await _current(deps, call)
        if call.status is not CallStatus.QUEUED or call.stage is Stage.RINGING:
            break
        if call.stage is not Stage.WAITING:
            dialling_since = dialling_since or deps.clock.monotonic()
            if deps.clock.monotonic() - dialling_since > _SETTLE_SECONDS:
                break
        await deps.clock.sleep(_LOOK_SECONDS)
    return call


async def _current(deps: ApiDeps, call: Call) -> Call:
    return await deps.store.read(lambda tx: tx.call_of(call.org_id, call.id)) or call
