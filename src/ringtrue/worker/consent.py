"""Recording by consent: what a tap is given, by the project's `recording` setting."""

from __future__ import annotations

from ringtrue.conversation.leg import Pcm, Position, Tap


class ConsentTap:
    """Passes on only what sounds after the party consented: it heard the disclosure and went on to answer.

    What came before stays silent in the recording, so that its positions remain those of the call.
    """

    def __init__(self, tap: Tap) -> None:
        self._tap = tap
        self.since: Position | None = None

    def consented(self, at: Position) -> None:
        """The party consented; only the first time counts."""
        if self.since is None:
            self.since = at

    def sent(self, at: Position, pcm: Pcm) -> None:
        """One block of the agent channel."""
        if self.since is not None and at >= self.since:
            self._tap.sent(at, pcm)

    def heard(self, at: Position, pcm: Pcm) -> None:
        """One packet of the caller channel."""
        if self.since is not None and at >= self.since:
            self._tap.heard(at, pcm)
