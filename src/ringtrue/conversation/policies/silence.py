"""Silence: how long nobody spoke or pressed a key while an answer was expected.

It counts only while the agent has finished speaking and the party does not hold the line; each new prompt begins a new
stretch, and an answer sets the count back. Two prompts at most, and within four limits in all, the prompts included
(project.md): the last stretch is shortened, a prompt that would not fit is left out, and one that overruns is cut. Words that
answer nothing ("okay") only begin these limits anew: who listens hears the prompts out, but is not prompted for ever. Words that
may have been meant for an answer set the count back too, `MOST_TRIES` times. Whoever
said what may have been a "no" into the end of the question believes to have answered: they are prompted after `EARLY_ANSWER_MS`.
"""

from __future__ import annotations

from dataclasses import dataclass

LAST = 3
MOST_TRIES = 3
EARLY_ANSWER_MS = 1500  # longer than people pause before they say it again (see policies.end_of_turn)
_HANG_UP_MS = 500  # from the decision to end for silence to BYE: the wait after the last word and two ticks of the line
_LIMITS_IN_ALL = 4


def patience(limit_ms: int, *, ms: int) -> dict[str, int]:
    """What `SilenceWatch` goes by, in samples; `ms` makes samples of milliseconds."""
    return {"limit": limit_ms * ms, "reserve": _HANG_UP_MS * ms}


@dataclass(kw_only=True, slots=True)
class SilenceWatch:
    """The stretch of silence that is running, and how many were complete in a row. All in samples."""

    count: int = 0
    _since: int | None = None
    _first: int | None = None
    _prompted_at: int | None = None
    _prompt: int = 0
    _early: int | None = None
    _tries: int = 0

    def quiet(self, at: int, *, limit: int, reserve: int) -> int | None:
        """Note that all is quiet at `at`; the count when a limit was reached with it. `reserve` is kept for hanging up."""
        if self._since is None:
            self._since = at
            self._first = at if self._first is None else self._first
            self._prompt = 0 if self._prompted_at is None else at - self._prompted_at
        if self.is_spent(at, limit=limit, reserve=reserve):
            return self.spend()
        if at - self._since < (limit if self._early is None else min(self._early, limit)):
            return None
        if self._left(at, limit, reserve) < self._prompt:
            return self.spend()
        self._since = self._early = None
        self._prompted_at = at
        self.count += 1
        return self.count

    def is_spent(self, at: int, *, limit: int, reserve: int) -> bool:
        """Whether the time for all prompts and stretches is over, whoever speaks."""
        return self._first is not None and self._left(at, limit, reserve) <= 0

    def spend(self) -> int:
        """The last count, whatever came before."""
        self.heard()
        self.count = LAST
        return LAST

    def disturbed(self) -> None:
        """The agent speaks: the stretch begins anew."""
        self._since = None

    def held(self) -> None:
        """The party holds the line, or gave a sign of listening: nothing of the time until now counts."""
        self._since = self._first = self._prompted_at = None

    def heard(self) -> None:
        """The party answered: the count begins anew too."""
        self.held()
        self.count, self._early, self._tries = 0, None, 0

    def tried(self, limit: int | None) -> None:
        """The party may believe to have answered; with `limit` the next prompt comes after that much quiet."""
        if self._tries < MOST_TRIES:
            self._tries += 1
            self.count = 0
        self._early = limit

    def _left(self, at: int, limit: int, reserve: int) -> int:
        first = at if self._first is None else self._first
        return first + _LIMITS_IN_ALL * limit - reserve - at
