"""The reference library that verifies signatures, on the tests' own clock."""

from __future__ import annotations

from datetime import datetime, tzinfo

import pytest
import standardwebhooks.webhooks as reference

from ringtrue.testing.clock import LoopClock


@pytest.fixture
def _library_on_our_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """The reference library compares the time of a try with its own: here with the virtual one."""

    class Now(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
            return LoopClock().now()

    monkeypatch.setattr(reference, "datetime", Now)
