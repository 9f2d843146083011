"""The turn machine with a party that speaks, on a virtual line: what it says, when the agent yields, what is written down."""

from __future__ import annotations

from pathlib import Path

import pytest

from ringtrue.agents.files import agent_for
from ringtrue.conversation import agent, turns
from ringtrue.conversation.agent import Say, Span
from ringtrue.testing.clock import START
from ringtrue.testing.turns import BlockTalk, replayed

from .spoken_calls import DISCLOSURE, WHO, call, greeted, lines, settled

MESSAGE = Say(spans=(Span(written="Please call Bright Clinic.", spoken="Please call Bright Clinic."),))


@pytest.fixture
def talk() -> BlockTalk:
    """Anna is asked the first question."""
    return greeted()


def test_spoken_answers_lead_to_their_end(talk: BlockTalk) -> None:
    """The whole conversation, word for word as heard."""
    for answer in ("Yes, speaking.", "Yes, I will be there.", "Yes."):
        talk.says(answer)
        settled(talk)
    talk.until_over()

    assert lines(talk) == [
        "User: Hello?",
        f"Agent: {DISCLOSURE}",
        f"Agent: {WHO}",
        "User: Yes, speaking.",
        "Agent: You have an appointment with your doctor on Thursday, March 4 at 10:30 AM. Will you come?".replace(
            "Thursday, March 4 at 10:30 AM", talk.transcript[4].content.split(" on ")[1].split(". Will")[0]
        ),
        "User: Yes, I will be there.",
        "Agent: You would like to keep the appointment. Is that right?",
        "User: Yes.",
        "Agent: Thank you. See you then. Goodbye.",
    ]
    assert talk.outcome is not None
    assert (talk.outcome.step, talk.outcome.successful) == ("kept", True)
    assert replayed(talk.log) == talk.acts


def test_a_whole_answer_is_taken_after_300_ms(talk: BlockTalk) -> None:
    """Its words come 400 ms after the voice, so the agent is asked right then."""
    talk.says("Yes.")
    ended = talk.at
    talk.until(lambda: isinstance(talk.heard[-1], agent.Words))

    assert (talk.at - ended) // 8 == 400


def test_words_that_are_not_whole_are_waited_for(talk: BlockTalk) -> None:
    """A pause of half a second within an answer does not end it."""
    talk.says("Well, let me think", then_ms=500)
    talk.says("yes, that is me.")
    talk.until(lambda: isinstance(talk.heard[-1], agent.Words))

    assert [one for one in talk.heard if isinstance(one, agent.Words)] == [
        agent.Words(text="Well, let me think yes, that is me.")
    ]


def test_the_disclosure_is_said_to_its_end() -> None:
    """Nobody interrupts it; words into it are written, and answer nothing."""
    talk = call(inbound=True)
    talk.pass_ms(3000)
    talk.says("Yes yes yes I know.", ms=1500)
    settled(talk)

    assert talk.transcript[0].content == DISCLOSURE
    assert not any(isinstance(one, agent.Words) for one in talk.heard)
    assert "User: Yes yes yes I know." in lines(talk)


def test_words_behind_an_answer_belong_to_it(talk: BlockTalk) -> None:
    """Who goes on before the next question has begun is heard out, and does not answer that question: it is one answer."""
    talk.says("Yes.", then_ms=420)
    talk.says("That is me, go ahead.", ms=1500)
    settled(talk)

    whole = agent.Words(text="Yes. That is me, go ahead.")
    assert [one for one in talk.heard if isinstance(one, agent.Words)] == [agent.Words(text="Yes."), whole]
    assert lines(talk)[-2] == "User: Yes. That is me, go ahead."
    assert lines(talk)[-1].startswith("Agent: You have an appointment")
    assert not talk.transcript[-1].interrupted


def test_an_answer_is_taken_back_before_anything_was_heard_of_the_reply(talk: BlockTalk) -> None:
    """ "Yes ... no wait, no": the agent answers the whole of it, as if the yes had not been given."""
    talk.says("Yes.", then_ms=420)
    talk.says("No wait, no.", ms=1000)
    settled(talk)

    assert lines(talk)[-1] == "Agent: Sorry to have bothered you. Goodbye."
    assert not any("appointment" in one.content for one in talk.transcript)
    assert replayed(talk.log) == talk.acts


def test_silence_ends_the_call(talk: BlockTalk) -> None:
    """A party that says nothing is asked twice and left."""
    talk.until_over()

    assert talk.ended == turns.EndCall(reason="inactivity")
    assert [one for one in talk.heard if isinstance(one, agent.Silence)][-1] == agent.Silence(count=3)


def test_who_only_listens_is_asked_twice_as_well() -> None:
    """ "Okay" into every prompt: each is heard out, and then the call ends as with a party that says nothing."""
    talk = greeted()
    talk.says("Yes.", then_ms=900)
    while talk.ended is None:
        talk.until(lambda: talk.is_speaking or talk.ended is not None)
        if talk.ended is None:
            talk.pass_ms(2000)
            talk.says("Okay.", ms=300, then_ms=6000)
            settled(talk)

    assert talk.ended == turns.EndCall(reason="inactivity")
    assert [one.count for one in talk.heard if isinstance(one, agent.Silence)] == [1, 2, 3]
    assert not any(one.interrupted for one in talk.transcript)
    assert sum(one.content.endswith("Will you come?") for one in talk.transcript) == 3


def test_keys_go_on_working(talk: BlockTalk) -> None:
    """Who presses a key is understood as before."""
    talk.press("1")
    settled(talk)

    assert lines(talk)[-2] == "User: [keys 1]"
    assert lines(talk)[-1].startswith("Agent: You have an appointment")


