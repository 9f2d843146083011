"""The part of the store port that is about messages and chats."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from ringtrue.domain.messages import Chat, Message, MessagePlace, NewMessage, ThreadUsage
from ringtrue.ids import OrgId, ThreadId


class ChatTx(Protocol):
    """Messages of a thread and where its chats stand.

    An utterance that `put_utterance` writes of an answered call is a message as soon as a word of it was heard.
    """

    def add_message(self, message: NewMessage) -> None:
        """Add a line of a chat behind every message of its thread."""
        ...

    def page_of_messages(
        self,
        org_id: OrgId,
        thread_id: ThreadId,
        *,
        before: MessagePlace | None = None,
        after: MessagePlace | None = None,
        limit: int,
    ) -> Sequence[Message]:
        """The thread's messages, newest first: the last ones, the last ones before a place, or the first ones after one."""
        ...

    def open_chat(self, thread_id: ThreadId) -> Chat | None:
        """The thread's newest chat unless it is over, locked against other writers until the transaction ends."""
        ...

    def put_chat(self, chat: Chat) -> None:
        """Insert it, or replace its state. Its conversation must be there."""
        ...

    def erase_chats(self, thread_id: ThreadId) -> None:
        """Forget what was written in the thread; what was spoken goes with the utterances of its calls."""
        ...

    def usage(self, org_id: OrgId, thread_id: ThreadId) -> ThreadUsage:
        """What the thread used, summed by the store."""
        ...
