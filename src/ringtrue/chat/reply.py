"""Answers a written message: the agent of the conversation's version, without audio, in one transaction."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from ringtrue import ids
from ringtrue.calls import chats
from ringtrue.calls.chats import Answered, Written
from ringtrue.calls.store import Tx
from ringtrue.chat import positions
from ringtrue.chat.dialogue import answer
from ringtrue.conversation.agent import Agent
from ringtrue.domain.messages import Chat, MessageRole, NewMessage
from ringtrue.domain.records import Thread
from ringtrue.errors import InvalidInput

MakeAgent = Callable[[str, str, str | None, datetime], Agent]
"""An agent from a project's YAML, the data its prompts see as JSON text, a zone, and the instant of its day."""


class AgentChats:
    """The `Chats` port over the agents of calls."""

    def __init__(self, make_agent: MakeAgent) -> None:
        self._make_agent = make_agent

    def take(self, tx: Tx, written: Written, *, at: datetime) -> Answered:
        """The answer, kept with the message in this transaction. Raises NotFound, InvalidInput.

        Who writes into one thread at once is answered one after the other: the conversation is locked while this works. A party
        that asks here not to be called is never rung again, as one that asks on a call.
        """
        thread = chats.thread_of(tx, written)
        chat = chats.current(tx, written, thread, at=at)
        turn = answer(self._agent(tx, thread, chat), positions.from_json(chat.state), written.text)
        tx.put_chat(replace(chat, is_over=turn.position.is_over, state=positions.to_json(turn.position)))
        outcome = turn.position.outcome
        if outcome is not None and outcome.opt_out and thread.party is not None:
            tx.suppress(thread.org_id, thread.party, "asked in a chat", at)
        return Answered(
            text=turn.said,
            conversation_id=chat.number,
            user_message_id=_add(tx, chat, "user", turn.heard, at),
            reply_message_id=_add(tx, chat, "assistant", turn.said, at),
        )

    def _agent(self, tx: Tx, thread: Thread, chat: Chat) -> Agent:
        # A thread's data never changes, its zone may: a conversation goes on in the one it began with, on the same day.
        try:
            return self._make_agent(chats.version_of(tx, chat).yaml, thread.json_data, chat.timezone, chat.began_at)
        except InvalidInput as exc:
            raise InvalidInput(
                "The thread was made without data that this project needs: make one whose json_data has it.",
                code="variables_invalid",
                faults=[(("thread_id", *field), sentence) for field, sentence in exc.faults],
            ) from exc


def _add(tx: Tx, chat: Chat, role: MessageRole, content: str, at: datetime) -> str:
    message_id = ids.new_message(at)
    tx.add_message(
        NewMessage(id=message_id, thread_id=chat.thread_id, conversation_id=chat.number, role=role, content=content, at=at)
    )
    return message_id
