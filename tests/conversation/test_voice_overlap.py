"""Who has the floor when the party speaks into the agent's words."""

from __future__ import annotations

import pytest

from ringtrue.conversation import agent, turns
from ringtrue.conversation.machine import TurnMachine
from ringtrue.conversation.policies.silence import EARLY_ANSWER_MS
from ringtrue.testing.turns import BlockTalk

from .spoken_calls import WHO, call, greeted, into_the_question, lines, settled


def test_a_party_that_barges_in_gets_the_floor() -> None:
    """It falls silent within 300 ms of the voice; the transcript holds only what was sent, and the words are the answer."""
    talk = call(inbound=True)
    talk.until(lambda: talk.text.endswith("Am I"))
    began = talk.at
    talk.says("Yes, this is Anna speaking.", ms=1500)
    talk.until(lambda: isinstance(talk.heard[-1], agent.Words))

    hush = _hushed_at(talk)
    assert (hush - began) // 8 <= 300
    cut = next(one for one in talk.transcript if one.interrupted)
    assert WHO.startswith(cut.content)
    assert cut.words[-1].start_ms < hush // 8
    assert talk.heard[-1] == agent.Words(text="Yes, this is Anna speaking.")


@pytest.mark.parametrize("pause_ms", [200, 300, 480])
def test_a_pause_within_the_first_words_gives_the_floor_no_back(pause_ms: int) -> None:
    """ "Yes ... I will be there": the agent stays silent from the first word on, and is cut when the voice comes back."""
    talk = call(inbound=True)
    talk.until(lambda: talk.text.endswith("Am I"))
    began = talk.at
    talk.says("Yes,", then_ms=pause_ms, ms=260)
    talk.says("I will be there.", ms=1200)
    talk.until(lambda: isinstance(talk.heard[-1], agent.Words))

    assert moves(talk) == [turns.Hush, turns.Flush]
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

    assert moves(talk) == [turns.Hush, turns.GoOn]


