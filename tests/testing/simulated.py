"""Calls of simulated callers as the tests judge them: records, turns, personas and results."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ringtrue.testing.simulation.judging import Expectation
from ringtrue.testing.simulation.persona_files import CallerFile
from ringtrue.testing.simulation.result import RunResult, result_of
from ringtrue.testing.simulation.runs import planned

MOVED = Expectation(
    fields={"outcome": "moved", "new_time": "2027-03-05T09:00"},
    reasons=["agent_hangup"],
    accept=[{"outcome": "callback"}],
)


def record(
    fields: Mapping[str, Any] | None,
    *,
    reason: str = "agent_hangup",
    status: str = "ended",
    successful: bool = True,
    **analysis: Any,
) -> dict[str, Any]:
    """A terminal record, as much of it as is judged; without fields nobody answered."""
    said = {"status": "complete", "custom_analysis_data": fields, "call_successful": successful, **analysis}
    return {
        "id": "call_1",
        "status": status,
        "disconnection_reason": reason,
        "duration_ms": 2500,
        "call_analysis": None if fields is None else said,
    }


def turn(gap_ms: int | None, recorded_ms: int | None = None, by: str = "words") -> dict[str, Any]:
    """A turn as the API gives it."""
    waited = gap_ms or 0
    stages = {
        "recognition_ms": waited // 2 if by == "words" else None,
        "end_of_turn_ms": waited * 3 // 4,
        "reply_ms": 0,
        "synthesis_ms": waited // 4,
        "sending_ms": None if gap_ms is None else 0,
    }
    return {"by": by, "gap_ms": gap_ms, "recorded": None if recorded_ms is None else {"gap_ms": recorded_ms}, "stages": stages}


def caller(name: str, expected: Expectation = MOVED) -> CallerFile:
    """A persona."""
    return CallerFile(name=name, path=Path(f"{name}.yaml"), plays="silent", expected=expected)


def result(name: str, seed: int, said: Mapping[str, Any], turns: Sequence[Mapping[str, Any]] = ()) -> RunResult:
    """A call that is over."""
    (run,) = planned([caller(name)], runs=1, seed=seed, country="US")
    return result_of(run, said, turns)


RIGHT = record({"outcome": "moved", "new_time": "2027-03-05T09:00"})
WRONG = record({"outcome": "kept", "new_time": None})
OPEN = record({"outcome": None, "new_time": None}, reason="inactivity", successful=False)
