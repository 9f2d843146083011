"""Conversations by voice on a leg, on virtual time."""

from __future__ import annotations

import asyncio

import numpy as np

from ringtrue.agents.files import agent_for
from ringtrue.conversation.leg import Position
from ringtrue.conversation.machine import TurnMachine
from ringtrue.conversation.speech import Heard, Reading, SpeechPaused, SpeechStarted
from ringtrue.conversation.turns import Ask
from ringtrue.domain.disposition import Disposition
from ringtrue.testing.clock import START
from ringtrue.testing.conversing import Talk, converse
from ringtrue.testing.ear import FakeEar
from ringtrue.testing.voice import MS_PER_CHARACTER


def test_a_spoken_conversation() -> None:
    """Words lead to the end; the ear is told which list comes and what was taken; everything fed replays."""
    ear = FakeEar()

    async def party(talk: Talk) -> None:
        for answer in ("Yes.", "Yes, I will be there.", "Yes."):
            await talk.until_asked()
            await ear.says(answer, at=talk.leg.sent, samples=4000)

    over = converse(party, ear=ear)

    assert over.end.outcome is not None
    assert over.end.outcome.step == "kept"
    assert "User: Yes, I will be there." in over.text
    assert len(ear.settled) == 3
    assert ear.is_closed
    machine = TurnMachine(rate_hz=8000)
    assert [list(machine.feed(line, happened)) for line, happened, _ in over.fed] == [list(acts) for _, _, acts in over.fed]


def test_the_reading_that_answers_is_what_was_said() -> None:
    """The transcript and the record have it; an answer that was heard likeliest stands."""
    ear = FakeEar()

    async def party(talk: Talk) -> None:
        for likeliest, other in (("Yet.", "Yes."), ("Isle bee their.", "I will be there."), ("Yes.", "No.")):
            await talk.until_asked()
            await ear.says(likeliest, other, at=talk.leg.sent, samples=4000)

    over = converse(party, ear=ear)

    assert over.end.outcome is not None
    assert over.end.outcome.step == "kept"
    assert [one.content for one in over.talk.transcript if one.role == "user"] == ["Yes.", "I will be there.", "Yes."]


TWO_QUESTIONS = """
name: questions
language: en-US
timezone: America/New_York
agent:
  type: script
  start: when
  steps:
    when: {say: "What time suits you?", ask: {type: time}, next: {any: really}}
    really: {say: "And is that really so?", ask: {type: yes_no}, next: {"yes": over, "no": over}}
    over: {say: "Goodbye.", end: {successful: true, fields: {}}}
"""


def test_who_goes_on_is_read_by_the_question_that_was_answered() -> None:
    """By then the agent stands at the next one, to which neither reading is an answer."""
    ear = FakeEar()

    async def party(talk: Talk) -> None:
        await talk.until_asked()
        began = talk.leg.sent
        await ear.says("Ten thirty a.m.", at=began, samples=4000)
        ear.tells(SpeechStarted(at=Position(talk.leg.sent)))
        await asyncio.sleep(0.5)
        ended = talk.leg.sent
        ear.tells(SpeechPaused(at=ended))
        texts = ("Pen dirty, please.", "Eleven thirty a.m., please.")
        readings = tuple(Reading(text=text, confidence=1.0, share=0.5) for text in texts)
        ear.tells(Heard(start=began, end=ended, readings=readings))
        await asyncio.sleep(3)
        talk.leg.party_hangs_up()

    over = converse(party, agent=agent_for(TWO_QUESTIONS, "{}", None, START), ear=ear)

    assert [one.content for one in over.talk.transcript if one.role == "user"] == ["Eleven thirty a.m., please."]
    assert any(isinstance(act, Ask) and act.anew for _, _, acts in over.fed for act in acts)


def test_a_sign_of_listening_is_not_read_as_an_answer() -> None:
    """Whatever else the sound may have been."""
    ear = FakeEar()

    async def party(talk: Talk) -> None:
        await talk.until_asked()
        await ear.says("Uh-huh.", "Yes.", at=talk.leg.sent, samples=2000)
        await asyncio.sleep(3)
        talk.leg.party_hangs_up()

    assert "User: Uh-huh." in converse(party, ear=ear).text


def test_a_sign_of_listening_lets_the_agent_say_all() -> None:
    """It pauses and goes on; the party hears every sample of the question once."""
    ear = FakeEar()

    async def party(talk: Talk) -> None:
        await asyncio.sleep(6)
        assert talk.leg.queued_samples > 4000
        await ear.says("Okay.", at=talk.leg.sent, samples=3200)
        await asyncio.sleep(12)
        talk.leg.party_hangs_up()

    over = converse(party, ear=ear)

    said = [one for one in over.talk.transcript if one.role == "agent"]
    assert not said[1].interrupted
    sounding = sum(int(np.count_nonzero(block)) for block in over.talk.leg.heard_by_party)
    assert sounding >= sum(MS_PER_CHARACTER * 8 * len(word) for one in said[:2] for word in one.generated.split())


def test_an_ear_that_breaks_ends_the_call() -> None:
    """`error_asr`, and the rest of the record stands."""
    ear = FakeEar()

    async def party(talk: Talk) -> None:
        await talk.until_asked()
        ear.breaks()

    over = converse(party, ear=ear)

    assert over.ended.disposition is Disposition.ERROR_ASR
    assert "Agent: " in over.text
