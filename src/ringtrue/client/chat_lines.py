"""What goes out and comes back in a chat, the same for both clients."""

from __future__ import annotations

from ringtrue.client import answers
from ringtrue.client.models.threads import ChatReply, ChatToken


def body(
    thread_id: str,
    message: str,
    *,
    project: str | None,
    config_version_id: str | None,
    start_new_conversation: bool,
    streaming: bool,
) -> dict[str, object]:
    """The body of `POST /chat`, which calls the project's name what the vendor calls it."""
    return {
        "thread_id": thread_id,
        "message": message,
        "puppeteer_config_name": project,
        "config_version_id": config_version_id,
        "start_new_conversation": start_new_conversation,
        "streaming": streaming,
    }


def part(line: str) -> ChatToken | ChatReply:
    """One line of a streamed answer: a piece, or the whole reply that closes it. Raises APIError for a problem."""
    if (problem := answers.problem_in(line)) is not None:
        raise problem
    return answers.parsed(line, ChatReply) if answers.has(line, "message") else answers.parsed(line, ChatToken)
