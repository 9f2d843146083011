"""Whether the server lives and is ready."""

from __future__ import annotations

from fastapi import APIRouter

from ringtrue.api.deps import Deps
from ringtrue.api.problems import Problem
from ringtrue.api.refusals import refuses

router = APIRouter(tags=["Health"])


@router.get("/livez")
async def check_liveness() -> dict[str, str]:
    """The process answers."""
    return {"status": "ok"}


@router.get("/readyz")
@refuses("not_ready", "store_unavailable")
async def check_readiness(deps: Deps) -> dict[str, str]:
    """Calls can be placed and answered."""
    if not deps.is_ready():
        sentence = "The media process is not ready, or the server is shutting down: try again in a moment."
        raise Problem(503, "not_ready", sentence, headers={"Retry-After": "1"})
    await deps.store.answers()
    return {"status": "ok"}
