"""Both clients against the server's chat, messages and tokens of threads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from ringtrue.client import Client, NotFound, PermissionDenied
from ringtrue.client.models.threads import ChatReply, ChatToken
from ringtrue.testing.office import ANNA, placed

from .test_client_server import CutOnce

if TYPE_CHECKING:
    from conftest import Runner, Site


@pytest.fixture
def thread_id(run_here: Runner) -> str:
    """A thread of the example's project, which has what its prompts need."""
    made: str = run_here(lambda api: api.threads.create(project_name="appointment", json_data=ANNA)).thread_id
    return made


def test_a_message_is_answered(run_here: Runner, thread_id: str) -> None:
    """Whole, and the thread has both, the newest first."""
    reply = run_here(lambda api: api.chat.send(thread_id, "Hello", project="appointment"))
    messages = run_here(lambda api: api.threads.messages(thread_id))

    assert [(one.role, one.message) for one in messages[:2]] == [("assistant", reply.message), ("user", "Hello")]
    assert [one.message_id for one in messages[:2]] == [reply.extras.reply_message_id, reply.extras.user_message_id]
    assert {one.conversation_id for one in messages} == {reply.extras.conversation_id}


def test_a_reply_is_streamed(run_here: Runner, thread_id: str) -> None:
    """Its pieces are the whole."""
    *tokens, reply = run_here(lambda api: api.chat.stream(thread_id, "Hello", project="appointment"))

    assert isinstance(reply, ChatReply)
    assert all(isinstance(token, ChatToken) for token in tokens)
    assert [token.index for token in tokens] == list(range(len(tokens)))
    assert "".join(token.token for token in tokens) == reply.message


@pytest.mark.parametrize("is_streamed", [False, True])
def test_a_lost_answer_is_not_written_twice(site: Site, is_streamed: bool) -> None:
    """The message stands once in the thread, and the answer is the first one."""
    with Client(site.url, "rt_right", transport=CutOnce(), sleep=lambda _: None) as lossy, Client(site.url, "rt_right") as client:
        thread_id = client.threads.create(project_name="appointment", json_data=ANNA).thread_id
        reply: Any = list(lossy.chat.stream(thread_id, "Hello"))[-1] if is_streamed else lossy.chat.send(thread_id, "Hello")

        messages = list(client.threads.messages(thread_id))
    assert [one.message for one in messages].count("Hello") == 1
    assert reply.extras.reply_message_id in [one.message_id for one in messages]


def test_many_messages_are_read_in_pages(run_here: Runner, thread_id: str) -> None:
    """Each once; a limit is kept."""
    for number in range(4):
        run_here(lambda api, number=number: api.chat.send(thread_id, f"Message {number}"))  # type: ignore[misc]

    whole = run_here(lambda api: api.threads.messages(thread_id))

    assert len({one.message_id for one in whole}) == len(whole) >= 8
    assert run_here(lambda api: api.threads.messages(thread_id, limit=3)) == whole[:3]


def test_a_token_opens_its_thread_alone(run_here: Runner, site: Site, thread_id: str) -> None:
    """With it the client reads and writes there, and nowhere else."""
    token = run_here(lambda api: api.threads.token(thread_id, expires_in=600))
    call = site.store.run_now(lambda tx: placed(tx, site.office))

    reply = run_here(lambda api: api.chat.send(thread_id, "Hello"), api_key=token.access_token)

    assert token.expires_at
    assert reply.message in [
        one.message for one in run_here(lambda api: api.threads.messages(thread_id), api_key=token.access_token)
    ]
    with pytest.raises(NotFound):
        run_here(lambda api: api.threads.messages(call.thread_id), api_key=token.access_token)
    with pytest.raises(PermissionDenied):
        run_here(lambda api: api.projects.list(), api_key=token.access_token)


def test_a_thread_that_is_not_there_is_not_found(run_here: Runner) -> None:
    """Streamed or not."""
    for operation in ("send", "stream"):
        with pytest.raises(NotFound):
            run_here(lambda api, operation=operation: getattr(api.chat, operation)("thread_0", "Hello"))  # type: ignore[misc]
