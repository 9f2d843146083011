"""Gathering keys into one answer."""

from __future__ import annotations

import pytest

from ringtrue.conversation.agent import Expect
from ringtrue.conversation.policies.keypad import KeyGatherer, written

MENU = Expect(kind="choice", whole_keys=("1", "2", "0"))
LONG_MENU = Expect(kind="choice", whole_keys=("1", "10", "2"), max_digits=2)
PIN = Expect(kind="digits", max_digits=4)
NUMBER = Expect(kind="number", max_digits=6, terminator="#")


@pytest.mark.parametrize(
    ("expect", "keys", "answers"),
    [
        (MENU, "1", ["1"]),
        (MENU, "0", ["0"]),
        (MENU, "9", ["9"]),
        (LONG_MENU, "2", ["2"]),
        (LONG_MENU, "10", [None, "10"]),
        (LONG_MENU, "1", [None]),
        (PIN, "1234", [None, None, None, "1234"]),
        (NUMBER, "42#", [None, None, "42"]),
        (NUMBER, "#", [""]),
        (NUMBER, "123456", [None] * 5 + ["123456"]),
        (PIN, "1*#2", [None, None, None, "1*#2"]),
    ],
)
def test_gathering_ends_where_nothing_longer_can_come(expect: Expect, keys: str, answers: list[str | None]) -> None:
    """At a whole key that begins no other, at the most digits, at the terminator."""
    gatherer = KeyGatherer()

    assert [gatherer.press(key, 100 * index, expect) for index, key in enumerate(keys)] == answers


def test_a_pause_is_counted_from_the_last_key() -> None:
    """Three seconds, at any rate."""
    gatherer = KeyGatherer()
    assert not gatherer.is_paused(80_000, 8000)

    gatherer.press("1", 8_000, PIN)
    gatherer.press("2", 16_000, PIN)

    assert [gatherer.is_paused(at, 8000) for at in (32_000, 39_999, 40_000)] == [False, False, True]


def test_a_pause_begins_anew_after_a_hold() -> None:
    """From where the party came back; the keys stay where they were pressed."""
    gatherer = KeyGatherer()
    gatherer.press("1", 8_000, PIN)
    gatherer.resumed(80_000)

    assert [gatherer.is_paused(at, 8000) for at in (100_000, 104_000)] == [False, True]
    assert (gatherer.first_at, gatherer.last_at) == (8_000, 8_000)


def test_a_cleared_gatherer_begins_anew() -> None:
    """With the position of the next key."""
    gatherer = KeyGatherer()
    gatherer.press("1", 8_000, PIN)
    gatherer.clear()
    gatherer.press("7", 9_000, PIN)

    assert (gatherer.keys, gatherer.pressed, gatherer.first_at) == ("7", ["7"], 9_000)


@pytest.mark.parametrize(("sensitive", "text"), [(False, "[keys 1 2 #]"), (True, "[keys ***]")])
def test_keys_are_written_apart_or_masked(sensitive: bool, text: str) -> None:
    """A mask does not tell how many there were."""
    assert written(["1", "2", "#"], sensitive=sensitive) == text
