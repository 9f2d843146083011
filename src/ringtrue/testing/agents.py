"""What an agent of a test need not write itself: all of the port but its replies."""

from __future__ import annotations

from collections.abc import Sequence

from ringtrue.conversation.agent import Act, Input, Outcome, Say, State
from ringtrue.conversation.speech import Reading


class PlainAgent:
    """Takes the likeliest reading, waits for no more than was said, foresees nothing and claims nothing."""

    def reply(self, state: State | None, heard: Input) -> Sequence[Act]:
        """The acts that follow; see `ringtrue.conversation.agent.Agent`."""
        raise NotImplementedError

    def is_whole(self, state: State | None, text: str) -> bool:
        """Whatever was said."""
        return True

    def preferred(self, state: State | None, readings: Sequence[Reading]) -> int:
        """The first."""
        return 0

    def foreseen(self, state: State | None) -> Sequence[Say]:
        """Nothing."""
        return ()

    def outcome(self, state: State | None) -> Outcome | None:
        """Nothing."""
        return None
