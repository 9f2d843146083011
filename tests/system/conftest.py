"""Real peers in real time: run alone, one after the other."""

from __future__ import annotations

import pytest


@pytest.fixture
def anyio_backend() -> tuple[str, dict[str, bool]]:
    """Tests run on the loop that the media process runs on."""
    return "asyncio", {"use_uvloop": True}
