"""The turn machine with the shipped example's agent, on a virtual line: when it notes, prompts, waits and ends."""

from __future__ import annotations

import pytest

from ringtrue.conversation import agent, turns
from ringtrue.testing.turns import BlockTalk
from ringtrue.testing.voice import MS_PER_CHARACTER

from .keyed_calls import DISCLOSURE, SAMPLES_PER_MS, WHO, agent_says, check_record


def test_an_utterance_appears_within_half_a_second_of_its_first_sample(talk: BlockTalk) -> None:
    """And grows while it sounds."""
    talk.until_asked()

    for index in (0, 1):
        noted = [(at, note.utterance) for at, note in talk.notes if note.index == index]
        first_at, first = noted[0]
        assert first_at - first.start_ms * SAMPLES_PER_MS <= 500 * SAMPLES_PER_MS
        lengths = [len(one.content) for _, one in noted]
        assert lengths == sorted(set(lengths))
        assert len(lengths) > 5
        assert not any(one.interrupted for _, one in noted)


def test_silence_is_prompted_twice_and_then_ends_the_call(talk: BlockTalk) -> None:
    """Each prompt repeats the question; the end is `inactivity`, within four times `limits.silence`."""
    talk.until_asked()
    asked_ms = talk.transcript[1].end_ms
    talk.until_over()
    talk.leave()

    again = f"Are you still there? {WHO}"
    assert [heard for heard in talk.heard if isinstance(heard, agent.Silence)] == [
        agent.Silence(count=1),
        agent.Silence(count=2),
        agent.Silence(count=3),
    ]
    assert agent_says(talk) == [DISCLOSURE, WHO, again, again]
    assert talk.ended == turns.EndCall(reason="inactivity")
    assert 24_000 < talk.at // SAMPLES_PER_MS - asked_ms <= 32_000


def test_the_first_prompt_comes_after_the_silence_limit(talk: BlockTalk) -> None:
    """Eight seconds from the last sample of the question, to a tick."""
    talk.until_asked()
    asked_ms = talk.transcript[1].end_ms
    talk.until(lambda: agent.Silence(count=1) in talk.heard)

    assert 8_000 <= talk.at // SAMPLES_PER_MS - asked_ms <= 8_200


def test_a_sign_sets_the_count_of_silences_back(talk: BlockTalk) -> None:
    """After an answer the next question is waited for as long as the first."""
    talk.until_asked()
    talk.until(lambda: agent.Silence(count=2) in talk.heard)
    talk.until_asked()
    talk.press("1")
    talk.until_asked()
    talk.until(lambda: isinstance(talk.heard[-1], agent.Silence))

    assert talk.heard[-1] == agent.Silence(count=1)


def test_no_timer_runs_while_the_party_holds(talk: BlockTalk) -> None:
    """A minute on hold is no silence; the limit counts anew from the end of it."""
    talk.until_asked()
    talk.pass_ms(5_000)
    talk.hold()
    talk.pass_ms(60_000)
    assert not any(isinstance(heard, agent.Silence) for heard in talk.heard)

    talk.resume()
    resumed = talk.at
    talk.until(lambda: agent.Silence(count=1) in talk.heard)

    assert 8_000 <= (talk.at - resumed) // SAMPLES_PER_MS <= 8_200


def test_a_hold_in_mid_sentence_shifts_the_words_behind_it(talk: BlockTalk) -> None:
    """Times are positions in the recording, where the hold is a stretch of silence."""
    talk.until(lambda: len(agent_says(talk)) == 2)
    talk.pass_ms(500)
    held_ms = talk.at // SAMPLES_PER_MS
    talk.hold()
    talk.pass_ms(10_000)
    talk.resume()
    talk.until_asked()

    question = talk.transcript[1]
    assert question.content == WHO
    assert not question.interrupted
    check_record(talk.transcript)
    begun_later = [word for word in question.words if word.start_ms >= held_ms]
    assert {word.start_ms >= held_ms + 10_000 for word in begun_later} == {True}
    spoken = len(WHO.replace(" ", "")) * MS_PER_CHARACTER
    assert question.end_ms - question.start_ms == pytest.approx(spoken + 10_000, abs=40)


def test_the_agent_does_not_hang_up_on_a_party_that_holds(talk: BlockTalk) -> None:
    """The goodbye is heard after the hold, and the call ends behind it."""
    talk.until_asked()
    talk.press("2")
    talk.hold()
    talk.pass_ms(30_000)
    assert talk.ended is None

    talk.resume()
    talk.until_over()

    assert agent_says(talk)[-1] == "Sorry to have bothered you. Goodbye."


def test_the_far_end_hears_the_last_word_out(talk: BlockTalk) -> None:
    """300 ms pass between the last sample and the end."""
    talk.until_asked()
    talk.press("2")
    talk.until_over()

    last = talk.transcript[-1]
    assert last.content == "Sorry to have bothered you. Goodbye."
    assert 300 <= talk.at // SAMPLES_PER_MS - last.end_ms <= 500