def test_hold_music_is_nothing(talk: BlockTalk) -> None:
    """Voices while the line is held are not the party's."""
    talk.hold()
    talk.says("Your call is important to us.", ms=5000)
    talk.resume()
    talk.pass_ms(1000)
    talk.says("Yes.")
    settled(talk)

    assert [one for one in talk.heard if isinstance(one, agent.Words)] == [agent.Words(text="Yes.")]


# --- the opening ------------------------------------------------------------------------------------------------------


def test_a_greeting_is_waited_for() -> None:
    """Somebody who says hello is heard out before the first word."""
    talk = call()
    talk.pass_ms(300)
    talk.says("Good morning, this is Anna.", ms=1600)

    assert not talk.is_speaking
    settled(talk)
    assert lines(talk) == ["User: Good morning, this is Anna.", f"Agent: {DISCLOSURE}", f"Agent: {WHO}"]


def test_without_a_greeting_only_the_disclosure_is_said() -> None:
    """It begins after a second; the question waits for a voice."""
    talk = call()
    talk.pass_ms(12_000)
    assert lines(talk) == [f"Agent: {DISCLOSURE}"]
    assert talk.transcript[0].start_ms >= 1000

    talk.says("Hello? Who is this?")
    settled(talk)
    assert lines(talk)[1:] == ["User: Hello? Who is this?", f"Agent: {WHO}"]


def test_nobody_at_all() -> None:
    """Who says nothing is not asked anything, and the call ends as inactive."""
    talk = call()
    talk.until_over()

    assert talk.ended == turns.EndCall(reason="inactivity")
    assert lines(talk) == [f"Agent: {DISCLOSURE}"]
    assert talk.machine.in_voicemail is None


def test_a_long_greeting_is_a_mailbox() -> None:
    """Hung up on, with nothing said but what everybody may hear."""
    talk = call()
    talk.pass_ms(500)
    talk.says("Hi, you have reached Anna, I am out and about right now so", ms=6000, then_ms=1000)
    talk.until_over()

    assert talk.ended == turns.EndCall(reason="voicemail_reached")
    assert talk.machine.in_voicemail is True
    assert not any("appointment" in one.content for one in talk.transcript)


def test_words_of_a_mailbox_are_known() -> None:
    """A short greeting that asks for a message is none of a person."""
    talk = call()
    talk.says("Please leave a message after the tone.", ms=2500)
    talk.until_over()

    assert talk.ended == turns.EndCall(reason="voicemail_reached")


def test_a_beep_ends_the_call() -> None:
    """Whoever is silent and beeps is a machine."""
    talk = call()
    talk.pass_ms(4000)
    talk.beeps()
    talk.until_over()

    assert talk.ended == turns.EndCall(reason="voicemail_reached")
    assert talk.transcript[0].interrupted


def test_a_message_is_left_after_the_beep() -> None:
    """The greeting is heard out; the message begins behind the tone and is the only thing said."""
    talk = call(message=MESSAGE)
    talk.says("You have reached Anna. Please leave a message after the tone.", ms=5000, then_ms=600)
    beep_ms = talk.at // 8
    talk.beeps()
    talk.until_over()

    said = [one for one in talk.transcript if one.role == "agent"]
    assert [one.content for one in said] == ["Please call Bright Clinic."]
    assert said[0].start_ms >= beep_ms
    assert talk.ended == turns.EndCall(reason="voicemail_reached")


def test_agents_that_meet_come_to_an_end(talk: BlockTalk) -> None:
    """A party that answers everything with its own speech is not talked to for ever."""
    for _ in range(20):
        if talk.ended:
            break
        talk.says("Thank you for calling our automated assistant, how may I direct your call today?", ms=4000)
        talk.pass_ms(6000)

    assert talk.ended is not None
    assert replayed(talk.log) == talk.acts


@pytest.mark.parametrize("opening", ["Um", "Well, let me see.", "I think that and"])
def test_whoever_hesitates_is_waited_for(talk: BlockTalk, opening: str) -> None:
    """After "um" there is more to come, however long it takes."""
    talk.says(opening, then_ms=1500)
    talk.says("yes, that is me.")
    settled(talk)

    assert [one for one in talk.heard if isinstance(one, agent.Words)] == [agent.Words(text=f"{opening} yes, that is me.")]


def test_a_pause_within_a_number_is_waited_for() -> None:
    """Who reads a number off a card and stops for a second in the middle has said one number."""
    pin_check = (Path(__file__).parents[1] / "agents" / "data" / "pin_check.yaml").read_text()
    one = BlockTalk(
        agent_for(pin_check, '{"card_ending": "4821", "balance": "1250.50 GBP"}', None, START, offer_keys="after_unclear"),
        answered=turns.Answered(hears=True),
    )
    settled(one)
    one.says("four three two one")
    settled(one)
    one.says("nine eight seven", then_ms=1000)
    one.says("six five four", ms=700)
    settled(one)

    assert [given for given in one.heard if isinstance(given, agent.Words)][1] == agent.Words(
        text="nine eight seven six five four"
    )
    assert lines(one)[-1] == "Agent: That is 987654. Is that right?"


def test_both_begin_at_once(talk: BlockTalk) -> None:
    """The party goes on as the next question begins: the agent yields, and asks it anew when the party has finished."""
    talk.says("Yes.", then_ms=900)
    talk.until(lambda: talk.is_speaking)
    talk.says("Who is this please?", ms=1500)
    settled(talk)

    assert any(one.interrupted for one in talk.transcript if one.role == "agent")
    assert "User: Who is this please?" in lines(talk)
    assert lines(talk)[-1].endswith("Will you come?")
