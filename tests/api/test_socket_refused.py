"""What a thread's socket refuses, and how: wrong frames, tokens, threads, pages, and too many of them."""

from __future__ import annotations

import json
import logging
import socket as sockets
from contextlib import ExitStack, closing
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus

from ringtrue.api.doors import RequestStore
from ringtrue.api.routes import socket as routes
from ringtrue.errors import StoreUnavailable
from ringtrue.testing.forged_tokens import HEADER, claims, encoded, forged
from ringtrue.testing.office import ANNA
from ringtrue.testing.socket_client import answer, closed_with, frame, is_answered, opened, said, told

if TYPE_CHECKING:
    from conftest import Desk

OPENING = "Am I speaking with Anna? You have an appointment with your doctor on Thursday, March 4 at 10:30 AM. Will you come?"


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        ("hello", "json_invalid"),
        ("", "json_invalid"),
        ("[" * 100 + "]" * 100, "json_too_deep"),
        ('{"type": "message", "data": {"message": "\\ud800"}}', "text_invalid"),
        ("[]", "frame_unknown"),
        ("null", "frame_unknown"),
        ("{}", "frame_unknown"),
        ('{"type": "ping"}', "frame_unknown"),
        ('{"type": ["message"]}', "frame_unknown"),
        ('{"type": "message"}', "invalid_input"),
        ('{"type": "message", "data": []}', "invalid_input"),
        (frame(""), "invalid_input"),
        (frame("x" * 4001), "invalid_input"),
        (frame(puppeteer_config_name="nope"), "invalid_input"),
        (b"\x00\x01", "frame_not_text"),
    ],
)
def test_a_wrong_frame_is_answered_with_a_problem(port: int, thread: str, token: str, sent: Any, code: str) -> None:
    """And the socket stays open."""
    with opened(port, thread, token) as client:
        client.send(sent)
        refused = told(client)
        after = said(client, frame())

    assert (refused["type"], refused["data"]["code"], refused["data"]["status"]) == ("error", code, 422)
    assert set(refused["data"]) == {"type", "title", "status", "detail", "code", "request_id", "errors"}
    assert after["message"] == OPENING


def test_a_store_that_is_down_is_told(desk: Desk, port: int, thread: str, token: str) -> None:
    """And the next message may go through."""

    class Full:
        is_full = True
        read_for = desk.store.read_for

        async def run_for(self, scope: Any, work: Any) -> Any:
            if self.is_full:
                raise StoreUnavailable("The disk is full: make room.")
            return await desk.store.run_for(scope, work)

    disk = Full()
    desk.wire(store=RequestStore(disk))
    with opened(port, thread, token) as client:
        (refused,) = answer(client, frame())
        disk.is_full = False
        after = said(client, frame())

    assert (refused["data"]["code"], refused["data"]["status"]) == ("store_unavailable", 503)
    assert (after["message"], after["extras"]["conversation_id"]) == (OPENING, "1")


def test_a_bug_closes_the_socket_and_says_so(desk: Desk, port: int, thread: str, token: str) -> None:
    """Nothing of it is told."""

    class Broken:
        def take(self, *_: object, **__: object) -> None:
            raise KeyError("a secret")

    desk.wire(chats=Broken())
    with opened(port, thread, token) as client:
        (refused,) = answer(client, frame())
        code = closed_with(client)

    assert (refused["data"]["code"], refused["data"]["status"], code) == ("internal", 500, 1011)
    assert "secret" not in json.dumps(refused)


