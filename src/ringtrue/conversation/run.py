"""Run a conversation on a leg: the only file of this room that awaits. It carries the machine's acts out and feeds it back."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import assert_never

import numpy as np

from ringtrue.conversation import agent, turns
from ringtrue.conversation.leg import Digit, Held, Leg, Position, Resumed
from ringtrue.conversation.machine import TurnMachine
from ringtrue.conversation.speech import SpokenPart, TextToSpeech
from ringtrue.domain.disposition import Disposition
from ringtrue.errors import SpeechError

_TICK_SECONDS = 0.1  # silence, live transcript and the last word need no finer grain; keys and audio come at once
_REASONS = {
    "agent_hangup": Disposition.AGENT_HANGUP,
    "inactivity": Disposition.INACTIVITY,
    "voicemail_reached": Disposition.VOICEMAIL_REACHED,
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Evidence:
    """What a field of the analysis was filled with, and what the party said or pressed for it."""

    value: agent.Json
    evidence: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class ConversationEnd:
    """What is left of a conversation: the agent's outcome, and the evidence of each field."""

    outcome: agent.Outcome | None
    evidence: Mapping[str, Evidence] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class _PartReady:
    say: int
    generation: int
    part: SpokenPart


@dataclass(frozen=True, kw_only=True, slots=True)
class _VoiceFailed:
    pass


_Inbound = Digit | Held | Resumed | _PartReady | _VoiceFailed


class Conversation:
    """One agent's conversation on one leg. `hear` takes the leg's events after the answer; `gone` closes it."""

    def __init__(
        self, leg: Leg, *, agent_: agent.Agent, tts: TextToSpeech, voice: str, on_note: Callable[[turns.Note], None]
    ) -> None:
        self._leg = leg
        self._agent = agent_
        self._tts = tts
        self._voice = voice
        self._on_note = on_note
        self._machine = TurnMachine(rate_hz=leg.rate_hz)
        self._inbox: asyncio.Queue[_Inbound | None] = asyncio.Queue()
        self._state: agent.State | None = None
        self._evidence: dict[str, Evidence] = {}
        self._played = 0
        self._generation = 0
        self._rendering: asyncio.Task[None] | None = None
        self._ended_at: Position | None = None

    def hear(self, event: Digit | Held | Resumed) -> None:
        """Take an event of the leg."""
        self._inbox.put_nowait(event)

    def gone(self, at: Position) -> None:
        """The leg is over; its last sample was sent before `at`."""
        self._ended_at = at
        self._inbox.put_nowait(None)

    def voice_lost(self) -> None:
        """The speech process died: a conversation without a voice ends."""
        self._inbox.put_nowait(_VoiceFailed())

    async def run(self) -> ConversationEnd:
        """Converse until the leg is gone."""
        async with asyncio.TaskGroup() as tasks:
            await self._feed(tasks, turns.Answered())
            while True:
                try:
                    event = await asyncio.wait_for(self._inbox.get(), _TICK_SECONDS)
                except TimeoutError:
                    await self._feed(tasks, turns.Tick())
                    continue
                if event is None:
                    break
                await self._take(tasks, event)
            await self._feed(tasks, turns.LineGone())
            self._stop_rendering()
        return ConversationEnd(outcome=self._agent.outcome(self._state), evidence=self._evidence)

    # --- in ---------------------------------------------------------------------------------------------------------

    async def _take(self, tasks: asyncio.TaskGroup, event: _Inbound) -> None:
        match event:
            case Digit(at=at, digit=digit):
                await self._feed(tasks, turns.KeyPressed(digit=digit, began=at))
            case Held():
                await self._feed(tasks, turns.HoldBegan())
            case Resumed():
                await self._feed(tasks, turns.HoldEnded())
            case _PartReady():
                if event.generation == self._generation and self._ended_at is None:
                    await self._play(tasks, event)
            case _VoiceFailed():
                await self._leg.hang_up(Disposition.ERROR_TTS)
            case _:
                assert_never(event)

    async def _play(self, tasks: asyncio.TaskGroup, ready: _PartReady) -> None:
        offset = self._played
        start = self._leg.play(ready.part.pcm)
        self._played += len(ready.part.pcm)
        played = turns.PartPlayed(
            say=ready.say,
            queue_offset=offset,
            samples=len(ready.part.pcm),
            start=start,
            words=ready.part.words,
            is_last=ready.part.is_last,
        )
        await self._feed(tasks, played)

    def _line(self) -> turns.Line:
        consumed = self._played - self._leg.queued_samples
        return turns.Line(at=self._leg.sent if self._ended_at is None else self._ended_at, consumed=consumed)

    # --- out --------------------------------------------------------------------------------------------------------

    async def _feed(self, tasks: asyncio.TaskGroup, happened: turns.Happened) -> None:
        todo = deque(self._machine.feed(self._line(), happened))
        while todo:
            act = todo.popleft()
            match act:
                case turns.Ask():
                    todo.extend(self._machine.feed(self._line(), self._reply(act.heard)))
                case turns.Render():
                    self._rendering = tasks.create_task(self._render(act, self._generation))
                case turns.Flush():
                    self._flush()
                case turns.Note():
                    self._on_note(act)
                case turns.Hush() | turns.GoOn() | turns.ListenFor() | turns.Settle():
                    pass
                case turns.EndCall():
                    await self._leg.hang_up(_REASONS[act.reason])
                case _:
                    assert_never(act)

    def _reply(self, heard: agent.Input) -> turns.Replied:
        acts = self._agent.reply(self._state, heard)
        for act in acts:
            if isinstance(act, agent.Settled):
                self._state = act.state
            elif isinstance(act, agent.Fill):
                self._evidence[act.field] = Evidence(value=act.value, evidence=act.evidence)
        return turns.Replied(acts=acts)

    def _flush(self) -> None:
        self._stop_rendering()
        consumed = self._played - self._leg.queued_samples
        self._leg.flush()
        self._played = consumed

    def _stop_rendering(self) -> None:
        self._generation += 1
        if self._rendering is not None:
            self._rendering.cancel()
            self._rendering = None

    async def _render(self, act: turns.Render, generation: int) -> None:
        def ready(part: SpokenPart) -> None:
            self._inbox.put_nowait(_PartReady(say=act.say, generation=generation, part=part))

        if not act.text.spoken.strip():
            # A variable may be empty text, which no voice says; the turn goes on behind it.
            ready(SpokenPart(pcm=np.zeros(0, dtype=np.int16), words=(), is_last=True))
            return
        try:
            speech = self._tts.speak(act.text.spoken, voice=self._voice, rate_hz=self._leg.rate_hz, keep=act.text.fixed)
            async for part in speech:
                ready(part)
        except SpeechError:
            self._inbox.put_nowait(_VoiceFailed())
