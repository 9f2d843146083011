"""Who has the floor when the party speaks into the agent's words."""

from __future__ import annotations

import pytest

from ringtrue.conversation import agent, turns
from ringtrue.conversation.policies.silence import EARLY_ANSWER_MS
from ringtrue.testing.turns import BlockTalk, replayed

from .spoken_calls import WHO, call, greeted, lines, settled


def test_a_party_that_barges_in_gets_the_floor() -> None:
    """It falls silent within 300 ms of the voice; the transcript holds only what was sent, and the words are the answer."""
    talk = call(inbound=True)
    talk.until(lambda: talk.text.endswith("Am I"))
    began = talk.at
    talk.says("Yes, this is Anna speaking.", ms=1500)
    talk.until(lambda: isinstance(talk.heard[-1], agent.Words))

    hush = next(line.at for line, happened in talk.log if line.at > began and _hushes(talk, line, happened))
    assert (int(hush) - began) // 8 <= 300
    cut = next(one for one in talk.transcript if one.interrupted)
    assert WHO.startswith(cut.content)
    assert cut.words[-1].start_ms < int(hush) // 8
    assert talk.heard[-1] == agent.Words(text="Yes, this is Anna speaking.")


def test_a_pause_within_the_first_words_gives_the_floor_no_back() -> None:
    """ "Yes ... I will be there": the agent stays silent from the first word on, and is cut when the voice comes back."""
    talk = call(inbound=True)
    talk.until(lambda: talk.text.endswith("Am I"))
    began = talk.at
    talk.says("Yes,", then_ms=300, ms=260)
    talk.says("I will be there.", ms=1200)
    talk.until(lambda: isinstance(talk.heard[-1], agent.Words))

    moves = [act for act in talk.acts if isinstance(act, turns.Hush | turns.GoOn | turns.Flush)]
    assert [type(move) for move in moves] == [turns.Hush, turns.Flush]
    cut = next(one for one in talk.transcript if one.interrupted)
    assert cut.words[-1].start_ms < began // 8 + 300
    assert talk.heard[-1] == agent.Words(text="Yes, I will be there.")


def test_a_sign_that_is_known_at_once_holds_the_agent_up_no_longer() -> None:
    """Its words are worth more than the wait for a voice that may come back."""
    talk = call(inbound=True)
    talk.until(lambda: talk.text.endswith("Am I"))
    talk.says("Okay.", ms=300)
    talk.until(lambda: any(isinstance(act, turns.GoOn) for act in talk.acts))
    talk.until(lambda: talk.text.endswith("?"))

    assert [type(act) for act in talk.acts if isinstance(act, turns.Hush | turns.GoOn | turns.Flush)] == [turns.Hush, turns.GoOn]


def _hushes(talk: BlockTalk, line: turns.Line, happened: turns.Happened) -> bool:
    """Whether this input is the one that silenced the agent, found by replay."""
    upto = talk.log[: talk.log.index((line, happened)) + 1]
    return bool(replayed(upto)) and isinstance(replayed(upto)[-1], turns.Hush)


@pytest.mark.parametrize("sign", ["Uh-huh.", "Okay.", "Mm-hmm.", "Right, okay."])
def test_signs_of_listening_do_not_interrupt(sign: str) -> None:
    """The agent says all it had to say, and the sign is no answer."""
    talk = call(inbound=True)
    talk.until(lambda: talk.text.endswith("Am I"))
    talk.says(sign, ms=400)
    settled(talk)

    assert not any(one.interrupted for one in talk.transcript)
    assert talk.transcript[1].content == WHO
    assert not any(isinstance(one, agent.Words) for one in talk.heard)
    assert f"User: {sign}" in lines(talk)


@pytest.mark.parametrize("word", ["Yes.", "Yeah, okay.", "Yep."])
def test_a_lone_yes_before_the_question_is_no_answer(word: str) -> None:
    """Whoever says it listens: what will be asked is not known to them yet."""
    talk = greeted()
    talk.says("Yes.", then_ms=900)
    talk.until(lambda: talk.text.endswith("You have an"))
    talk.says(word, ms=400)
    settled(talk)

    assert not any(one.interrupted for one in talk.transcript)
    assert lines(talk)[-1] == f"User: {word}"
    assert [one for one in talk.heard if isinstance(one, agent.Words)] == [agent.Words(text="Yes.")]


