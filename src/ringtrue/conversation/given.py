"""The words last given to the agent. Who goes on before anything of the reply was heard ("yes ... no wait, no") has not answered
twice: the agent is given the whole anew, from where it stood before.

Until the reply is heard the ear is not told that the words were taken, so that it writes down the whole as one: what begins
with a lone word is understood better with the rest of it.
"""

from __future__ import annotations

from dataclasses import dataclass

from ringtrue.conversation import agent
from ringtrue.conversation.leg import Position
from ringtrue.conversation.policies.barge_in import is_backchannel
from ringtrue.conversation.transcript import AgentUtterance
from ringtrue.conversation.turns import Line, Settle, WordsHeard


@dataclass(kw_only=True, slots=True)
class Given:
    """See the module. `index` is their place in the transcript; `is_going_on`: the stretch of voice that is open goes on with
    them."""

    words: agent.Words | None = None
    index: int = 0
    is_going_on: bool = False
    _taken_at: Position | None = None

    def give(self, words: agent.Words, index: int, at: Position) -> None:
        """The agent gets these."""
        self.words, self.index, self._taken_at, self.is_going_on = words, index, at, False

    def forget(self) -> None:
        """The agent got something else: they stand."""
        self.words, self.is_going_on = None, False

    def voice(self, began: int, reply: AgentUtterance | None, line: Line) -> None:
        """The party's voice began at `began`, when `reply` was what the agent had to say."""
        is_unheard = reply is not None and (not reply.has_begun(line) or (reply.began_at or 0) > began)
        self.is_going_on = self.words is not None and is_unheard

    def whole(self, words: WordsHeard) -> agent.Words | None:
        """Both stretches as one; None where these words are no part of an answer."""
        if not self.is_going_on or self.words is None:
            return None
        if self._taken_at is not None:  # the ear wrote down both
            return agent.Words(text=words.text, confidence=words.confidence)
        if is_backchannel(words.text):
            return None
        return agent.Words(text=f"{self.words.text} {words.text}", confidence=min(self.words.confidence, words.confidence))

    def place(self, index: int) -> int:
        """Where in the transcript the open stretch stands: with the words that it goes on, when the ear writes down both."""
        return self.index if self.is_going_on and self._taken_at is not None else index

    def settled(self, reply: AgentUtterance | None, line: Line, *, is_open: bool) -> list[Settle]:
        """What the ear is to be told once the reply is heard. `is_open`: the party speaks."""
        if self._taken_at is None or is_open or (reply is not None and not reply.has_begun(line)):
            return []
        at, self._taken_at = self._taken_at, None
        return [Settle(at=at)]
