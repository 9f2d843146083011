"""The reader in the patient's place: what is typed goes to the phone."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator

import pytest

from ringtrue.cli.me import Person


class Telephone:
    """A patient's phone that notes what is pressed and said."""

    def __init__(self) -> None:
        self.typed: list[str] = []

    def type(self, line: str) -> None:
        """One more key, or a line of words."""
        self.typed.append(line)


@pytest.fixture(params=["pipe", "terminal"])
def typing(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """The far end of standard input."""
    reads, writes = os.pipe() if request.param == "pipe" else os.openpty()[::-1]
    with os.fdopen(reads) as stdin:
        monkeypatch.setattr("sys.stdin", stdin)
        yield writes
    os.close(writes)


@pytest.mark.parametrize(
    ("pieces", "typed"),
    [
        ([b"12#", b"h\n"], ["1", "2", "#", "h"]),
        (["Yes, I'll be there \u2013 at 10:30.\n".encode()], ["Yes, I'll be there \u2013 at 10:30."]),
        ([b"helo\x7flo\n"], ["hello"]),
        ([b"\n \n1\n"], ["1"]),
    ],
)
def test_keys_go_out_at_once_and_words_at_the_end_of_their_line(typing: int, pieces: list[bytes], typed: list[str]) -> None:
    """Several quick keys, a sentence with figures in it, a letter taken back, lines with nothing."""
    phone = Telephone()

    with Person(phone, speaks=True):  # type: ignore[arg-type]
        for piece in pieces:
            os.write(typing, piece)
        until = time.monotonic() + 10
        while len(phone.typed) < len(typed) and time.monotonic() < until:
            time.sleep(0.01)

    assert phone.typed == typed
