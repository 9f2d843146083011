"""A conversation on a leg, with a voice, a party and perhaps an ear, on virtual time."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

from ringtrue.agents.files import agent_for, example
from ringtrue.conversation import leg as legs
from ringtrue.conversation.agent import Agent
from ringtrue.conversation.run import Conversation, ConversationEnd
from ringtrue.conversation.turns import Answered, Happened, Line, Note, TurnAct
from ringtrue.domain.utterance import Utterance, as_text
from ringtrue.testing.clock import START, LoopClock, run_virtual
from ringtrue.testing.ear import FakeEar
from ringtrue.testing.leg import FakeLeg
from ringtrue.testing.voice import FakeVoice

ANNA = {"first_name": "Anna", "appointment": "2027-03-04T10:30", "offers": ["2027-03-05T09:00", "2027-03-08T14:15"]}
Party = Callable[["Talk"], Awaitable[None]]
Fed = tuple[Line, Happened, Sequence[TurnAct]]


def anna() -> Agent:
    """The example's agent."""
    return agent_for(example(), json.dumps(ANNA), None, START)


@dataclass(kw_only=True)
class Talk:
    """A conversation in progress, as the party and the worker see it."""

    leg: FakeLeg
    voice: FakeVoice
    conversation: Conversation
    notes: list[tuple[int, Note]] = field(default_factory=list)

    @property
    def transcript(self) -> list[Utterance]:
        """As it now reads."""
        latest = {note.index: note.utterance for _, note in self.notes}
        return [latest[index] for index in sorted(latest)]

    async def until_asked(self) -> None:
        """The agent has spoken and fell silent."""
        while True:
            count = len(self.voice.requests)
            await asyncio.sleep(0.5)
            if count == len(self.voice.requests) and self.leg.queued_samples == 0:
                return


@dataclass(frozen=True, kw_only=True)
class Over:
    """What is left of it."""

    talk: Talk
    end: ConversationEnd
    ended: legs.Ended
    seconds: float
    fed: list[Fed]

    @property
    def text(self) -> str:
        """The transcript."""
        return as_text(self.talk.transcript)


def converse(party: Party, *, voice: FakeVoice | None = None, agent: Agent | None = None, ear: FakeEar | None = None) -> Over:
    """The conversation with that party, to its end; with an ear it called us and may speak."""
    return run_virtual(_converse(party, voice or FakeVoice(), agent or anna(), ear))


async def _converse(party: Party, voice: FakeVoice, agent: Agent, ear: FakeEar | None) -> Over:
    leg = FakeLeg()
    notes: list[tuple[int, Note]] = []
    fed: list[Fed] = []
    conversation = Conversation(
        leg,
        agent_=agent,
        tts=voice,
        voice="joe",
        on_note=lambda note: notes.append((int(leg.sent), note)),
        ear=ear,
        answered=Answered(hears=ear is not None),
        on_fed=lambda line, happened, acts: fed.append((line, happened, acts)),
    )
    talk = Talk(leg=leg, voice=voice, conversation=conversation, notes=notes)
    clock = LoopClock()
    leg.answer(clock.now())
    async with asyncio.TaskGroup() as tasks:
        running = tasks.create_task(conversation.run())
        pressing = tasks.create_task(_play(party, talk))
        ended = await _follow(leg, conversation)
        end = await running
        pressing.cancel()
    return Over(talk=talk, end=end, ended=ended, seconds=clock.monotonic(), fed=fed)


async def _play(party: Party, talk: Talk) -> None:
    await party(talk)


async def _follow(leg: FakeLeg, conversation: Conversation) -> legs.Ended:
    async for event in leg.events():
        match event:
            case legs.Digit() | legs.Held() | legs.Resumed():
                conversation.hear(event)
            case legs.Ended():
                conversation.gone(event.at)
                return event
            case _:
                continue
    raise AssertionError("the leg never ended")
