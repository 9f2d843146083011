"""One side of a line by position: order, gaps, repeats and age."""

from __future__ import annotations

import numpy as np

from ringtrue.conversation.leg import Pcm
from ringtrue.speech.timeline import Timeline


def counted(start: int, end: int) -> Pcm:
    """Samples that are their own positions."""
    return np.arange(start, end, dtype=np.int16)


def test_samples_lie_where_they_were_written() -> None:
    """Whatever order they came in."""
    line = Timeline(most=100)

    line.write(20, counted(20, 30))
    line.write(0, counted(0, 10))

    assert line.read(0, 10).tolist() == counted(0, 10).tolist()
    assert line.read(20, 30).tolist() == counted(20, 30).tolist()
    assert line.end == 30


def test_what_never_came_is_silence_and_known_to_be_missing() -> None:
    """A gap, and what lies behind the end."""
    line = Timeline(most=100)
    line.write(0, counted(0, 10))
    line.write(20, counted(20, 30))

    assert line.read(5, 35).tolist() == [*range(5, 10), *[0] * 10, *range(20, 30), *[0] * 5]
    assert line.is_whole(0, 10)
    assert line.is_whole(20, 30)
    assert not line.is_whole(9, 21)
    assert not line.is_whole(25, 31)


def test_silence_that_came_is_no_gap() -> None:
    """Zeros count as sound that is here."""
    line = Timeline(most=100)

    line.write(0, np.zeros(10, dtype=np.int16))

    assert line.is_whole(0, 10)


def test_a_late_packet_fills_its_gap() -> None:
    """And the end stays where it was."""
    line = Timeline(most=100)
    line.write(0, counted(0, 10))
    line.write(20, counted(20, 30))

    line.write(10, counted(10, 20))

    assert line.is_whole(0, 30)
    assert line.end == 30


def test_what_is_too_old_goes() -> None:
    """The floor rises with the end; behind it nothing can be written any more."""
    line = Timeline(most=50)
    line.write(0, counted(0, 50))

    line.write(50, counted(50, 60))
    line.write(0, counted(0, 20))

    assert line.floor == 10
    assert line.read(0, 20).tolist() == [*[0] * 10, *range(10, 20)]
    assert line.read(50, 60).tolist() == counted(50, 60).tolist()


def test_a_leap_forgets_all_that_was() -> None:
    """However far: it takes no more memory than `most` samples."""
    line = Timeline(most=50)
    line.write(0, counted(0, 50))

    line.write(10**9, counted(0, 10))

    assert line.read(10**9, 10**9 + 10).tolist() == counted(0, 10).tolist()
    assert not line.read(10**9 - 40, 10**9).any()
    assert not line.is_whole(10**9 - 1, 10**9 + 1)


def test_a_block_longer_than_is_kept_leaves_its_end() -> None:
    """Its last samples, at their own positions."""
    line = Timeline(most=10)

    line.write(0, counted(0, 25))

    assert line.end == 25
    assert line.read(15, 25).tolist() == counted(15, 25).tolist()


def test_it_holds_more_than_it_began_with() -> None:
    """Storage grows up to `most`, and what was there stays in its place."""
    line = Timeline(most=1 << 18)
    for at in range(0, 200_000, 1000):
        line.write(at, np.full(1000, at // 1000, dtype=np.int16))

    assert line.is_whole(0, 200_000)
    assert [int(line.read(at, at + 1)[0]) for at in (0, 65_000, 66_000, 199_000)] == [0, 65, 66, 199]


def test_forgetting_never_lowers_the_floor() -> None:
    """What was forgotten stays so."""
    line = Timeline(most=100)
    line.write(0, counted(0, 50))

    line.forget(20)
    line.forget(5)

    assert line.floor == 20
    assert line.read(0, 30).tolist() == [*[0] * 20, *range(20, 30)]
