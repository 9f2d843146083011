"""Admission: overload refuses."""

from __future__ import annotations

import pytest

from ringtrue.worker.admission import Admission


def admission(*, lateness_ms: float = 0.0, voice: float = 0.0, hearing: float = 0.0, room: int = 9) -> Admission:
    """Of a worker of three calls; `voice` and `hearing` are seconds behind."""
    return Admission(
        most_calls=3,
        lateness_ms=lambda: lateness_ms,
        voice_backlog_seconds=lambda: voice,
        hearing_backlog_seconds=lambda: hearing,
        hearing_room=lambda: room,
    )


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
    assert admission(voice=backlog_seconds).free() == free


@pytest.mark.parametrize(("backlog_seconds", "free"), [(0.0, 3), (1.0, 3), (1.1, 0)])
def test_ears_that_are_behind_take_no_call(backlog_seconds: float, free: int) -> None:
    """Those in progress would fall behind further, and end."""
    assert admission(hearing=backlog_seconds).free() == free


def test_no_more_are_taken_than_can_be_heard() -> None:
    """Whatever the number of calls may be."""
    assert admission(room=2).free() == 2


def test_a_draining_worker_takes_no_call() -> None:
    """It is about to stop."""
    desk = admission()
    desk.is_draining = True

    assert desk.free() == 0
