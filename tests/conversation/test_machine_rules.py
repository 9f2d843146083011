"""Rules of the turn machine that the shipped example does not reach, with an agent of a few lines."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from ringtrue.conversation import agent, turns
from ringtrue.conversation.agent import Act, Expect, HangUp, Input, Outcome, Say, Settled, Span, State
from ringtrue.conversation.leg import Position
from ringtrue.testing.turns import BlockTalk

SECOND = 8000


def say(text: str, *, spoken: str | None = None, disclosure: bool = False) -> Say:
    """One say."""
    span = Span(written=text, spoken=text if spoken is None else spoken)
    return Say(spans=(span,), disclosure=disclosure, interruptible=not disclosure)


class Asking:
    """Asks one question until it is answered, then says goodbye; at the third silence it hangs up."""

    def __init__(self, expect: Expect, *, question: str = "What is it?", prompt: str = "Still there?") -> None:
        self._expect = expect
        self._question = question
        self._prompt = prompt

    def reply(self, state: State | None, heard: Input) -> Sequence[Act]:
        """The acts that follow."""
        done = Settled(state={})
        match heard:
            case agent.Began():
                return [say(self._question), self._expect, done]
            case agent.Silence(count=3):
                return [HangUp(outcome=None, reason="inactivity"), done]
            case agent.Silence():
                return [say(self._prompt), self._expect, done]
            case _:
                return [say("Goodbye then."), HangUp(outcome=None), done]

    def outcome(self, state: State | None) -> Outcome | None:
        """Nothing to claim."""
        return None


def asked(expect: Expect) -> BlockTalk:
    """A talk whose question was heard."""
    talk = BlockTalk(Asking(expect))
    talk.until_asked()
    return talk


def keys_heard(talk: BlockTalk) -> list[str]:
    """The answers that the agent was given."""
    return [heard.digits for heard in talk.heard if isinstance(heard, agent.Keys)]


def test_digits_end_at_their_number_without_a_pause() -> None:
    """The fourth of four digits completes the answer."""
    talk = asked(Expect(kind="digits", max_digits=4))
    talk.press("1234")

    assert keys_heard(talk) == ["1234"]
    assert talk.text.splitlines() == ["Agent: What is it?", "User: [keys 1 2 3 4]"]


def test_a_terminator_ends_the_digits_and_is_not_among_them() -> None:
    """It is in the transcript, for it was pressed."""
    talk = asked(Expect(kind="digits", max_digits=9, terminator="#"))
    talk.press("12#")

    assert keys_heard(talk) == ["12"]
    assert talk.text.splitlines()[-1] == "User: [keys 1 2 #]"


def test_a_pause_after_a_key_ends_the_digits() -> None:
    """Three seconds after the last key what was pressed is the answer."""
    talk = asked(Expect(kind="digits", max_digits=9, terminator="#"))
    talk.press("12")
    talk.pass_ms(2_700)
    assert keys_heard(talk) == []
    talk.pass_ms(400)

    assert keys_heard(talk) == ["12"]


def test_a_hold_does_not_count_as_a_pause_between_keys() -> None:
    """The pause begins anew after it."""
    talk = asked(Expect(kind="digits", max_digits=9))
    talk.press("1")
    talk.hold()
    talk.pass_ms(10_000)
    talk.resume()
    talk.press("2")
    talk.pass_ms(2_000)
    assert keys_heard(talk) == []
    talk.pass_ms(1_500)

    assert keys_heard(talk) == ["12"]


def test_pressed_keys_stop_the_watch_for_silence() -> None:
    """Somebody who reads a number off a card is not asked whether they are there."""
    talk = asked(Expect(kind="digits", max_digits=9, silence_ms=1_000))
    talk.press("1")
    talk.pass_ms(2_500)

    assert not any(isinstance(heard, agent.Silence) for heard in talk.heard)


def test_keys_of_a_sensitive_question_are_masked() -> None:
    """However many were pressed, the transcript shows three stars."""
    talk = asked(Expect(kind="digits", max_digits=4, sensitive=True))
    talk.press("1234")
    talk.until_over()
    talk.leave()

    assert keys_heard(talk) == ["1234"]
    assert talk.text.splitlines() == ["Agent: What is it?", "User: [keys ***]", "Agent: Goodbye then."]
    assert not any("keys 1" in note.utterance.generated for _, note in talk.notes)


def test_one_key_too_many_for_a_sensitive_question_is_masked_as_well() -> None:
    """Who types five digits of a secret for four has told one after the question."""
    talk = asked(Expect(kind="digits", max_digits=4, sensitive=True))
    talk.press("12345")

    assert [one.content for one in talk.transcript if one.dtmf] == ["[keys ***]", "[keys ***]"]


def test_sensitive_keys_are_masked_when_the_party_leaves_in_the_middle() -> None:
    """What was pressed so far is noted, masked."""
    talk = asked(Expect(kind="digits", max_digits=4, sensitive=True))
    talk.press("12")
    talk.leave()

    assert talk.text.splitlines()[-1] == "User: [keys ***]"


def test_keys_lie_where_their_tones_began() -> None:
    """From the first tone to the last, in milliseconds since the answer."""
    talk = asked(Expect(kind="digits", max_digits=2))
    first = talk.at
    talk.press("12")

    keys = next(one for one in talk.transcript if one.dtmf)
    assert (keys.start_ms, keys.end_ms) == (first // 8, first // 8 + 100)


def test_a_prompt_that_outlasts_four_silences_is_cut() -> None:
    """Nobody is there to hear it: the call ends within four times the limit."""
    talk = BlockTalk(Asking(Expect(kind="text", silence_ms=2_000), prompt="word " * 60))
    talk.until_asked()
    asked_at = talk.transcript[0].end_ms * 8
    talk.until_over()
    talk.leave()

    assert talk.ended == turns.EndCall(reason="inactivity")
    assert talk.at - asked_at <= 4 * 2 * SECOND
    assert talk.transcript[-1].interrupted


def test_a_second_prompt_that_would_not_fit_is_left_out() -> None:
    """The first took so long that another could not end in time."""
    talk = BlockTalk(Asking(Expect(kind="text", silence_ms=4_000), prompt="word " * 22))
    talk.until_asked()
    asked_at = talk.transcript[0].end_ms * 8
    talk.until_over()
    talk.leave()

    assert [heard.count for heard in talk.heard if isinstance(heard, agent.Silence)] == [1, 3]
    assert not any(one.interrupted for one in talk.transcript)
    assert talk.at - asked_at <= 4 * 4 * SECOND


def test_a_key_during_a_prompt_for_silence_answers_the_question() -> None:
    """It cuts the prompt like any other."""
    talk = BlockTalk(Asking(Expect(kind="yes_no", whole_keys=("1", "2"), silence_ms=2_000), prompt="word " * 20))
    talk.until(lambda: len(talk.transcript) == 2)
    talk.pass_ms(300)
    talk.press("1")
    talk.until_over()

    assert keys_heard(talk) == ["1"]
    assert talk.transcript[1].interrupted


def test_what_was_not_rendered_when_the_party_answered_is_not_rendered_later() -> None:
    """Neither the rest of the say nor the says behind it; the voice is free for the next turn at once."""

    class Wordy(Asking):
        def reply(self, state: State | None, heard: Input) -> Sequence[Act]:
            first, *rest = super().reply(state, heard)
            return [first, say("word " * 40), say("never heard"), *rest] if isinstance(heard, agent.Began) else [first, *rest]

    talk = BlockTalk(Wordy(Expect(kind="yes_no", whole_keys=("1",))))
    talk.until(lambda: len(talk.transcript) == 1)
    talk.press("1")
    talk.until_over()
    talk.leave()

    rendered = [act.text.written for act in talk.acts if isinstance(act, turns.Render)]
    assert rendered == ["What is it?", "word " * 40, "Goodbye then."]
    assert talk.text.splitlines()[-1] == "Agent: Goodbye then."


def test_written_and_spoken_words_that_pair_have_measured_times() -> None:
    """Each written word lies where the voice said it."""
    talk = asked(Expect(kind="text"))

    (question,) = talk.transcript
    assert [word.timing for word in question.words] == ["measured"] * 3
    assert [word.end_ms - word.start_ms for word in question.words] == [4 * 60, 2 * 60, 3 * 60]


def test_an_answer_expected_of_nobody_is_not_waited_for() -> None:
    """Without an `Expect` a key is noted and answers nothing."""

    class Silent(Asking):
        def reply(self, state: State | None, heard: Input) -> Sequence[Act]:
            return [say("Please hold on."), Settled(state={})]

    talk = BlockTalk(Silent(Expect(kind="text")))
    talk.until_asked()
    talk.press("5")
    talk.pass_ms(30_000)

    assert talk.heard == [agent.Began()]
    assert talk.text.splitlines() == ["Agent: Please hold on.", "User: [keys 5]"]


@pytest.mark.parametrize("press_at_ms", [0, 500, 1_200])
def test_utterances_are_numbered_in_the_order_in_which_they_began(press_at_ms: int) -> None:
    """A key in the disclosure stands behind it, however early it came."""

    class Disclosing(Asking):
        def reply(self, state: State | None, heard: Input) -> Sequence[Act]:
            if isinstance(heard, agent.Began):
                return [say("This call is recorded here.", disclosure=True), *super().reply(state, heard)]
            return [Settled(state={})]

    talk = BlockTalk(Disclosing(Expect(kind="text")))
    talk.until(lambda: talk.is_speaking)
    talk.pass_ms(20 + press_at_ms)
    talk.feed(turns.KeyPressed(digit="9", began=Position(talk.at)))
    talk.until_asked()

    assert [one.content for one in talk.transcript] == ["This call is recorded here.", "[keys 9]", "What is it?"]
