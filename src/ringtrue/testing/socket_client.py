"""A client of a thread's socket, over a real connection."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

_PATIENCE_SECONDS = 20.0  # of a test on a busy machine


@contextmanager
def opened(port: int, thread: str, token: str | None, query: str = "", **options: Any) -> Iterator[ClientConnection]:
    """A socket of that thread on this machine. Raises InvalidStatus where the handshake is refused."""
    at = f"ws://127.0.0.1:{port}/ws/{thread}"
    if token is not None:
        at += f"?token={quote(token)}{query}"
    with connect(at, compression=None, proxy=None, **options) as client:
        yield client


def frame(message: str = "yes", **data: Any) -> str:
    """What a client sends."""
    return json.dumps({"type": "message", "data": {"message": message, **data}})


def told(client: ClientConnection) -> dict[str, Any]:
    """The next frame."""
    document: dict[str, Any] = json.loads(client.recv(timeout=_PATIENCE_SECONDS))
    return document


def answer(client: ClientConnection, text: str) -> list[dict[str, Any]]:
    """The frames of the answer to that frame, to the end of a stream or the first error."""
    client.send(text)
    return rest(client)


def rest(client: ClientConnection) -> list[dict[str, Any]]:
    """The frames of an answer that is on its way."""
    frames = [told(client)]
    while frames[-1]["type"] == "stream" and frames[-1]["data"]["type"] != "end":
        frames.append(told(client))
    return frames


def said(client: ClientConnection, text: str) -> dict[str, Any]:
    """The whole answer to that frame."""
    whole: dict[str, Any] = answer(client, text)[-1]["data"]["message"]
    return whole


def is_answered(client: ClientConnection) -> bool:
    """Whether a frame that is none is told so."""
    return bool(answer(client, "{}")[0]["type"] == "error")


def closed_with(client: ClientConnection) -> int | None:
    """The code with which the server closes instead of another frame; None where it only ended."""
    try:
        client.recv(timeout=_PATIENCE_SECONDS)
    except ConnectionClosed as closed:
        return None if closed.rcvd is None else closed.rcvd.code
    raise AssertionError("the server sent a frame")
