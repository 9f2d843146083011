"""What a line does to the sound, measured in what goes out."""

from __future__ import annotations

import numpy as np
import pytest

from ringtrue.conversation.leg import Position
from ringtrue.testing.callee.line import Line, Utterance
from ringtrue.testing.callee.sound import Tape, murmur
from ringtrue.testing.callee.traits import LineTraits
from ringtrue.testing.leg import FakeLeg

VOICE_RMS = 2000.0
SECOND = 8000


class Call:
    """A callee's line on a leg that the test drives block by block."""

    def __init__(self, traits: LineTraits, *, seed: int = 1) -> None:
        self.leg = FakeLeg()
        self.heard = Tape()
        self.told: list[Utterance] = []
        self.line = Line(traits, self.leg, self.heard, seed=seed, voice_rms=VOICE_RMS, told=self.told.append)
        self.leg.add_tap(self.line)

    def pass_blocks(self, count: int, agent: np.ndarray | None = None) -> None:
        """So many times 20 ms; the agent's packets come as they are due."""
        for _ in range(count):
            at = int(self.leg.sent)
            if agent is not None:
                self.heard.put(at, agent[at : at + 160])
            self.leg.pass_block()

    @property
    def out(self) -> np.ndarray:
        """What went out."""
        return np.concatenate(self.leg.heard_by_party).astype(float)


def rms(samples: np.ndarray) -> float:
    """Root mean square."""
    return float(np.sqrt(np.mean(np.square(samples))))


def test_what_is_said_goes_out_once_and_its_positions_are_told() -> None:
    """To the sample, also when it begins and ends within blocks."""
    call = Call(LineTraits())
    call.pass_blocks(3)
    first, second = murmur(1, 0.513), murmur(2, 0.25)
    call.line.say(first, text="first", kind="answer")
    call.line.say(second, text="second", kind="answer")

    call.pass_blocks(60)

    assert [(one.text, one.over.is_set()) for one in call.told] == [("first", True), ("second", True)]
    for one, pcm in zip(call.told, (first, second), strict=True):
        assert np.array_equal(call.out[one.start : one.end], pcm)
    assert call.told[1].start == call.told[0].end
    assert not call.line.is_speaking
    assert np.count_nonzero(call.out) == np.count_nonzero(first) + np.count_nonzero(second)


def test_where_it_is_loud_for_the_first_time_is_told() -> None:
    """Behind a beginning that nobody hears."""
    call = Call(LineTraits())
    call.line.say(np.concatenate([np.full(800, 50), np.full(800, 9000)]).astype(np.int16), text="s", kind="answer")
    call.pass_blocks(15)

    assert call.told[0].start is not None
    assert call.told[0].loud == call.told[0].start + 800


def test_what_was_cut_off_is_told_as_far_as_it_went() -> None:
    """And what never began is not told at all."""
    call = Call(LineTraits())
    call.line.say(murmur(1, 1.0), text="cut", kind="answer")
    call.line.say(murmur(2, 1.0), text="never", kind="answer")
    call.pass_blocks(12)

    call.line.close()

    assert [(one.text, one.end) for one in call.told] == [("cut", 12 * 160)]


def test_while_a_key_goes_out_the_voice_waits() -> None:
    """Where it is told to have begun it began."""
    call = Call(LineTraits())
    call.pass_blocks(1)
    call.line.say(murmur(1, 0.1), text="voice", kind="answer")
    call.pass_blocks(1)
    for number in range(5):  # a key's blocks take the place of what is queued
        call.line.sent(Position(320 + number * 160), np.zeros(160, dtype=np.int16))
    call.leg._sent += 5 * 160

    call.pass_blocks(10)

    assert call.told[0].start == 320 + 5 * 160


@pytest.mark.parametrize("noise_db", [-10.0, -20.0, -30.0])
def test_noise_lies_as_far_below_the_voice_as_was_asked(noise_db: float) -> None:
    """All the time, to a tenth of a decibel over five seconds."""
    call = Call(LineTraits(noise_db=noise_db))

    call.pass_blocks(250)

    measured = 20 * np.log10(rms(call.out[320:]) / VOICE_RMS)
    assert measured == pytest.approx(noise_db, abs=0.15)


def test_echo_comes_back_as_late_and_as_weak_as_was_asked() -> None:
    """Nothing else goes out, and it is the agent's own sound."""
    agent = np.random.default_rng(3).normal(0, 3000, 3 * SECOND).astype(np.int16)
    call = Call(LineTraits(echo_db=-20, echo_ms=80))

    call.pass_blocks(150, agent)

    late = [float(np.dot(call.out[SECOND + lag : 2 * SECOND + lag], agent[SECOND : 2 * SECOND])) for lag in range(0, 1600, 8)]
    assert int(np.argmax(late)) * 8 == 80 * 8
    gain = rms(call.out[SECOND : 2 * SECOND]) / rms(agent[SECOND - 640 : 2 * SECOND - 640].astype(float))
    assert 20 * np.log10(gain) == pytest.approx(-20, abs=0.1)


def test_a_plain_line_sends_nothing_of_its_own() -> None:
    """Silence is the leg's own."""
    call = Call(LineTraits())

    call.pass_blocks(50, np.full(SECOND, 9000, dtype=np.int16))

    assert not call.out.any()


def test_the_same_seed_makes_the_same_noise() -> None:
    """Sample by sample."""
    one, same, other = (Call(LineTraits(noise_db=-20), seed=seed) for seed in (5, 5, 6))
    for call in (one, same, other):
        call.pass_blocks(10)

    assert np.array_equal(one.out, same.out)
    assert not np.array_equal(one.out, other.out)
