"""Admission: overload refuses."""

from __future__ import annotations

import pytest

from ringtrue.worker.admission import Admission


def admission(*, lateness_ms: float = 0.0, backlog_seconds: float = 0.0) -> Admission:
    """Of a worker of three calls."""
    return Admission(most_calls=3, lateness_ms=lambda: lateness_ms, backlog_seconds=lambda: backlog_seconds)


@pytest.mark.parametrize(("calls", "free"), [(0, 3), (2, 1), (3, 0), (4, 0)])
def test_as_many_as_are_not_taken(calls: int, free: int) -> None:
    """Never less than none."""
    desk = admission()
    desk.calls = calls

    assert desk.free() == free


@pytest.mark.parametrize(("lateness_ms", "free"), [(0.0, 3), (60.0, 3), (60.1, 0)])
def test_a_late_media_clock_takes_no_call(lateness_ms: float, free: int) -> None:
    """Calls in progress need it first."""
    assert admission(lateness_ms=lateness_ms).free() == free


@pytest.mark.parametrize(("backlog_seconds", "free"), [(0.0, 3), (6.0, 3), (6.1, 0)])
def test_a_voice_that_is_behind_takes_no_call(backlog_seconds: float, free: int) -> None:
    """A new party would wait in silence."""
    assert admission(backlog_seconds=backlog_seconds).free() == free


def test_a_draining_worker_takes_no_call() -> None:
    """It is about to stop."""
    desk = admission()
    desk.is_draining = True

    assert desk.free() == 0
