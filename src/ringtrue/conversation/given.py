"""The words last given to the agent. Who goes on before anything of the reply was heard ("yes ... no wait, no") has not answered
twice: the agent is given the whole anew, from where it stood before."""

from __future__ import annotations

from dataclasses import dataclass

from ringtrue.conversation import agent
from ringtrue.conversation.policies.barge_in import is_backchannel
from ringtrue.conversation.transcript import AgentUtterance
from ringtrue.conversation.turns import Line, WordsHeard


@dataclass(kw_only=True, slots=True)
class Given:
    """See the module. `is_going_on`: the stretch of voice that is open goes on with them."""

    words: agent.Words | None = None
    is_going_on: bool = False

    def voice(self, began: int, reply: AgentUtterance | None, line: Line) -> None:
        """The party's voice began at `began`, when `reply` was what the agent had to say."""
        is_unheard = reply is not None and (not reply.has_begun(line) or (reply.began_at or 0) > began)
        self.is_going_on = self.words is not None and is_unheard

    def whole(self, words: WordsHeard) -> agent.Words | None:
        """Both stretches as one; None where these words are no part of an answer."""
        if not self.is_going_on or self.words is None or is_backchannel(words.text):
            return None
        return agent.Words(text=f"{self.words.text} {words.text}", confidence=min(self.words.confidence, words.confidence))
