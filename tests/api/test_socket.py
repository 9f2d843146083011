"""A conversation over a thread's socket, with a real server and a real client library."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from ringtrue.agents.files import example
from ringtrue.testing.office import ANNA
from ringtrue.testing.socket_client import answer, frame, opened, said

if TYPE_CHECKING:
    from conftest import Desk

CONFIRM = "You have an appointment with your doctor on Thursday, March 4 at 10:30 AM. Will you come?"
OPENING = f"Am I speaking with Anna? {CONFIRM}"


def test_a_message_is_answered_piece_by_piece(desk: Desk, port: int, thread: str, token: str) -> None:
    """Start, chunks in order, and the end with all of it; the conversation's number is a string here."""
    with opened(port, thread, token) as client:
        start, *chunks, end = answer(client, frame())

    assert start == {"type": "stream", "data": {"type": "start"}}
    assert [chunk["data"]["index"] for chunk in chunks] == list(range(len(chunks)))
    assert {(chunk["type"], chunk["data"]["type"], *list(chunk["data"])) for chunk in chunks} == {
        ("stream", "chunk", "type", "token", "index")
    }
    assert "".join(chunk["data"]["token"] for chunk in chunks) == OPENING
    extras = end["data"]["message"]["extras"]
    listed = desk.ask("GET", f"/threads/{thread}/messages").json()["messages"]
    assert end == {
        "type": "stream",
        "data": {
            "type": "end",
            "message": {
                "message": OPENING,
                "extras": {
                    "conversation_id": "1",
                    "user_message_id": listed[1]["message_id"],
                    "reply_message_id": listed[0]["message_id"],
                },
            },
        },
    }
    assert list(extras) == ["conversation_id", "user_message_id", "reply_message_id"]


def test_a_conversation_goes_on_over_sockets_and_requests(desk: Desk, port: int, thread: str, token: str) -> None:
    """It is the thread's, not the socket's."""
    with opened(port, thread, token) as client:
        said(client, frame("yes"))
    over_http = desk.ask("POST", "/chat", key=token, json={"thread_id": thread, "message": "another day"}).json()
    with opened(port, thread, token) as client:
        third = said(client, frame("yes"))
        anew = said(client, frame("yes", start_new_conversation=True))

    assert over_http["message"] == "You would like to move it to another day. Is that right?"
    assert third["message"].startswith("I can offer ")
    assert (third["extras"]["conversation_id"], anew["extras"]["conversation_id"]) == ("1", "2")


def test_project_and_version_come_with_the_address_or_the_message(desk: Desk, port: int) -> None:
    """The message's project wins."""
    yaml = {"Content-Type": "application/yaml"}
    other = example().replace("name: appointment", "name: other", 1).replace("Will you come?", "Can you come?")
    assert desk.ask("PUT", "/projects/other", content=other, headers=yaml).status_code == 201
    newer = example().replace("Will you come?", "Shall you come?")
    assert desk.ask("PUT", "/projects/appointment", content=newer, headers=yaml).status_code == 201
    thread = desk.ask("POST", "/threads", json={"json_data": json.dumps(dict(ANNA))}).json()["thread_id"]
    token = desk.ask("POST", f"/threads/{thread}/token").json()["access_token"]

    with opened(port, thread, token) as client:
        (refused,) = answer(client, frame())
    with opened(port, thread, token, f"&project=appointment&version={desk.office.version.id}") as client:
        pinned = said(client, frame())["message"]
        (mismatched,) = answer(client, frame(puppeteer_config_name="other"))
    with opened(port, thread, token, "&project=appointment") as client:
        named = said(client, frame(puppeteer_config_name="other"))["message"]
        newest = said(client, frame())["message"]

    assert refused["data"]["errors"][0]["code"] == "project_required"
    assert "Will you come?" in pinned
    assert mismatched["data"]["errors"][0]["code"] == "version_unknown"
    assert "Can you come?" in named
    assert "Shall you come?" in newest
