"""The turn log is written while the call runs, in pieces that can be read as far as they were written."""

from __future__ import annotations

import json
import zlib

import pytest

from ringtrue.agents.files import agent_for, example
from ringtrue.calls.turn_log import unpacked
from ringtrue.conversation import turn_log, turns
from ringtrue.conversation.leg import Position
from ringtrue.conversation.machine import TurnMachine
from ringtrue.testing.clock import START
from ringtrue.testing.turns import BlockTalk
from ringtrue.worker.turn_keeper import TurnKeeper

RATE = 8000
ANNA = json.dumps({"first_name": "Anna", "appointment": "2027-03-04T10:30", "offers": ["2027-03-05T09:00"]})


class Kept:
    """A keeper with what it gave away."""

    def __init__(self) -> None:
        self.pieces: list[bytes] = []
        self.keeper = TurnKeeper(rate_hz=RATE, keep=self._keep)

    def _keep(self, number: int, piece: bytes) -> None:
        assert number == len(self.pieces)
        self.pieces.append(piece)

    def tick(self, at: int) -> None:
        """Time passed."""
        self.keeper.fed(turns.Line(at=Position(at), consumed=0), turns.Tick(), [])

    @property
    def log(self) -> turn_log.TurnLog:
        """What can be read."""
        return turn_log.parse(unpacked(self.pieces))


@pytest.fixture
def kept() -> Kept:
    """An empty log."""
    return Kept()


def test_a_piece_is_written_every_two_seconds(kept: Kept) -> None:
    """Each is readable with those before it, without the end of the call."""
    read = []
    for block in range(250):
        kept.tick(block * 160)
        read.append(len(kept.log.fed))

    assert len(kept.pieces) == 3
    assert sorted(set(read)) == [1, 101, 201]


def test_the_end_writes_the_rest(kept: Kept) -> None:
    """And what waited to be masked."""
    kept.tick(0)
    kept.keeper.fed(turns.Line(at=Position(160), consumed=0), turns.KeyPressed(digit="1", began=Position(160)), [])
    kept.tick(320)
    assert len(kept.log.fed) == 1

    kept.keeper.close()

    assert [type(one.happened) for one in kept.log.fed] == [turns.Tick, turns.KeyPressed, turns.Tick]


def test_nothing_new_is_no_piece(kept: Kept) -> None:
    """Closing twice changes nothing."""
    kept.tick(0)
    kept.keeper.close()
    kept.keeper.close()

    assert len(kept.pieces) == 1


def test_a_log_that_grows_too_long_is_cut(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    """It says so, and the call goes on."""
    monkeypatch.setattr("ringtrue.worker.turn_keeper._MOST_BYTES", 100)
    for second in range(100):
        kept.tick(second * RATE)
    kept.keeper.close()

    assert kept.log.is_cut
    assert 1 < len(kept.log.fed) < 99
    assert sum(map(len, kept.pieces)) < 200


def test_what_cannot_be_written_ends_the_log_only(kept: Kept) -> None:
    """The machine goes on without it."""
    kept.tick(0)
    kept.keeper.fed(turns.Line(at=Position(1), consumed=0), turns.Beeped(ended=object()), [])  # type: ignore[arg-type]
    kept.tick(2)
    kept.keeper.close()

    assert kept.log.is_cut
    assert len(kept.log.fed) == 1


def test_a_whole_call_is_small_and_replays(kept: Kept) -> None:
    """Some kilobytes a minute."""
    talk = BlockTalk(agent_for(example(), ANNA, None, START))
    talk.until_asked()
    talk.press("1")
    talk.until_asked()
    talk.press("1")
    talk.until_over()
    talk.leave()
    machine = TurnMachine(rate_hz=RATE)
    for line, happened in talk.log:
        kept.keeper.fed(line, happened, machine.feed(line, happened))
    kept.keeper.close()

    again = turn_log.replay(kept.log.fed, rate_hz=kept.log.rate_hz)

    assert turn_log.first_difference(kept.log.fed, again.fed) is None
    assert again.transcript == talk.transcript
    assert sum(map(len, kept.pieces)) < 60_000 * talk.at / RATE / 60
    assert all(zlib.decompress(piece).endswith(b"\n") for piece in kept.pieces)
