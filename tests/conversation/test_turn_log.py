"""A log of turns is read back and replayed to the same acts and transcript, or refused."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ringtrue.conversation import turn_log
from ringtrue.conversation.turn_codec import TurnLogInvalid
from ringtrue.testing.turns import BlockTalk

from .secret_calls import PIN, Asking, check, feeds


def test_a_call_replays(talk: BlockTalk) -> None:
    """The shipped example by keys, to its end."""
    talk.until_asked()
    talk.press("1")
    talk.until_asked()
    talk.press("1")
    talk.until_over()
    talk.leave()

    check(talk)


def test_a_difference_names_the_feed() -> None:
    """The first one."""
    talk = BlockTalk(Asking(PIN))
    talk.until_asked()
    kept_feeds = turn_log.masked(feeds(talk))
    place = next(place for place, one in enumerate(kept_feeds) if one.acts)
    changed = [*kept_feeds[:place], replace(kept_feeds[place], acts=()), *kept_feeds[place + 1 :]]

    difference = turn_log.first_difference(changed, turn_log.replay(changed, rate_hz=8000).fed)

    assert difference is not None
    assert (difference.feed, difference.kept, difference.replayed) == (place, (), kept_feeds[place].acts)


def test_a_log_that_grew_too_long_says_so() -> None:
    """Its last line is the cut."""
    assert turn_log.parse(f"{turn_log.head(8000)}\n{turn_log.cut()}\n") == turn_log.TurnLog(rate_hz=8000, fed=(), is_cut=True)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        '{"rate_hz":8000}',
        '{"v":1}',
        '{"v":1,"rate_hz":0}',
        '{"v":1,"rate_hz":"8000"}',
        '{"v":1,"rate_hz":8000}\n{}',
        '{"v":1,"rate_hz":8000}\n[0,0]',
        '{"v":1,"rate_hz":8000}\n[0,"0","Tick"]',
        '{"v":1,"rate_hz":8000}\n[0,0,"Flush"]',
        '{"v":1,"rate_hz":8000}\n[0,0,"Tick","Tick"]',
    ],
)
def test_what_is_no_log_is_refused(text: str) -> None:
    """One sentence, no traceback of a parser."""
    with pytest.raises(TurnLogInvalid):
        turn_log.parse(text)


def test_another_version_is_named() -> None:
    """So that one knows what to install."""
    with pytest.raises(TurnLogInvalid, match="version 2, this program reads 1"):
        turn_log.parse('{"v":2,"rate_hz":8000}')
