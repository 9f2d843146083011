"""Chat over HTTP: answered in one transaction, in order, also when it is asked for twice."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from ringtrue.agents.files import example
from ringtrue.api import once as at_api
from ringtrue.ids import ThreadId
from ringtrue.testing.office import ANNA

if TYPE_CHECKING:
    from conftest import Desk

GREETING = "Am I speaking with Anna?"
CONFIRM = "You have an appointment with your doctor on Thursday, March 4 at 10:30 AM. Will you come?"
MOVE = "You would like to move it to another day. Is that right?"
KEY = {"Idempotency-Key": "line-1"}


def write(desk: Desk, thread_id: str, message: str, **options: Any) -> httpx.Response:
    """The answer to one message."""
    headers, key = options.pop("headers", None), options.pop("key", "rt_full")
    return desk.ask("POST", "/chat", json={"thread_id": thread_id, "message": message, **options}, headers=headers, key=key)


def messages(desk: Desk, thread_id: str) -> list[tuple[str, str]]:
    """Who wrote what, oldest first."""
    found = desk.ask("GET", f"/threads/{thread_id}/messages").json()["messages"]
    return [(one["role"], one["message"]) for one in reversed(found)]


def test_a_message_is_answered_and_both_are_kept(desk: Desk, thread: str) -> None:
    """The opening is part of the first answer."""
    answer = write(desk, thread, "yes")

    assert answer.status_code == 200
    assert answer.json() == {
        "message": f"{GREETING} {CONFIRM}",
        "extras": {
            "user_message_id": answer.json()["extras"]["user_message_id"],
            "conversation_id": 1,
            "reply_message_id": answer.json()["extras"]["reply_message_id"],
        },
    }
    listed = desk.ask("GET", f"/threads/{thread}/messages").json()["messages"]
    assert [one["message_id"] for one in listed] == [
        answer.json()["extras"]["reply_message_id"],
        answer.json()["extras"]["user_message_id"],
    ]
    assert {one["conversation_id"] for one in listed} == {1}
    assert {one["timestamp"] for one in listed} == {int(desk.clock.now().timestamp())}
    assert messages(desk, thread) == [("user", "yes"), ("assistant", f"{GREETING} {CONFIRM}")]


def test_a_conversation_goes_on_and_ends_and_another_begins(desk: Desk, thread: str) -> None:
    """When its agent has said goodbye, the next message opens a new one."""
    said = [write(desk, thread, line).json() for line in ("yes", "I will be there", "yes", "yes")]

    assert said[2]["message"] == "Thank you. See you then. Goodbye."
    assert [one["extras"]["conversation_id"] for one in said] == [1, 1, 1, 2]
    assert said[3]["message"] == said[0]["message"]


def test_a_new_conversation_may_be_begun(desk: Desk, thread: str) -> None:
    """The old one is left where it was."""
    write(desk, thread, "yes")

    answer = write(desk, thread, "yes", start_new_conversation=True).json()

    assert (answer["message"], answer["extras"]["conversation_id"]) == (f"{GREETING} {CONFIRM}", 2)
    assert write(desk, thread, "another day").json()["extras"]["conversation_id"] == 2


def test_a_call_and_a_chat_count_in_one_row(desk: Desk) -> None:
    """A thread's conversations have one numbering."""
    call = desk.call("ended")

    answer = write(desk, call.thread_id, "yes", project_name="appointment").json()

    assert (call.conversation_id, answer["extras"]["conversation_id"]) == (1, 2)


@pytest.mark.parametrize("field", ["puppeteer_config_name", "project_name"])
def test_the_project_is_named(desk: Desk, field: str) -> None:
    """Where the thread has none; from then on it is the conversation's."""
    thread_id = desk.ask("POST", "/threads", json={"json_data": json.dumps(dict(ANNA))}).json()["thread_id"]
    unknown, none = write(desk, thread_id, "yes", **{field: "nope"}), write(desk, thread_id, "yes")

    named = write(desk, thread_id, "yes", **{field: "appointment"})

    assert [one.json()["errors"][0]["code"] for one in (unknown, none)] == ["project_unknown", "project_required"]
    assert (named.status_code, write(desk, thread_id, "another day").json()["message"]) == (200, MOVE)


