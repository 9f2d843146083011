"""Chat with an agent in a thread."""

from __future__ import annotations

from collections.abc import Iterator

from ringtrue.client import answers, requests
from ringtrue.client.chat_lines import body, part
from ringtrue.client.errors import ConnectionFailed
from ringtrue.client.models.threads import ChatReply, ChatToken
from ringtrue.client.synchronous.connection import Connection


class Chat:
    """`client.chat`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def send(
        self,
        thread_id: str,
        message: str,
        *,
        project: str | None = None,
        config_version_id: str | None = None,
        start_new_conversation: bool = False,
        idempotency_key: str | None = None,
    ) -> ChatReply:
        """Say something to the agent of the project of that name; its whole reply."""
        said = body(
            thread_id,
            message,
            project=project,
            config_version_id=config_version_id,
            start_new_conversation=start_new_conversation,
            streaming=False,
        )
        return self._connection.ask(requests.post("/chat", said, idempotency_key=idempotency_key), ChatReply)

    def stream(
        self,
        thread_id: str,
        message: str,
        *,
        project: str | None = None,
        config_version_id: str | None = None,
        start_new_conversation: bool = False,
        idempotency_key: str | None = None,
    ) -> Iterator[ChatToken | ChatReply]:
        """Say something to the agent: the pieces of its reply as they come, then the whole reply.

        Raises ConnectionFailed when the answer ends before the whole reply came. The server may have it all the same: see the
        thread's messages, or send again under the same idempotency key.
        """
        said = body(
            thread_id,
            message,
            project=project,
            config_version_id=config_version_id,
            start_new_conversation=start_new_conversation,
            streaming=True,
        )
        for line in self._connection.lines(requests.post("/chat", said, idempotency_key=idempotency_key)):
            if not line.strip():
                continue
            found = part(line)
            yield found
            if isinstance(found, ChatReply):
                return
        raise ConnectionFailed(answers.CUT_SHORT)
