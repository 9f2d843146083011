"""The turn machine with a party that speaks, on a virtual line: what it says, when the agent yields, what is written down."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from ringtrue.agents.files import agent_for, example
from ringtrue.conversation import agent, turns
from ringtrue.conversation.agent import Say, Span
from ringtrue.testing.clock import START
from ringtrue.testing.turns import BlockTalk, replayed

ANNA = {"first_name": "Anna", "appointment": "2027-03-04T10:30", "offers": ["2027-03-05T09:00", "2027-03-08T14:15"]}
DISCLOSURE = "Hello, this is the automated assistant of Bright Clinic. This call is recorded."
WHO = "Am I speaking with Anna?"
MESSAGE = Say(spans=(Span(written="Please call Bright Clinic.", spoken="Please call Bright Clinic."),))

Calls = Callable[..., BlockTalk]


@pytest.fixture
def call() -> Calls:
    """A call to Anna that hears; `inbound` when she called."""

    def make(*, inbound: bool = False, message: Say | None = None) -> BlockTalk:
        answered = turns.Answered(hears=True, greets_first=not inbound, message=message)
        anna = agent_for(example(), json.dumps(ANNA), None, START, offer_keys="after_unclear")
        return BlockTalk(anna, answered=answered)

    return make


@pytest.fixture
def talk(call: Calls) -> BlockTalk:
    """A call that Anna took with a hello, and in which she has heard the first question."""
    one = call()
    one.says("Hello?", then_ms=200)
    settled(one)
    return one


def lines(talk: BlockTalk) -> list[str]:
    """The transcript, line by line."""
    return talk.text.splitlines()


def settled(talk: BlockTalk) -> None:
    """Let the line run until the agent has said nothing for 1.5 s and nothing of the party is still on its way."""
    quiet = 0
    while quiet < 1500 and talk.ended is None:
        talk.pass_ms(100)
        quiet = 0 if talk.is_speaking or talk.is_awaited else quiet + 100


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


def test_a_whole_answer_is_taken_after_500_ms(talk: BlockTalk) -> None:
    """Its words come 400 ms after the voice; it may be taken back for a moment more."""
    talk.says("Yes.")
    ended = talk.at
    talk.until(lambda: isinstance(talk.heard[-1], agent.Words))

    assert (talk.at - ended) // 8 == 500


def test_an_answer_taken_back_after_a_pause_is_not_taken(talk: BlockTalk) -> None:
    """A voice that is back within 400 ms is known in time."""
    talk.says("Yes.", then_ms=380)
    talk.says("No wait, no.")
    talk.until(lambda: isinstance(talk.heard[-1], agent.Words))

    assert talk.heard[-1] == agent.Words(text="Yes. No wait, no.")


def test_words_that_are_not_whole_are_waited_for(talk: BlockTalk) -> None:
    """A pause of half a second within an answer does not end it."""
    talk.says("Well, let me think", then_ms=500)
    talk.says("yes, that is me.")
    talk.until(lambda: isinstance(talk.heard[-1], agent.Words))

    assert [one for one in talk.heard if isinstance(one, agent.Words)] == [
        agent.Words(text="Well, let me think yes, that is me.")
    ]


def test_a_party_that_barges_in_gets_the_floor(call: Calls) -> None:
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


def _hushes(talk: BlockTalk, line: turns.Line, happened: turns.Happened) -> bool:
    """Whether this input is the one that silenced the agent, found by replay."""
    upto = talk.log[: talk.log.index((line, happened)) + 1]
    return bool(replayed(upto)) and isinstance(replayed(upto)[-1], turns.Hush)


@pytest.mark.parametrize("sign", ["Uh-huh.", "Okay.", "Mm-hmm.", "Right, okay."])
def test_signs_of_listening_do_not_interrupt(call: Calls, sign: str) -> None:
    """The agent says all it had to say, and the sign is no answer."""
    talk = call(inbound=True)
    talk.until(lambda: talk.text.endswith("Am I"))
    talk.says(sign, ms=400)
    settled(talk)

    assert not any(one.interrupted for one in talk.transcript)
    assert talk.transcript[1].content == WHO
    assert not any(isinstance(one, agent.Words) for one in talk.heard)
    assert f"User: {sign}" in lines(talk)


def test_a_short_answer_into_the_question_counts(call: Calls) -> None:
    """A quick "yes" is too short to take the floor by itself; once its words are known, it does."""
    talk = call(inbound=True)
    talk.until(lambda: talk.text.endswith("Am I"))
    talk.says("Yes.", ms=300)
    talk.until(lambda: isinstance(talk.heard[-1], agent.Words))

    assert talk.heard[-1] == agent.Words(text="Yes.")


def test_a_voice_without_words_only_delays(call: Calls) -> None:
    """Coughs and noise: the agent says the cut sentence again and nothing is written for the party."""
    talk = call(inbound=True)
    talk.until(lambda: talk.text.endswith("Am I"))
    talk.says("", ms=1200)
    settled(talk)

    assert [one.content for one in talk.transcript if one.role == "agent"][-1] == WHO
    assert not any(one.role == "user" for one in talk.transcript)
    assert talk.transcript[1].interrupted


def test_the_disclosure_is_said_to_its_end(call: Calls) -> None:
    """Nobody interrupts it; words into it are written, and answer nothing."""
    talk = call(inbound=True)
    talk.pass_ms(3000)
    talk.says("Yes yes yes I know.", ms=1500)
    settled(talk)

    assert talk.transcript[0].content == DISCLOSURE
    assert not any(isinstance(one, agent.Words) for one in talk.heard)
    assert "User: Yes yes yes I know." in lines(talk)


def test_words_behind_an_answer_belong_to_it(talk: BlockTalk) -> None:
    """Who goes on before the next question has begun is heard out, and does not answer that question."""
    talk.says("Yes.", then_ms=520)
    talk.says("That is me, go ahead.", ms=1500)
    settled(talk)

    assert [one for one in talk.heard if isinstance(one, agent.Words)] == [agent.Words(text="Yes.")]
    assert lines(talk)[-2] == "User: That is me, go ahead."
    assert lines(talk)[-1].startswith("Agent: You have an appointment")
    assert not talk.transcript[-1].interrupted


def test_silence_ends_the_call(talk: BlockTalk) -> None:
    """A party that says nothing is asked twice and left."""
    talk.until_over()

    assert talk.ended == turns.EndCall(reason="inactivity")
    assert [one for one in talk.heard if isinstance(one, agent.Silence)][-1] == agent.Silence(count=3)


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


def test_a_greeting_is_waited_for(call: Calls) -> None:
    """Somebody who says hello is heard out before the first word."""
    talk = call()
    talk.pass_ms(300)
    talk.says("Good morning, this is Anna.", ms=1600)

    assert not talk.is_speaking
    settled(talk)
    assert lines(talk) == ["User: Good morning, this is Anna.", f"Agent: {DISCLOSURE}", f"Agent: {WHO}"]


def test_without_a_greeting_only_the_disclosure_is_said(call: Calls) -> None:
    """It begins after a second; the question waits for a voice."""
    talk = call()
    talk.pass_ms(12_000)
    assert lines(talk) == [f"Agent: {DISCLOSURE}"]
    assert talk.transcript[0].start_ms >= 1000

    talk.says("Hello? Who is this?")
    settled(talk)
    assert lines(talk)[1:] == ["User: Hello? Who is this?", f"Agent: {WHO}"]


def test_nobody_at_all(call: Calls) -> None:
    """Who says nothing is not asked anything, and the call ends as inactive."""
    talk = call()
    talk.until_over()

    assert talk.ended == turns.EndCall(reason="inactivity")
    assert lines(talk) == [f"Agent: {DISCLOSURE}"]
    assert talk.machine.in_voicemail is None


def test_a_long_greeting_is_a_mailbox(call: Calls) -> None:
    """Hung up on, with nothing said but what everybody may hear."""
    talk = call()
    talk.pass_ms(500)
    talk.says("Hi, you have reached Anna, I am out and about right now so", ms=6000, then_ms=1000)
    talk.until_over()

    assert talk.ended == turns.EndCall(reason="voicemail_reached")
    assert talk.machine.in_voicemail is True
    assert not any("appointment" in one.content for one in talk.transcript)


def test_words_of_a_mailbox_are_known(call: Calls) -> None:
    """A short greeting that asks for a message is none of a person."""
    talk = call()
    talk.says("Please leave a message after the tone.", ms=2500)
    talk.until_over()

    assert talk.ended == turns.EndCall(reason="voicemail_reached")


def test_a_beep_ends_the_call(call: Calls) -> None:
    """Whoever is silent and beeps is a machine."""
    talk = call()
    talk.pass_ms(4000)
    talk.beeps()
    talk.until_over()

    assert talk.ended == turns.EndCall(reason="voicemail_reached")
    assert talk.transcript[0].interrupted


def test_a_message_is_left_after_the_beep(call: Calls) -> None:
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
