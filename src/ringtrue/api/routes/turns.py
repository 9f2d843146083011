"""The turns of a call: `/calls/{id}/turns` and `/calls/{id}/turn-log`."""

from __future__ import annotations

from fastapi import APIRouter, Depends
from fastapi.responses import Response

from ringtrue.api import translate
from ringtrue.api.auth import Admin, Reader
from ringtrue.api.deps import Deps
from ringtrue.api.fields import refusing
from ringtrue.calls import turns
from ringtrue.ids import CallId
from ringtrue.wire.turns import TurnLogShape, TurnsShape

router = APIRouter(tags=["Calls"])


@router.get("/calls/{call_id}/turns", response_model=TurnsShape, dependencies=[Depends(refusing())])
async def get_turns(call_id: str, client: Reader, deps: Deps) -> Response:
    """How long each answer of the agent took and where the time went, by the program and by the recording."""
    report = await deps.store.read(lambda tx: turns.report_of(tx, client.org_id, CallId(call_id)))
    return Response(translate.turns_document(call_id, report), media_type="application/json")


@router.get("/calls/{call_id}/turn-log", response_model=TurnLogShape, dependencies=[Depends(refusing())])
async def get_turn_log(call_id: str, client: Admin, deps: Deps) -> Response:
    """Everything that went into the turn machine and came out of it, as far as it is written; what the transcript masks is
    masked in it. `ringtrue calls replay` runs it again."""
    log = await deps.store.read(lambda tx: turns.log_of(tx, client.org_id, CallId(call_id)))
    return Response(translate.turn_log_document(call_id, log), media_type="application/json")
