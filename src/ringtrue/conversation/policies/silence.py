"""Silence: how long nobody spoke or pressed a key while an answer was expected.

It counts only while the agent has finished speaking and the party does not hold the line; each new prompt begins a new
stretch, and anything heard sets the count back.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(kw_only=True, slots=True)
class SilenceWatch:
    """The stretch of silence that is running, and how many were complete in a row."""

    since: int | None = None
    count: int = 0

    def quiet(self, at: int, *, limit_samples: int) -> int | None:
        """Note that all is quiet at `at`; the count when the limit was reached with it."""
        if self.since is None:
            self.since = at
            return None
        if at - self.since < limit_samples:
            return None
        self.since = None
        self.count += 1
        return self.count

    def disturbed(self) -> None:
        """Somebody speaks, or the party holds the line: the stretch begins anew."""
        self.since = None

    def heard(self) -> None:
        """The party gave a sign: the count begins anew too."""
        self.since = None
        self.count = 0