@pytest.mark.parametrize("wrong", ["none", "empty", "expired", "alg none", "edited", "another key", "api key", "for ever"])
def test_a_bad_token_closes_with_4401(desk: Desk, port: int, thread: str, token: str, wrong: str) -> None:
    """The handshake succeeds, so that a browser sees the code."""
    now = int(desk.clock.now().timestamp())
    key = desk.app.state.deps.token_key
    good = claims(org=desk.office.org.id, thread=thread, made=now, ends=now + 3600)
    head, _, signature = token.split(".")
    tokens = {
        "none": None,
        "empty": "",
        "expired": forged(HEADER, {**good, "iat": now - 7200, "exp": now - 1}, key=key),
        "alg none": f"{encoded({'alg': 'none', 'typ': 'JWT'})}.{encoded(good)}.",
        "edited": f"{head}.{encoded({**good, 'exp': now + 7200})}.{signature}",
        "another key": forged(HEADER, good, key=bytes(32)),
        "api key": "rt_full",
        "for ever": forged(HEADER, {**good, "exp": now + 10**9}, key=key),
    }
    with opened(port, thread, tokens[wrong]) as client:
        assert closed_with(client) == 4401
    with opened(port, thread, forged(HEADER, good, key=key)) as client:  # what the wrong ones are compared with
        assert said(client, frame())["message"] == OPENING


def test_another_thread_closes_with_4404(desk: Desk, port: int, token: str) -> None:
    """A stranger's, one that never was, and one that is gone."""
    strange = desk.thread(office=desk.stranger)
    gone = desk.ask("POST", "/threads", json={}).json()["thread_id"]
    of_gone = desk.ask("POST", f"/threads/{gone}/token").json()["access_token"]
    desk.store.run_now(lambda tx: tx._sql.change("DELETE FROM threads WHERE id = :id", {"id": gone}))  # type: ignore[attr-defined]

    codes = []
    for thread_id, key in ((strange, token), ("thread_none", token), (gone, of_gone)):
        with opened(port, thread_id, key) as client:
            codes.append(closed_with(client))

    assert codes == [4404, 4404, 4404]


def test_a_thread_that_goes_closes_its_sockets_at_the_next_message(desk: Desk, port: int) -> None:
    """There is nobody to answer any more."""
    thread = desk.ask("POST", "/threads", json={"json_data": json.dumps(dict(ANNA))}).json()["thread_id"]
    token = desk.ask("POST", f"/threads/{thread}/token").json()["access_token"]

    with opened(port, thread, token, "&project=appointment") as client:
        answer(client, "{}")
        desk.store.run_now(lambda tx: tx._sql.change("DELETE FROM threads WHERE id = :id", {"id": thread}))  # type: ignore[attr-defined]
        client.send(frame())
        assert closed_with(client) == 4404


def test_a_token_that_expires_closes_the_socket(desk: Desk, port: int, thread: str) -> None:
    """At the latest with the next message, which is not answered any more."""
    token = desk.ask("POST", f"/threads/{thread}/token", json={"expires_in": 60}).json()["access_token"]

    with opened(port, thread, token) as client:
        said(client, frame())
        desk.clock.advance(timedelta(seconds=60))
        client.send(frame())
        assert closed_with(client) == 4401

    assert desk.count("messages") == 2


@pytest.mark.parametrize(
    "sent",
    ["x" * (64 * 1024 + 1), "x" * 3_000_000, ["x" * 40_000, "y" * 40_000], [""] * 1000],
    ids=["more", "much", "two", "many"],
)
def test_a_large_frame_closes_with_1009(port: int, thread: str, token: str, sent: str | list[str]) -> None:
    """Whole or in pieces, however small they are; a client that is still sending reads why."""
    with opened(port, thread, token) as client, pytest.raises(ConnectionClosed) as closed:
        client.send(sent)
        client.recv(timeout=20)

    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 1009


def test_the_largest_frame_is_read(port: int, thread: str, token: str) -> None:
    """To its last byte."""
    with opened(port, thread, token) as client:
        client.send(" " * (64 * 1024))
        assert told(client)["data"]["code"] == "json_invalid"


def test_a_message_may_come_in_pieces(port: int, thread: str, token: str) -> None:
    """As frames may."""
    text = frame()
    with opened(port, thread, token) as client:
        client.send([text[:9], text[9:20], text[20:]])
        while (one := told(client))["data"]["type"] != "end":
            assert one["type"] == "stream"