def test_another_project_begins_another_conversation(desk: Desk, thread: str) -> None:
    """Its agent cannot go on where another's stood."""
    other = example().replace("name: appointment", "name: other", 1)
    assert desk.ask("PUT", "/projects/other", content=other, headers={"Content-Type": "application/yaml"}).status_code == 201
    write(desk, thread, "yes")

    numbers = [
        write(desk, thread, "yes", puppeteer_config_name=name).json()["extras"]["conversation_id"]
        for name in ("appointment", "other", "other", "appointment")
    ]

    assert numbers == [1, 2, 2, 3]


def test_a_conversation_keeps_the_version_it_began_with(desk: Desk, thread: str) -> None:
    """A newer one counts from the next conversation on, and any may be pinned."""
    write(desk, thread, "yes")
    newer = example().replace("Will you come?", "Can you come?")
    yaml = {"Content-Type": "application/yaml"}
    assert desk.ask("PUT", "/projects/appointment", content=newer, headers=yaml).status_code == 201
    first = desk.office.version.id

    kept = write(desk, thread, "what?").json()["message"]
    new = write(desk, thread, "yes", start_new_conversation=True).json()["message"]
    pinned = write(desk, thread, "yes", start_new_conversation=True, config_version_id=first).json()["message"]
    foreign = write(desk, thread, "yes", config_version_id=desk.stranger.version.id)

    assert "Will you come?" in kept
    assert "Can you come?" in new
    assert "Will you come?" in pinned
    assert (foreign.status_code, foreign.json()["errors"][0]["code"]) == (422, "version_unknown")


def test_a_thread_without_the_data_says_what_is_missing(desk: Desk) -> None:
    """And nothing is kept of the message."""
    thread_id = desk.ask("POST", "/threads", json={"project_name": "appointment"}).json()["thread_id"]

    answer = write(desk, thread_id, "yes")

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["loc"] == ["thread_id", "json_data", "first_name"]
    assert messages(desk, thread_id) == []
    assert desk.count("conversations") == 0


@pytest.mark.parametrize("message", [None, "", "x" * 4001, 7, ...])
def test_a_message_has_words(desk: Desk, thread: str, message: Any) -> None:
    """Neither none nor a book."""
    body = {"thread_id": thread, "message": message}

    answer = desk.ask("POST", "/chat", json={name: value for name, value in body.items() if value is not ...})

    assert (answer.status_code, answer.json()["errors"][0]["loc"]) == (422, ["message"])


def test_explicit_nulls_are_as_good_as_nothing(desk: Desk, thread: str) -> None:
    """Every optional field; and unknown ones are named."""
    names = ("puppeteer_config_name", "project_name", "streaming", "config_version_id", "start_new_conversation")

    answer = write(desk, thread, "yes", **dict.fromkeys(names), colour="red")

    assert (answer.status_code, answer.headers["Ringtrue-Ignored-Fields"]) == (200, "colour")


def test_who_may_not_write_may_not_chat(desk: Desk, thread: str) -> None:
    """A reading key; a stranger, who learns nothing; nobody."""
    headers = {"X-Request-Id": "same"}
    strange, unknown = (write(desk, id_, "yes", key="rt_other", headers=headers) for id_ in (thread, "thread_none"))

    assert write(desk, thread, "yes", key="rt_read").status_code == 403
    assert write(desk, thread, "yes", key=None).status_code == 401
    assert (strange.status_code, strange.content) == (404, unknown.content)
    assert messages(desk, thread) == []


def test_an_answer_comes_in_pieces_and_then_whole(desk: Desk, thread: str) -> None:
    """A JSON object on each line; the tokens joined are the message, and the last object is the plain answer."""
    plain = write(desk, thread, "yes").json()

    answer = write(desk, thread, "yes", streaming=True, start_new_conversation=True)

    *pieces, whole = (json.loads(line) for line in answer.text.splitlines())
    assert answer.headers["Content-Type"] == "application/x-ndjson"
    assert [piece["index"] for piece in pieces] == list(range(len(pieces)))
    assert "".join(piece["token"] for piece in pieces) == whole["message"] == plain["message"]
    assert len(pieces) > 5
    assert {tuple(piece) for piece in pieces} == {("token", "index")}
    assert list(whole) == ["message", "extras"]
    assert whole["extras"]["conversation_id"] == 2


