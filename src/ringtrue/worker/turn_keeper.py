"""Keeps the turn log of a call while it runs: in pieces of two seconds, so that a crash costs no more than the last one."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ringtrue import logs
from ringtrue.calls.turn_log import packed
from ringtrue.conversation import turn_log
from ringtrue.conversation.turn_codec import TurnLogInvalid
from ringtrue.conversation.turn_masking import Fed, Masking
from ringtrue.conversation.turns import Happened, Line, TurnAct

_log = logs.get(__name__)

_PIECE_SECONDS = 2
_MOST_BYTES = 4 << 20  # compressed; an hour of talk takes about a tenth of it

KeepPiece = Callable[[int, bytes], None]


class TurnKeeper:
    """One call's log. `fed` is what the conversation tells; `keep` is given each piece with its number, in order."""

    def __init__(self, *, rate_hz: int, keep: KeepPiece) -> None:
        self._step = _PIECE_SECONDS * rate_hz
        self._keep = keep
        self._masking = Masking()
        self._lines = [turn_log.head(rate_hz)]
        self._pieces = 0
        self._bytes = 0
        self._due = 0
        self._is_cut = False

    def fed(self, line: Line, happened: Happened, acts: Sequence[TurnAct]) -> None:
        """The machine was fed and returned these acts. What cannot be written ends the log, never the call."""
        if self._is_cut:
            return
        try:
            self._add(self._masking.take(Fed(line=line, happened=happened, acts=tuple(acts))))
        except TurnLogInvalid as exc:
            _log.warning("turn_log.cut", reason=exc.sentence)
            self._cut()
            return
        if int(line.at) >= self._due:
            self._due = int(line.at) + self._step
            self._write()

    def close(self) -> None:
        """The conversation is over."""
        if not self._is_cut:
            self._add(self._masking.rest())
            self._write()

    def _add(self, told: Sequence[Fed]) -> None:
        self._lines += map(turn_log.line, told)

    def _cut(self) -> None:
        self._is_cut = True
        self._lines.append(turn_log.cut())
        self._write()

    def _write(self) -> None:
        if not self._lines:
            return
        piece = packed(self._lines)
        self._keep(self._pieces, piece)
        self._pieces += 1
        self._bytes += len(piece)
        self._lines = []
        if self._bytes >= _MOST_BYTES and not self._is_cut:
            self._cut()
