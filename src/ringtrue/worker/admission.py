"""Admission: how many more calls this worker may take. Overload refuses; it never degrades a call in progress."""

from __future__ import annotations

from collections.abc import Callable

# A block later than this empties a phone's jitter buffer (60 ms is the usual minimum of fixed ones).
_LATEST_TICK_MS = 60.0
# Two clauses of speech behind: a new caller would wait longer than people do before they say "hello?".
_MOST_BACKLOG_SECONDS = 6.0


class Admission:
    """Counts the calls of this worker and looks at the media clock and the speech backlog."""

    def __init__(self, *, most_calls: int, lateness_ms: Callable[[], float], backlog_seconds: Callable[[], float]) -> None:
        self._most_calls = most_calls
        self._lateness_ms = lateness_ms
        self._backlog_seconds = backlog_seconds
        self.calls = 0
        self.is_draining = False

    def free(self) -> int:
        """How many more calls may be taken now."""
        if self.is_draining or self._lateness_ms() > _LATEST_TICK_MS or self._backlog_seconds() > _MOST_BACKLOG_SECONDS:
            return 0
        return max(0, self._most_calls - self.calls)