@pytest.mark.parametrize("word", ["Okay.", "Yes.", ""])
def test_a_word_cut_short_is_said_again_whole(word: str) -> None:
    """The agent went silent within "appointment": it goes on with all of it, and the transcript has it there."""
    talk = into_the_question()
    talk.says(word, ms=300)
    talk.until(lambda: any(isinstance(act, turns.GoOn) for act in talk.acts))
    went_on = talk.at
    settled(talk)

    (go_on,) = (act for act in talk.acts if isinstance(act, turns.GoOn))
    asked = talk.transcript[-1] if talk.transcript[-1].role == "agent" else talk.transcript[-2]
    again = next(word for word in asked.words if word.start_ms >= went_on // 8)
    before = asked.words[asked.words.index(again) - 1]
    assert 0 < go_on.back < 8 * 1000
    assert (again.start_ms - went_on // 8) <= 20
    assert before.end_ms <= went_on // 8 - 300
    assert asked.content.endswith("Will you come?")
    assert not asked.interrupted


def test_a_voice_too_long_for_a_sign_is_waited_for() -> None:
    """900 ms of voice whose words are known late: the agent does not begin again only to be cut."""
    talk = into_the_question()
    talk.says("I would say that", ms=900, known_after_ms=900)
    talk.until(lambda: isinstance(talk.heard[-1], agent.Words) and talk.heard[-1].text != "Yes.")

    assert moves(talk) == [turns.Hush, turns.Flush]


@pytest.mark.parametrize("rest", ["that's right.", ""])
def test_a_goodbye_waits_for_the_rest_of_the_answer(rest: str) -> None:
    """ "Yes ... that's right", the rest just before the goodbye sounds: it is said once, whole, when the party is done."""
    talk = greeted()
    for answer in ("Yes.", "Yes."):
        talk.says(answer, then_ms=900)
        settled(talk)
    talk.says("Yes.", ms=260, then_ms=420)
    talk.says(rest, ms=900)
    done = talk.at
    talk.until_over()

    goodbyes = [one for one in talk.transcript if one.generated.endswith("Goodbye.")]
    assert [one.content for one in goodbyes] == ["", goodbyes[-1].generated]
    assert goodbyes[-1].start_ms >= done // 8
    assert talk.ended == turns.EndCall(reason="agent_hangup")


@pytest.mark.parametrize("gap_ms", [300, 460])
def test_two_short_words_before_the_question_are_no_answer(gap_ms: int) -> None:
    """However they are joined: it was not asked yet."""
    talk = into_the_question()
    talk.says("Yes.", ms=340, then_ms=gap_ms)
    talk.says("Yes.", ms=340)
    settled(talk)

    assert moves(talk) == [turns.Hush, turns.GoOn]
    assert [one for one in talk.heard if isinstance(one, agent.Words)] == [agent.Words(text="Yes.")]


def test_a_sentence_cut_for_a_noise_is_not_said_again_once_a_key_answered_it() -> None:
    """The next question stands alone."""
    talk = call(inbound=True)
    talk.until(lambda: talk.text.endswith("Am I"))
    talk.says("", ms=1500, then_ms=200)
    talk.press("1")
    settled(talk)

    assert [line for line in lines(talk) if line.startswith("Agent: ")][-1].startswith("Agent: You have an appointment")
    assert talk.text.count("speaking with Anna") == 0


def test_a_sound_too_long_for_a_sign_is_no_interruption_either() -> None:
    """900 ms of something that has no words, or of which none ever come: the agent goes on."""
    for known_after_ms in (300, 60_000):
        talk = into_the_question()
        talk.says("", ms=900, known_after_ms=known_after_ms)
        talk.pass_ms(8000)

        assert moves(talk) == [turns.Hush, turns.GoOn]
        assert talk.transcript[-1].content.endswith("Will you come?")


def test_of_a_word_cut_short_the_rest_never_sounded() -> None:
    """Its end is where the agent fell silent."""
    ends = []
    for after_ms in range(0, 200, 20):
        talk = call(inbound=True)
        talk.until(lambda talk=talk: talk.text.endswith("Am I"))
        talk.pass_ms(after_ms)
        talk.says("Yes, this is Anna speaking.", ms=1500)
        talk.until(lambda talk=talk: isinstance(talk.heard[-1], agent.Words))
        cut = next(one for one in talk.transcript if one.interrupted)
        ends.append(_hushed_at(talk) // 8 - cut.end_ms)

    assert min(ends) == 0


def moves(talk: BlockTalk) -> list[type[turns.TurnAct]]:
    """How the agent fell silent and went on."""
    return [type(act) for act in talk.acts if isinstance(act, turns.Hush | turns.GoOn | turns.Flush)]


def _hushed_at(talk: BlockTalk) -> int:
    """Where it last fell silent for the party's voice, found by replay."""
    machine = TurnMachine(rate_hz=talk.rate_hz)
    silent = [line.at for line, happened in talk.log for act in machine.feed(line, happened) if isinstance(act, turns.Hush)]
    return int(silent[-1])


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
    talk = into_the_question()
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
    talk = into_the_question()
    talk.says(word, ms=400, confidence=confidence)
    settled(talk)

    assert any(one.interrupted for one in talk.transcript) == is_cut
    given = [one for one in talk.heard if isinstance(one, agent.Words)][1:]
    assert given == ([agent.Words(text=word, confidence=0.0)] if is_cut else [])
    assert lines(talk)[-1].endswith("Will you come?") or not is_cut


def test_a_quick_sentence_is_an_answer() -> None:
    """Half a second of "I will be there" in the middle of the question."""
    talk = into_the_question()
    talk.says("I will be there.", ms=500)
    settled(talk)

    assert agent.Words(text="I will be there.") in talk.heard
    assert any(one.interrupted for one in talk.transcript)


def test_signs_that_last_are_followed_by_the_sentence_again() -> None:
    """A second of "okay, okay, right" takes the floor, but asks for nothing: the agent says the cut sentence anew."""
    talk = into_the_question()
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
