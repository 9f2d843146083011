"""Whether the server lives and is ready."""

from __future__ import annotations

from fastapi import APIRouter

from ringtrue.api.deps import Deps
from ringtrue.api.problems import Problem

router = APIRouter(tags=["Health"])


@router.get("/livez")
async def livez() -> dict[str, str]:
    """The process answers."""
    return {"status": "ok"}


@router.get("/readyz")
async def readyz(deps: Deps) -> dict[str, str]:
    """Calls can be placed and answered."""
    if not deps.is_ready():
        raise Problem(503, "not_ready", "The media process is not ready, or the server is shutting down.")
    await deps.store.answers()
    return {"status": "ok"}
