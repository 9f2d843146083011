"""Follow a call as it happens: what is said appears line by line, until the record is complete."""

from __future__ import annotations

import time
from typing import Any

from ringtrue.cli import output
from ringtrue.client import RingtrueClient

_LOOK_SECONDS = 0.2
_COMPLETE_SECONDS = 15.0
_COLOURS = {"agent": "cyan", "user": "green"}


def watch_call(client: RingtrueClient, call_id: str, *, quiet: bool = False) -> dict[str, Any]:
    """The record once the call is over and its recording and analysis are done."""
    shown = _Shown(quiet=quiet)
    over_since: float | None = None
    while True:
        record = client.call(call_id)
        shown.update(record)
        if record["status"] in ("ended", "error"):
            over_since = over_since or time.monotonic()
            if _is_complete(record) or time.monotonic() - over_since > _COMPLETE_SECONDS:
                return record
        time.sleep(_LOOK_SECONDS)


def _is_complete(record: dict[str, Any]) -> bool:
    analysis = record["call_analysis"]
    return record["recording"]["status"] != "pending" and (analysis is None or analysis["status"] != "pending")


class _Shown:
    """What was printed already."""

    def __init__(self, *, quiet: bool) -> None:
        self._quiet = quiet
        self._status: str | None = None
        self._lines: dict[int, str] = {}

    def update(self, record: dict[str, Any]) -> None:
        """Print what is new."""
        if self._quiet:
            return
        if record["status"] != self._status:
            self._status = record["status"]
            reason = f" ({record['disconnection_reason']})" if record["disconnection_reason"] else ""
            output.console.print(f"[dim]-- {self._status}{reason}[/dim]", highlight=False)
        said = record["transcript_object"] or []
        for index, utterance in enumerate(said):
            is_last = index == len(said) - 1 and record["status"] == "ongoing"
            if utterance["content"] and index not in self._lines and not is_last:
                self._lines[index] = utterance["content"]
                self._say(utterance)

    def _say(self, utterance: dict[str, Any]) -> None:
        role = utterance["role"]
        colour = _COLOURS.get(role, "white")
        output.console.print(f"{utterance['start']:7.2f}  ", end="", style="dim", highlight=False)
        output.console.print(f"{role.capitalize()}: ", end="", style=f"bold {colour}", highlight=False)
        output.console.print(utterance["content"], markup=False, highlight=False)