def test_what_was_answered_is_there_before_it_is_read(desk: Desk, thread: str) -> None:
    """A client that is gone at the first byte finds the answer among the messages."""

    async def hang_up() -> None:
        scope = {
            "type": "http", "method": "POST", "path": "/chat", "raw_path": b"/chat", "query_string": b"", "http_version": "1.1",
            "scheme": "http", "server": ("x", 80), "client": ("x", 1), "root_path": "",
            "headers": [(b"authorization", b"rt_full"), (b"content-type", b"application/json")],
        }  # fmt: skip
        body = json.dumps({"thread_id": thread, "message": "yes", "streaming": True}).encode()

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: dict[str, Any]) -> None:
            raise ConnectionResetError

        with pytest.raises(ConnectionResetError):
            await desk.app(scope, receive, send)

    asyncio.run(hang_up())

    assert messages(desk, thread) == [("user", "yes"), ("assistant", f"{GREETING} {CONFIRM}")]


@pytest.mark.parametrize("streaming", [False, True])
def test_a_message_that_is_sent_again_is_written_once(desk: Desk, thread: str, streaming: bool) -> None:
    """Answered the same, byte for byte, in the same form."""
    first, second = (write(desk, thread, "yes", streaming=streaming, headers=KEY) for _ in range(2))

    assert (first.status_code, first.content) == (200, second.content)
    assert first.headers["Content-Type"] == second.headers["Content-Type"]
    assert second.headers["Idempotency-Replayed"] == "true"
    assert len(messages(desk, thread)) == 2


@pytest.mark.parametrize("streaming", [False, True])
def test_a_message_survives_a_death_behind_its_commit(
    desk: Desk, thread: str, streaming: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever asks again is told what the first would have been told."""

    with monkeypatch.context() as patched:
        patched.setattr(at_api, "_answered", _dying(at_api._answered))
        with pytest.raises(SystemExit):
            write(desk, thread, "yes", streaming=streaming, headers=KEY)
    monkeypatch.setattr(at_api, "_PROCESS", "another")

    again = write(desk, thread, "yes", streaming=streaming, headers=KEY)

    assert (again.status_code, again.headers["Idempotency-Replayed"]) == (200, "true")
    assert json.loads(again.text.splitlines()[-1])["message"] == f"{GREETING} {CONFIRM}"
    assert len(again.text.splitlines()) > 1 or not streaming
    assert len(messages(desk, thread)) == 2


def _dying(answered: Any) -> Any:
    async def carry_out_and_die(request: Any, handle: Any) -> Any:
        await answered(request, handle)
        raise SystemExit

    return carry_out_and_die


def test_many_at_once_are_answered_in_order(desk: Desk, thread: str) -> None:
    """Each message has its answer right behind it, no two the same place, and the script goes its way once."""

    async def together() -> list[httpx.Response]:
        transport = httpx.ASGITransport(desk.app)
        async with httpx.AsyncClient(transport=transport, base_url="http://ringtrue.test") as http:
            body = {"thread_id": thread, "message": "yes"}
            headers = {"Authorization": "rt_full"}
            return list(await asyncio.gather(*(http.post("/chat", json=body, headers=headers) for _ in range(6))))

    answers = asyncio.run(together())

    listed = desk.ask("GET", f"/threads/{thread}/messages").json()["messages"][::-1]
    pairs = [(listed[i]["message_id"], listed[i + 1]["message_id"]) for i in range(0, 12, 2)]
    given = {(one.json()["extras"]["user_message_id"], one.json()["extras"]["reply_message_id"]) for one in answers}
    assert len(listed) == 12
    assert set(pairs) == given
    assert [one["role"] for one in listed] == ["user", "assistant"] * 6
    assert [one["conversation_id"] for one in listed] == sorted(one["conversation_id"] for one in listed)


def test_who_asks_in_a_chat_not_to_be_called_is_not(desk: Desk) -> None:
    """As if it had been asked on a call."""
    body = {"json_data": json.dumps(dict(ANNA)), "project_name": "appointment", "user_phone_number": "+14155550123"}
    thread_id = desk.ask("POST", "/threads", json=body).json()["thread_id"]
    write(desk, thread_id, "yes")
    assert desk.ask("GET", "/suppressions/+14155550123").status_code == 404

    write(desk, thread_id, "please don't call me")

    assert desk.ask("GET", "/suppressions/+14155550123").json()["reason"] == "asked in a chat"
    assert desk.place().json()["code"] == "suppressed"


def test_a_zone_that_changes_changes_no_conversation(desk: Desk, thread: str) -> None:
    """It goes on as it began."""
    write(desk, thread, "yes")
    assert desk.ask("PATCH", f"/threads/{thread}", json={"timezone": "Asia/Tokyo"}).status_code == 200

    chat = desk.store.read_now(lambda tx: tx.open_chat(ThreadId(thread)))

    assert chat is not None
    assert chat.timezone == "America/New_York"