@pytest.mark.parametrize(
    ("word", "confidence", "is_cut"),
    [("Wait.", 0.7, True), ("No, no.", 0.7, False), ("No.", 0.4, False), ("That's what.", 0.7, False)],
)
def test_short_words_stop_the_agent_when_they_are_such_as_stop_people(word: str, confidence: float, is_cut: bool) -> None:
    """And the recogniser is sure of them; never are they an answer to what was not asked yet."""
    talk = greeted()
    talk.says("Yes.", then_ms=900)
    talk.until(lambda: talk.text.endswith("You have an"))
    talk.says(word, ms=400, confidence=confidence)
    settled(talk)

    assert any(one.interrupted for one in talk.transcript) == is_cut
    given = [one for one in talk.heard if isinstance(one, agent.Words)][1:]
    assert given == ([agent.Words(text=word, confidence=0.0)] if is_cut else [])
    assert lines(talk)[-1].endswith("Will you come?") or not is_cut


def test_a_quick_sentence_is_an_answer() -> None:
    """Half a second of "I will be there" in the middle of the question."""
    talk = greeted()
    talk.says("Yes.", then_ms=900)
    talk.until(lambda: talk.text.endswith("You have an"))
    talk.says("I will be there.", ms=500)
    settled(talk)

    assert agent.Words(text="I will be there.") in talk.heard
    assert any(one.interrupted for one in talk.transcript)


def test_signs_that_last_are_followed_by_the_sentence_again() -> None:
    """A second of "okay, okay, right" takes the floor, but asks for nothing: the agent says the cut sentence anew."""
    talk = greeted()
    talk.says("Yes.", then_ms=900)
    talk.until(lambda: talk.text.endswith("You have an"))
    talk.says("Okay, okay, right.", ms=1300)
    settled(talk)

    assert [one for one in talk.heard if isinstance(one, agent.Words)] == [agent.Words(text="Yes.")]
    assert lines(talk)[-1].startswith("Agent: You have an appointment")
    assert lines(talk)[-1].endswith("Will you come?")


def test_a_short_answer_into_the_question_counts() -> None:
    """A quick "yes" is too short to take the floor by itself; once its words are known, it does."""
    talk = call(inbound=True)
    talk.until(lambda: talk.text.endswith("Am I"))
    talk.says("Yes.", ms=300)
    talk.until(lambda: isinstance(talk.heard[-1], agent.Words))

    assert talk.heard[-1] == agent.Words(text="Yes.")


def test_after_a_doubtful_no_into_the_end_of_the_question_it_is_asked_again_soon() -> None:
    """A recogniser makes it of many an "uh-huh": the agent says all, waits for a better answer, and not for long."""
    talk = call(inbound=True)
    talk.until(lambda: talk.text.endswith("Am I"))
    talk.says("No.", ms=300, confidence=0.45)
    talk.until(lambda: isinstance(talk.heard[-1], agent.Silence))

    assert not any(isinstance(one, agent.Words) or one == agent.Silence(count=2) for one in talk.heard)
    assert talk.transcript[1].content == WHO and not talk.transcript[1].interrupted
    asked, silent = talk.transcript[1].end_ms, talk.at // 8
    assert EARLY_ANSWER_MS <= silent - asked <= EARLY_ANSWER_MS + 200


def test_a_short_answer_that_may_have_been_none_is_a_sign() -> None:
    """Near the end of the question too: a recogniser makes an unsure "no, no" of an "uh-huh"."""
    talk = call(inbound=True)
    talk.until(lambda: talk.text.endswith("Am I"))
    talk.says("No, no.", ms=300, confidence=0.45)
    settled(talk)

    assert not any(isinstance(one, agent.Words) for one in talk.heard)


def test_a_voice_without_words_only_delays() -> None:
    """Coughs and noise: the agent says the cut sentence again and nothing is written for the party."""
    talk = call(inbound=True)
    talk.until(lambda: talk.text.endswith("Am I"))
    talk.says("", ms=1200)
    settled(talk)

    assert [one.content for one in talk.transcript if one.role == "agent"][-1] == WHO
    assert not any(one.role == "user" for one in talk.transcript)
    assert talk.transcript[1].interrupted
