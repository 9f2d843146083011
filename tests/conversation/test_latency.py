"""How long answers took, read off the turn log of talks on a virtual line."""

from __future__ import annotations

from collections.abc import Sequence

from ringtrue.conversation import turns
from ringtrue.conversation.agent import Act, Began, Expect, Input, Keys, Say, Settled, Span, State, Words
from ringtrue.conversation.latency import TurnTimes, turn_times
from ringtrue.conversation.machine import TurnMachine
from ringtrue.conversation.turn_log import masked
from ringtrue.conversation.turn_masking import Fed
from ringtrue.testing.agents import PlainAgent
from ringtrue.testing.turns import BlockTalk

TICK = 100  # the line is told of at least so often
BLOCK = 20
RENDERING = 60  # what the test's voice takes for a first part


class Asking(PlainAgent):
    """Asks on and on; `answer` is what it says between."""

    def __init__(self, answer: str = "Thank you.") -> None:
        self._answer = answer

    def reply(self, state: State | None, heard: Input) -> Sequence[Act]:
        """The acts that follow."""
        text = f"{self._answer} And what else is there to say?" if isinstance(heard, Words | Keys) else "What is it?"
        if isinstance(heard, Words | Keys | Began):
            says = [Say(spans=(Span(written=text, spoken=text),))] if self._answer else []
            return [*says, Expect(kind="text", max_digits=4, terminator="#"), Settled(state={})]
        return [Settled(state={})]

    def is_whole(self, state: State | None, text: str) -> bool:
        """Where a full stop is said."""
        return text.endswith(".")


def times(talk: BlockTalk) -> list[TurnTimes]:
    """What the talk's masked log tells."""
    machine = TurnMachine(rate_hz=talk.rate_hz)
    feeds = [Fed(line=line, happened=one, acts=tuple(machine.feed(line, one))) for line, one in talk.log]
    return turn_times(masked(feeds), rate_hz=talk.rate_hz)


def asked(agent_: Asking | None = None) -> BlockTalk:
    """A talk whose first question was heard, by a party that can speak."""
    talk = BlockTalk(agent_ or Asking(), answered=turns.Answered(hears=True))
    talk.pass_ms(2000)
    talk.until_asked()
    return talk


def ms(talk: BlockTalk) -> int:
    """Where the line stands."""
    return talk.at * 1000 // talk.rate_hz


def test_a_spoken_turn_tells_every_stage() -> None:
    """Speech ends, its words come, patience ends, the reply is there, its first audio, its first sample."""
    talk = asked()
    ended = ms(talk) + 1000
    talk.says("I would like to come", ms=1000, then_ms=3000)

    (turn,) = times(talk)

    assert (turn.by, turn.ended_ms) == ("words", ended)
    assert turn.recognition_ms == 400
    assert 700 <= turn.end_of_turn_ms <= 700 + BLOCK
    assert turn.reply_ms == 0
    assert turn.synthesis_ms is not None and RENDERING <= turn.synthesis_ms <= RENDERING + TICK
    assert turn.sending_ms == 0
    assert turn.gap_ms == turn.end_of_turn_ms + turn.synthesis_ms


def test_a_complete_answer_is_faster() -> None:
    """The recogniser is what it waits for, not patience."""
    talk = asked()
    talk.says("Yes.", ms=500, then_ms=3000)

    (turn,) = times(talk)

    assert turn.recognition_ms == turn.end_of_turn_ms == 400


def test_a_pause_within_a_turn_is_no_end() -> None:
    """Only the last pause counts, and the words that cover the whole."""
    talk = asked()
    talk.says("I would like", ms=600, then_ms=500)
    ended = ms(talk) + 800
    talk.says("to come tomorrow", ms=800, then_ms=3000)

    (turn,) = times(talk)

    assert (turn.ended_ms, turn.recognition_ms) == (ended, 400)


def test_keys_end_with_the_last_one() -> None:
    """There is nothing to transcribe."""
    talk = asked()
    talk.press("12")
    ended = ms(talk)
    talk.press("#")
    talk.pass_ms(2000)

    (turn,) = times(talk)

    assert (turn.by, turn.ended_ms, turn.decided_ms, turn.transcribed_ms) == ("keys", ended, ended, None)
    assert turn.recognition_ms is None
    assert turn.gap_ms is not None and RENDERING <= turn.gap_ms <= RENDERING + TICK


def test_a_reply_that_says_nothing_has_no_gap() -> None:
    """And ends at the reply."""
    talk = asked(Asking(""))
    talk.says("Yes.", ms=500, then_ms=3000)

    (turn,) = times(talk)

    assert turn.replied_ms == turn.decided_ms
    assert (turn.produced_ms, turn.sent_ms, turn.gap_ms, turn.synthesis_ms, turn.sending_ms) == (None,) * 5


def test_a_reply_that_was_cut_before_it_sounded_was_not_sent() -> None:
    """The line was gone when its audio was there."""
    talk = asked()
    talk.says("Yes.", ms=500)
    talk.until(lambda: talk.is_speaking)
    talk.leave()

    (turn,) = times(talk)

    assert turn.produced_ms is not None
    assert turn.sent_ms is None


def test_a_hold_delays_the_first_sample() -> None:
    """It is sent when the party is back."""
    talk = asked()
    talk.says("Yes.", ms=500)
    talk.until(lambda: talk.is_speaking)
    talk.hold()
    talk.pass_ms(2000)
    back = ms(talk)
    talk.resume()
    talk.pass_ms(1000)

    (turn,) = times(talk)

    assert turn.sent_ms == back


def test_each_turn_has_its_own_times() -> None:
    """In order; what the agent says between is not its answer."""
    talk = asked()
    ends = []
    for _ in range(3):
        ends.append(ms(talk) + 500)
        talk.says("Yes.", ms=500)
        talk.pass_ms(1000)
        talk.until_asked()

    told = times(talk)

    assert [turn.ended_ms for turn in told] == ends
    assert len({turn.gap_ms for turn in told}) == 1