def test_a_ping_is_answered(port: int, thread: str, token: str) -> None:
    """By the server itself."""
    with opened(port, thread, token) as client:
        assert client.ping().wait(20)


def test_only_pages_of_allowed_origins_may_connect(desk: Desk, port: int, thread: str, token: str) -> None:
    """And our own, and whoever is no browser."""
    desk.wire(allowed_origins=("https://good.example",))

    for origin in ("https://good.example", f"http://127.0.0.1:{port}", "http://ringtrue.test", None):
        with opened(port, thread, token, origin=origin) as client:
            assert is_answered(client)
    for origin in ("https://evil.example", "null", "https://good.example.evil", "http://good.example"):
        with pytest.raises(InvalidStatus) as refused, opened(port, thread, token, origin=origin):
            pass
        assert refused.value.response.status_code == 403


def test_there_is_room_for_some_sockets_of_a_thread(port: int, thread: str, token: str) -> None:
    """One more is told to come later; when one leaves there is room again."""
    with ExitStack() as stack:
        clients = [stack.enter_context(opened(port, thread, token)) for _ in range(routes.MOST_OF_THREAD)]
        assert all(is_answered(client) for client in clients)
        with opened(port, thread, token) as late:
            assert closed_with(late) == 1013
        clients[0].close()

        with opened(port, thread, token) as next_one:
            assert is_answered(next_one)


def test_what_is_open_is_counted_and_forgotten() -> None:
    """A thread without sockets takes no memory; and there is an end in all."""
    sockets_open = routes.OpenSockets()
    with sockets_open.one_more("a") as has_room:
        assert has_room
    assert not sockets_open._of_thread
    sockets_open._of_thread.update({f"thread_{number}": 1 for number in range(routes.MOST_OPEN)})
    with sockets_open.one_more("a") as has_room:
        assert not has_room
    assert sockets_open._of_thread.total() == routes.MOST_OPEN


def test_no_token_is_ever_logged(
    desk: Desk, port: int, thread: str, token: str, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However much is logged: the address of a socket has it in its query."""
    for name in ("uvicorn.error", "uvicorn.access", "websockets", "asyncio"):
        caplog.set_level(logging.DEBUG, logger=name)
    caplog.set_level(1)

    with opened(port, thread, token) as client:
        said(client, frame("yes"))
    with opened(port, "thread_none", token) as client:
        closed_with(client)
    with pytest.raises(InvalidStatus), opened(port, thread, token, origin="https://evil.example"):
        pass
    desk.ask("GET", f"/threads/{thread}", key=token)

    logged = "\n".join(
        record.getMessage() + str(record.exc_info) for record in caplog.records if record.threadName != "MainThread"
    )
    assert token.split(".")[2] not in logged
    assert "token=" not in logged


@pytest.mark.parametrize(
    "head",
    [
        b"POST /ws/thread_x HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n",
        b"GET /ws/thread_x HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n",
        b"GET /ws/thread_x HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: x\r\n"
        b"Sec-WebSocket-Version: 7\r\n\r\n",
    ],
)
def test_what_only_begins_as_a_socket_is_refused(port: int, head: bytes) -> None:
    """At once, and the connection ends."""
    with closing(sockets.create_connection(("127.0.0.1", port), timeout=20)) as client:
        client.sendall(head)
        got = b""
        try:
            while piece := client.recv(65_536):
                got += piece
        except ConnectionResetError:
            pass

    assert b" 101 " not in got
    assert not got or got.startswith((b"HTTP/1.1 4", b"HTTP/1.1 426"))


def test_a_plain_request_to_the_socket_is_a_404(desk: Desk, thread: str) -> None:
    """There is nothing for who does not upgrade."""
    answered = desk.ask("GET", f"/ws/{thread}")

    assert (answered.status_code, answered.json()["code"]) == (404, "not_found")
