"""Follow a call as it happens: what is said appears while it is spoken, until the record is complete."""

from __future__ import annotations

import time

from ringtrue.cli import output
from ringtrue.client import Client
from ringtrue.client.models.calls import Call, Utterance

_LOOK_SECONDS = 0.2
_COMPLETE_SECONDS = 15.0
_COLOURS = {"agent": "cyan", "user": "green"}


def watch_call(client: Client, call_id: str, *, quiet: bool = False) -> Call:
    """The record once the call is over and its recording and analysis are done."""
    shown = _Shown()
    over_since: float | None = None
    began = time.monotonic()
    # What is said is progress enough for whoever reads it on a terminal.
    with output.progress(is_shown=quiet or not output.console.is_terminal) as tell:
        while True:
            record = client.calls.get(call_id)
            tell(f"{record.status}, {time.monotonic() - began:.0f} s")
            if not quiet:
                shown.update(record)
            if record.is_over:
                over_since = over_since or time.monotonic()
                if record.is_complete or time.monotonic() - over_since > _COMPLETE_SECONDS:
                    return record
            time.sleep(_LOOK_SECONDS)


class _Shown:
    """What was printed already. The last utterance's line stays open while it grows; a line that was cut is said anew."""

    def __init__(self) -> None:
        self._status: str | None = None
        self._said: list[str] = []
        self._open: int | None = None

    def update(self, record: Call) -> None:
        """Print what is new."""
        if not record.is_over:
            self._show_status(record)
        for index, utterance in enumerate(record.transcript_object or []):
            if index == len(self._said):
                if not utterance.content:
                    break  # it has begun, but no word of it was heard yet
                self._said.append(utterance.content)
                self._begin(index, utterance)
            elif utterance.content != self._said[index]:
                self._go_on(index, utterance)
        if record.is_over:
            self._show_status(record)

    def _show_status(self, record: Call) -> None:
        if record.status == self._status:
            return
        self._close()
        self._status = record.status
        reason = f" ({record.disconnection_reason})" if record.disconnection_reason else ""
        output.console.print(f"-- {self._status}{reason}", style="dim", highlight=False, markup=False)

    def _begin(self, index: int, utterance: Utterance) -> None:
        self._close()
        role = utterance.role
        colour = _COLOURS.get(role, "white")
        output.console.print(f"{utterance.start or 0.0:7.2f}  ", end="", style="dim", highlight=False)
        output.console.print(f"{role.capitalize()}: ", end="", style=f"bold {colour}", highlight=False)
        self._write(utterance.content)
        self._open = index

    def _go_on(self, index: int, utterance: Utterance) -> None:
        before, content = self._said[index], utterance.content
        self._said[index] = content
        if index == self._open and content.startswith(before):
            self._write(content[len(before) :])
        else:  # a line changed that cannot be gone on with, as keys do that were still being pressed
            self._begin(index, utterance)

    def _write(self, text: str) -> None:
        output.console.print(text, end="", markup=False, highlight=False, soft_wrap=True)

    def _close(self) -> None:
        if self._open is not None:
            output.console.print()
            self._open = None
