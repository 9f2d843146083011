"""The times of a call's turns as a table of plain text: a pipe gets it whole."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_HEADS = ("turn", "ended", "by", "words", "turn over", "reply", "voice", "sent", "gap", "recorded")
_STAGES = ("recognition_ms", "end_of_turn_ms", "reply_ms", "synthesis_ms", "sending_ms")
_NOTHING = {
    "pending": "The turns are measured when the call is over.",
    "failed": "The turns of this call could not be measured; the log of the server says why.",
    "none": "There was no conversation.",
}


def table(document: Mapping[str, Any]) -> str:
    """One line a turn; everything but where it ended in milliseconds."""
    turns = document["turns"]
    if not turns:
        return _NOTHING.get(document["status"], "The party took no turn.")
    rows = [_HEADS, *(_row(number, turn) for number, turn in enumerate(turns, start=1))]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEADS))]
    lines = ["  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True)) for row in rows]
    if document["status"] == "cut":
        lines.append("The log grew too long: later turns were not measured.")
    return "\n".join(lines)


def _row(number: int, turn: Mapping[str, Any]) -> tuple[str, ...]:
    recorded = turn["recorded"]
    stages = (_cell(turn["stages"][stage]) for stage in _STAGES)
    gaps = (_cell(turn["gap_ms"]), _cell(recorded["gap_ms"] if recorded is not None else None))
    return (str(number), f"{turn['ended_ms'] / 1000:.2f} s", turn["by"], *stages, *gaps)


def _cell(ms: int | None) -> str:
    return "-" if ms is None else str(ms)
