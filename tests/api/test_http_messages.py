"""The messages of a thread over HTTP: pages both ways, while a call goes on."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from ringtrue import ids
from ringtrue.calls.store import Tx
from ringtrue.domain.call import Call
from ringtrue.domain.messages import NewMessage
from ringtrue.domain.utterance import Utterance
from ringtrue.testing.clock import START

if TYPE_CHECKING:
    from conftest import Desk

KEYS_IN_ORDER = ["message_id", "role", "message", "conversation_id", "timestamp", "extras"]


def say(
    desk: Desk, call: Call, index: int, content: str, *, start_ms: int = 0, is_party: bool = False, dtmf: bool = False
) -> None:
    """Let the call's transcript grow."""
    said = Utterance(
        role="user" if is_party else "agent",
        content=content,
        generated=content,
        words=(),
        start_ms=start_ms,
        end_ms=start_ms,
        dtmf=dtmf,
    )
    desk.store.run_now(lambda tx: tx.put_utterance(call.id, index, said))


def write_lines(desk: Desk, thread_id: ids.ThreadId, *texts: str, at: timedelta = timedelta()) -> None:
    """Lines of a chat."""

    def work(tx: Tx) -> None:
        for text in texts:
            tx.add_message(
                NewMessage(
                    id=ids.new_message(START),
                    thread_id=thread_id,
                    conversation_id=7,
                    role="assistant",
                    content=text,
                    at=START + at,
                )
            )

    desk.store.run_now(work)


def page(desk: Desk, thread_id: str, **query: Any) -> tuple[list[str], str | None]:
    """The texts of a page and its cursor."""
    answer = desk.ask("GET", f"/threads/{thread_id}/messages", params=query)
    assert answer.status_code == 200, answer.text
    return [one["message"] for one in answer.json()["messages"]], answer.json()["pagination"]["cursor"]


def test_a_call_and_a_chat_are_one_list(desk: Desk) -> None:
    """Newest first; keys and masked words as the transcript has them; whole seconds since 1970."""
    call = desk.call("ongoing")
    say(desk, call, 0, "Your birth date, please?", start_ms=1400)
    say(desk, call, 1, "[keys ***]", start_ms=5999, is_party=True, dtmf=True)
    write_lines(desk, call.thread_id, "Written", at=timedelta(seconds=60))

    answer = desk.ask("GET", f"/threads/{call.thread_id}/messages").json()
    written, keys, question = answer["messages"]

    start = int(START.timestamp())
    assert [list(one) for one in answer["messages"]] == [KEYS_IN_ORDER] * 3
    assert (written["message"], written["extras"], written["timestamp"]) == ("Written", {"call_id": None}, start + 60)
    assert keys == {
        "message_id": keys["message_id"],
        "role": "user",
        "message": "[keys ***]",
        "conversation_id": call.conversation_id,
        "timestamp": start + 5,
        "extras": {"call_id": call.id},
    }
    assert (question["role"], question["timestamp"]) == ("assistant", start + 1)
    assert all(one["message_id"].startswith("msg_") for one in answer["messages"])
    assert answer == desk.ask("GET", f"/threads/{call.thread_id}/messages").json()


def test_the_latest_twenty_come_without_a_cursor(desk: Desk) -> None:
    """And the rest on the pages behind it, each message once."""
    thread_id = desk.thread()
    write_lines(desk, thread_id, *map(str, range(45)))

    pages, cursor = [], None
    while not pages or cursor is not None:
        texts, cursor = page(desk, thread_id, **({} if cursor is None else {"cursor": cursor}))
        pages.append(texts)

    assert [len(one) for one in pages] == [20, 20, 5]
    assert [text for one in pages for text in one] == [str(number) for number in reversed(range(45))]


def test_pages_walk_back_to_what_is_newer(desk: Desk) -> None:
    """Newest first on each page; what is added meanwhile is met at the end and nothing twice."""
    thread_id = desk.thread()
    write_lines(desk, thread_id, *map(str, range(10)))
    _, first = page(desk, thread_id, limit=5)
    _, cursor = page(desk, thread_id, limit=3, cursor=first)
    write_lines(desk, thread_id, "10", "11")

    seen: list[list[str]] = []
    while cursor is not None:
        texts, cursor = page(desk, thread_id, limit=4, cursor=cursor, reverse=True)
        seen.append(texts)

    assert seen == [["6", "5", "4", "3"], ["10", "9", "8", "7"], ["11"]]


def test_what_a_call_goes_on_to_say_follows(desk: Desk) -> None:
    """From its first word on, growing as in the transcript; never twice."""
    call = desk.call("ongoing")
    say(desk, call, 0, "Am I")
    live, _ = page(desk, call.thread_id)
    say(desk, call, 0, "Am I speaking with Anna?")
    say(desk, call, 1, "Yes.", start_ms=2500, is_party=True)

    later, _ = page(desk, call.thread_id)

    assert (live, later) == (["Am I"], ["Yes.", "Am I speaking with Anna?"])


def test_a_newer_page_without_a_cursor_is_the_latest(desk: Desk) -> None:
    """There is nothing that it could be newer than."""
    thread_id = desk.thread()
    write_lines(desk, thread_id, *"abc")

    assert page(desk, thread_id, reverse=True, limit=2) == page(desk, thread_id, limit=2)


@pytest.mark.parametrize("of", ["nothing", "another thread", "another list"])
def test_a_cursor_of_something_else_is_refused(desk: Desk, of: str) -> None:
    """A place means nothing elsewhere."""
    thread_id, other = desk.thread(), desk.ask("POST", "/threads").json()["thread_id"]
    write_lines(desk, other, *"abc")
    desk.ask("POST", "/threads")
    cursors = {
        "nothing": "x",
        "another thread": page(desk, other, limit=1)[1],
        "another list": desk.ask("GET", "/threads", params={"limit": 1}).json()["pagination"]["cursor"],
    }
    assert cursors[of] is not None

    answer = desk.ask("GET", f"/threads/{thread_id}/messages", params={"cursor": cursors[of]})

    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, "cursor_invalid")


def test_a_strangers_thread_is_as_unknown_as_none(desk: Desk) -> None:
    """Byte for byte."""
    strange = desk.thread(office=desk.stranger)
    headers = {"X-Request-Id": "same"}

    answers = [desk.ask("GET", f"/threads/{id_}/messages", headers=headers) for id_ in (strange, "thread_none")]

    assert [one.status_code for one in answers] == [404, 404]
    assert answers[0].content == answers[1].content
