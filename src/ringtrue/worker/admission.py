"""Admission: how many more calls this worker may take. Overload refuses; it never degrades a call in progress."""

from __future__ import annotations

from collections.abc import Callable

# A block later than this empties a phone's jitter buffer (60 ms is the usual minimum of fixed ones).
_LATEST_TICK_MS = 60.0
# Two clauses of speech behind: a new caller would wait longer than people do before they say "hello?".
_MOST_VOICE_BACKLOG_SECONDS = 6.0
# Ears give up at 2 s behind; a call more must not push those in progress there.
_MOST_HEARING_BACKLOG_SECONDS = 1.0


class Admission:
    """Counts the calls of this worker and looks at the media clock and at what waits to be spoken and to be written down."""

    def __init__(
        self,
        *,
        most_calls: int,
        lateness_ms: Callable[[], float],
        voice_backlog_seconds: Callable[[], float],
        hearing_backlog_seconds: Callable[[], float],
        hearing_room: Callable[[], int],
    ) -> None:
        self._most_calls = most_calls
        self._lateness_ms = lateness_ms
        self._voice_backlog_seconds = voice_backlog_seconds
        self._hearing_backlog_seconds = hearing_backlog_seconds
        self._hearing_room = hearing_room
        self.calls = 0
        self.is_draining = False

    def free(self) -> int:
        """How many more calls may be taken now."""
        if self.is_draining or self._is_behind():
            return 0
        return max(0, min(self._most_calls, self._hearing_room()) - self.calls)

    def _is_behind(self) -> bool:
        return (
            self._lateness_ms() > _LATEST_TICK_MS
            or self._voice_backlog_seconds() > _MOST_VOICE_BACKLOG_SECONDS
            or self._hearing_backlog_seconds() > _MOST_HEARING_BACKLOG_SECONDS
        )
