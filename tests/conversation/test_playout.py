"""What is on its way into the leg: counted whatever happens to it, kept while the agent holds its tongue."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from ringtrue.audio.block import BLOCK_SAMPLES
from ringtrue.conversation.leg import Pcm
from ringtrue.conversation.playout import Playout
from ringtrue.testing.leg import FakeLeg

MOVES = st.lists(
    st.one_of(
        st.tuples(st.just("play"), st.integers(0, 700)),
        st.tuples(st.sampled_from(["hush", "drop"]), st.just(0)),
        st.tuples(st.just("go_on"), st.integers(0, 500)),
        st.tuples(st.just("pass"), st.integers(0, 6)),
    ),
    max_size=40,
)


class Line:
    """A leg, its playout, and a list of samples that does by definition what they shall do."""

    def __init__(self) -> None:
        self.leg = FakeLeg()
        self.playout = Playout(self.leg)
        self.waiting: list[int] = []
        self.sent: list[int] = []
        self.known: list[int] = []
        self.taken_back = 0
        self.is_hushed = False
        self.next = 1

    def move(self, name: str, number: int) -> None:
        """One move on both."""
        match name:
            case "play":
                pcm = np.arange(self.next, self.next + number, dtype=np.int16)
                self.next += number
                self.playout.play(pcm)
                self.waiting += pcm.tolist()
            case "hush":
                self.playout.hush()
                self.is_hushed = True
            case "go_on":
                self.playout.go_on(number)
                self._take_back(number if self.is_hushed else 0)
                self.is_hushed = False
            case "drop":
                self.playout.drop()
                self.waiting, self.known, self.is_hushed = [], [], False
            case "pass":
                for _ in range(number):
                    self.leg.pass_block()
                    if not self.is_hushed:
                        self.sent += self.waiting[:BLOCK_SAMPLES]
                        self.known += self.waiting[:BLOCK_SAMPLES]
                        del self.waiting[:BLOCK_SAMPLES]

    def _take_back(self, number: int) -> None:
        kept = max(0, len(self.known) - number)
        again = self.known[kept:]
        self.known, self.waiting = self.known[:kept], again + self.waiting
        self.taken_back += len(again)

    @property
    def heard(self) -> list[int]:
        """What the party heard, without the silence in between."""
        blocks: list[Pcm] = self.leg.heard_by_party
        return [sample for block in blocks for sample in block.tolist() if sample]


@settings(max_examples=300)
@given(MOVES)
def test_every_sample_is_sent_in_order_or_dropped(moves: list[tuple[str, int]]) -> None:
    """Whatever the moves, the party hears what a plain list would have sent, and as much is counted."""
    line = Line()
    for name, number in moves:
        line.move(name, number)

    assert line.heard == line.sent
    assert line.playout.consumed == len(line.sent) - line.taken_back


def test_a_part_played_into_a_hush_is_placed_behind_what_is_kept() -> None:
    """Its start is where it will lie when the agent goes on at once."""
    line = Line()
    line.move("play", 400)
    line.move("pass", 1)
    line.move("hush", 0)

    offset, start = line.playout.play(np.ones(10, dtype=np.int16))

    assert (offset, int(start)) == (400, BLOCK_SAMPLES + 240)
