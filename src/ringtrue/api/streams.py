"""Answers in pieces: a JSON object for each, one a line, closed by the whole."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ringtrue.wire.chat import ChatShape, ChatTokenShape

MEDIA_TYPE = "application/x-ndjson"
_TOKEN = re.compile(r"\S+\s*|\s+")


def tokens(text: str) -> Iterator[ChatTokenShape]:
    """The text word by word, each with the space behind it, so that all of them joined are the text."""
    for index, token in enumerate(_TOKEN.findall(text)):
        yield ChatTokenShape(token=token, index=index)


def body(answer: ChatShape) -> str:
    """The answer token by token, and then whole.

    The agent of a script knows its whole answer at once, and it is committed before a byte of this is sent: whoever hangs up in
    the middle finds it among the thread's messages.
    """
    lines = [*tokens(answer.message), answer]
    return "".join(f"{one.model_dump_json()}\n" for one in lines)


def is_stream(text: str) -> bool:
    """Whether this is such a run of objects: a single document of ours has no line break."""
    return text.endswith("\n")
