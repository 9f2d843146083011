"""Whether the server lives, and whether it can place and answer calls."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from conftest import Desk


def test_a_server_that_lives_says_so(desk: Desk) -> None:
    """Without a key, ready or not."""
    desk.wire(is_ready=lambda: False)

    answer = desk.ask("GET", "/livez", key=None)

    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


def test_a_server_that_is_ready_says_so(desk: Desk) -> None:
    """Without a key."""
    answer = desk.ask("GET", "/readyz", key=None)

    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


def test_without_the_media_process_it_is_not_ready(desk: Desk) -> None:
    """503, as a problem."""
    desk.wire(is_ready=lambda: False)

    answer = desk.ask("GET", "/readyz", key=None)

    assert (answer.status_code, answer.json()["code"]) == (503, "not_ready")


def test_what_answers_get_answers_head(desk: Desk) -> None:
    """The same status and headers, no body."""
    call = desk.call()
    for path in ("/livez", f"/calls/{call.id}", "/calls", "/calls/none", "/docs"):
        whole, head = desk.ask("GET", path), desk.ask("HEAD", path)
        assert (head.status_code, head.content) == (whole.status_code, b"")
        assert head.headers["Content-Length"] == whole.headers["Content-Length"]
    assert desk.ask("HEAD", "/voice/phone-call").status_code == 405
