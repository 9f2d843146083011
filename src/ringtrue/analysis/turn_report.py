"""The turns of a call that is over: what its log says of each answer's time, beside what its recording says."""

from __future__ import annotations

import json
from collections.abc import Mapping
from itertools import zip_longest
from pathlib import Path

from ringtrue.audio import turn_gaps
from ringtrue.conversation.latency import TurnTimes, turn_times
from ringtrue.conversation.turn_log import parse

Document = Mapping[str, object]


def turn_report(log: str, recording: Path | None) -> str:
    """The report as JSON text. `log` is "" where none was kept; without a recording only the log speaks.

    Raises TurnLogInvalid, and OSError or ValueError where the recording cannot be read.
    """
    if not log:
        return written([], status="none")
    kept = parse(log)
    sides = turn_gaps.sides(recording) if recording is not None else None
    times = turn_times(kept.fed, rate_hz=kept.rate_hz)
    nexts = [one.decided_ms for one in times[1:]]
    turns = [_turn(one, sides, until_ms) for one, until_ms in zip_longest(times, nexts)]
    return written(turns, status="cut" if kept.is_cut else "complete")


def written(turns: list[Document], *, status: str) -> str:
    """A report of these turns."""
    return json.dumps({"status": status, "turns": turns}, separators=(",", ":"))


def _turn(one: TurnTimes, sides: turn_gaps.Sides | None, until_ms: int | None) -> Document:
    return {
        "by": one.by,
        "ended_ms": one.ended_ms,
        "transcribed_ms": one.transcribed_ms,
        "decided_ms": one.decided_ms,
        "replied_ms": one.replied_ms,
        "produced_ms": one.produced_ms,
        "sent_ms": one.sent_ms,
        "stages": {
            "recognition_ms": one.recognition_ms,
            "end_of_turn_ms": one.end_of_turn_ms,
            "reply_ms": one.reply_ms,
            "synthesis_ms": one.synthesis_ms,
            "sending_ms": one.sending_ms,
        },
        "gap_ms": one.gap_ms,
        "recorded": _recorded(one, sides, until_ms),
    }


def _recorded(one: TurnTimes, sides: turn_gaps.Sides | None, until_ms: int | None) -> Document | None:
    """What the recording says; keys make no sound on it. What begins behind `until_ms`, the next decision, answers that turn."""
    if sides is None or one.by == "keys" or one.sent_ms is None:
        return None
    gap = turn_gaps.answer_gap(sides, ended_ms=one.ended_ms, sent_ms=one.sent_ms, until_ms=until_ms)
    return None if gap is None else {"ended_ms": gap.ended_ms, "began_ms": gap.began_ms, "gap_ms": gap.ms}
