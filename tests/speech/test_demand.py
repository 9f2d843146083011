"""How many parties one decoder can hear: by what a decode takes, and by what they ask."""

from __future__ import annotations

import pytest

from ringtrue.speech.demand import Demand


def demand(decode_seconds: float, *, cores: int = 8) -> Demand:
    """Of a decoder of that speed that has heard nobody yet."""
    one = Demand(0.0, cores=cores)
    one.measured(decode_seconds)
    return one


def test_a_quicker_decoder_has_more_room() -> None:
    """`base` on the reference machine some nine parties, `tiny.en` about three times as many."""
    rooms = [demand(seconds).room() for seconds in (0.1, 0.3, 0.6)]

    assert rooms == sorted(rooms, reverse=True)
    assert 6 <= rooms[1] <= 12
    assert rooms[0] > 2 * rooms[1]


def test_one_core_has_less_room_than_two_and_eight_no_more_than_the_decoder() -> None:
    """Voice, media and decoder share it; keys leave the voice its work."""
    one, two, eight = (demand(0.25, cores=cores) for cores in (1, 2, 8))

    assert 4 <= one.room() <= 7
    assert one.room() < two.room() <= eight.room()
    for each in (one, eight):
        each.passed(60.0, parties=8)
    assert one.room() < 12 < eight.room()


@pytest.mark.parametrize(("seconds", "room"), [(0.99, 2), (3.0, 1)])
def test_a_slow_one_hears_somebody_all_the_same(seconds: float, room: int) -> None:
    """Two where neither could fall behind, else one."""
    assert demand(seconds).room() == room


def test_parties_that_do_not_speak_leave_room() -> None:
    """Who presses keys asks for no decode."""
    one = demand(0.3)
    before = one.room()

    one.passed(30.0, parties=8)

    assert one.room() > 2 * before


def test_parties_that_speak_as_assumed_change_little() -> None:
    """A decode every six seconds of each."""
    one = demand(0.3)
    before = one.room()

    for second in range(1, 61):
        one.passed(float(second), parties=6)
        one.decoded(0.3)

    assert abs(one.room() - before) <= 1


def test_what_was_long_ago_is_forgotten() -> None:
    """Ten minutes without anybody."""
    one = demand(0.3)
    before = one.room()
    one.passed(60.0, parties=20)

    one.passed(700.0, parties=0)

    assert one.room() == before
