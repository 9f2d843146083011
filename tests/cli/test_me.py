"""The reader in the patient's place: what is typed goes to the phone."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator

import pytest

from ringtrue.cli.me import Person


class Keypad:
    """A patient's phone that notes what is pressed."""

    def __init__(self) -> None:
        self.pressed = ""

    def type(self, keys: str) -> None:
        """One more key."""
        self.pressed += keys


@pytest.fixture(params=["pipe", "terminal"])
def typing(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """The far end of standard input."""
    reads, writes = os.pipe() if request.param == "pipe" else os.openpty()[::-1]
    with os.fdopen(reads) as stdin:
        monkeypatch.setattr("sys.stdin", stdin)
        yield writes
    os.close(writes)


def test_each_key_is_pressed_at_once_and_the_rest_is_nothing(typing: int) -> None:
    """Several quick keys, a letter, Enter, and h for hanging up."""
    keypad = Keypad()

    with Person(keypad):  # type: ignore[arg-type]
        os.write(typing, b"12x#\n")
        os.write(typing, b"h")
        until = time.monotonic() + 10
        while len(keypad.pressed) < 4 and time.monotonic() < until:
            time.sleep(0.01)

    assert keypad.pressed == "12#h"
