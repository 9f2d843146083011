"""Run a conversation on a leg: the only file of this room that awaits. It carries the machine's acts out and feeds it back.

What the agent will probably say next is begun before it is asked for; see `rehearsal`.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import assert_never

import numpy as np

from ringtrue.conversation import agent, turns
from ringtrue.conversation.leg import Digit, Held, Leg, Position, Resumed
from ringtrue.conversation.machine import TurnMachine
from ringtrue.conversation.playout import Playout
from ringtrue.conversation.policies.barge_in import is_backchannel
from ringtrue.conversation.rehearsal import Rehearsal
from ringtrue.conversation.speech import BeepHeard, Ear, EarEvent, Heard, SpeechPaused, SpeechStarted, SpokenPart, TextToSpeech
from ringtrue.domain.disposition import Disposition
from ringtrue.errors import SpeechError

_TICK_SECONDS = 0.1  # silence, live transcript and the last word need no finer grain; keys and audio come at once
_BLOCK_SECONDS = 0.02  # while the party speaks, the floor and the end of its turn hang on each block
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
    """What is left of a conversation: the agent's outcome, the evidence of each field, and whether a machine answered."""

    outcome: agent.Outcome | None
    evidence: Mapping[str, Evidence] = field(default_factory=dict)
    in_voicemail: bool | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class _PartReady:
    say: int
    generation: int
    part: SpokenPart


@dataclass(frozen=True, kw_only=True, slots=True)
class _Failed:
    disposition: Disposition


_Inbound = Digit | Held | Resumed | EarEvent | _PartReady | _Failed
OnFed = Callable[[turns.Line, turns.Happened, Sequence[turns.TurnAct]], None]


class Conversation:
    """One agent's conversation on one leg. `hear` takes the leg's events after the answer; `gone` closes it.

    Without an `ear` the party answers by keys. `answered` says how the conversation opens; `on_fed` is told everything that
    goes into the turn machine with what came out, in order.
    """

    def __init__(
        self,
        leg: Leg,
        *,
        agent_: agent.Agent,
        tts: TextToSpeech,
        voice: str,
        on_note: Callable[[turns.Note], None],
        ear: Ear | None = None,
        answered: turns.Answered | None = None,
        on_fed: OnFed | None = None,
    ) -> None:
        self._leg = leg
        self._agent = agent_
        self._on_note = on_note
        self._ear = ear
        self._answered = answered or turns.Answered()
        self._on_fed = on_fed
        self._playout = Playout(leg)
        self._rehearsal = Rehearsal(tts, voice=voice, rate_hz=leg.rate_hz)
        self._machine = TurnMachine(rate_hz=leg.rate_hz)
        self._inbox: asyncio.Queue[_Inbound | None] = asyncio.Queue()
        self._state: agent.State | None = None
        self._evidence: dict[str, Evidence] = {}
        self._before: tuple[agent.State | None, dict[str, Evidence]] = (None, {})  # the words last given to the agent
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
        self._inbox.put_nowait(_Failed(disposition=Disposition.ERROR_TTS))

    async def run(self) -> ConversationEnd:
        """Converse until the leg is gone."""
        try:
            await self._converse()
        finally:
            if self._ear is not None:
                self._ear.close()
        return ConversationEnd(
            outcome=self._agent.outcome(self._state), evidence=self._evidence, in_voicemail=self._machine.in_voicemail
        )

    async def _converse(self) -> None:
        async with asyncio.TaskGroup() as tasks:
            listening = None if self._ear is None else tasks.create_task(self._listen(self._ear))
            await self._feed(tasks, self._answered)
            while True:
                try:
                    pause = _BLOCK_SECONDS if self._machine.is_attentive else _TICK_SECONDS
                    event = await asyncio.wait_for(self._inbox.get(), pause)
                except TimeoutError:
                    await self._feed(tasks, turns.Tick())
                    continue
                if event is None:
                    break
                await self._take(tasks, event)
            await self._feed(tasks, turns.LineGone())
            self._stop_rendering()
            self._rehearsal.drop()
            if listening is not None:
                listening.cancel()

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
            case SpeechStarted(at=at):
                await self._feed(tasks, turns.VoiceBegan(began=at))
            case SpeechPaused(at=at):
                await self._feed(tasks, turns.VoicePaused(ended=at))
            case Heard():
                words = self._words(event)
                await self._feed(tasks, words)
                self._foresee_reply(words)
            case BeepHeard(at=at):
                await self._feed(tasks, turns.Beeped(ended=at))
            case _Failed(disposition=disposition):
                await self._leg.hang_up(disposition)
            case _:
                assert_never(event)

    async def _listen(self, ear: Ear) -> None:
        try:
            async for event in ear.events():
                self._inbox.put_nowait(event)
        except SpeechError:
            self._inbox.put_nowait(_Failed(disposition=Disposition.ERROR_ASR))

    def _words(self, heard: Heard) -> turns.WordsHeard:
        """Of the ways to read it the one that the agent takes for an answer; a sign of listening is none."""
        state = self._before[0] if self._machine.is_answered_anew else self._state
        place = 0 if is_backchannel(heard.text) else self._agent.preferred(state, heard.readings)
        taken = heard.readings[place]
        return turns.WordsHeard(
            start=heard.start,
            end=heard.end,
            text=taken.text,
            confidence=taken.confidence,
            words=taken.words,
            is_whole=bool(taken.text) and self._agent.is_whole(state, taken.text),
        )

    async def _play(self, tasks: asyncio.TaskGroup, ready: _PartReady) -> None:
        offset, start = self._playout.play(ready.part.pcm)
        played = turns.PartPlayed(
            say=ready.say,
            queue_offset=offset,
            samples=len(ready.part.pcm),
            start=start,
            words=ready.part.words,
            is_last=ready.part.is_last,
        )
        rendering = self._rendering
        await self._feed(tasks, played)
        if played.is_last and self._rendering is rendering:  # nothing more is to be said: the voice has time
            self._rehearsal.foresee(self._agent.foreseen(self._state))

    def _foresee_reply(self, heard: turns.WordsHeard) -> None:
        """To words that were not taken yet: the party may go on."""
        if self._state is None or not heard.text or not self._machine.is_attentive or self._leg.queued_samples:
            return
        acts = self._agent.reply(self._state, agent.Words(text=heard.text, confidence=heard.confidence))
        self._rehearsal.foresee([act for act in acts if isinstance(act, agent.Say)][:1], is_likely=True)

    def _line(self) -> turns.Line:
        return turns.Line(at=self._leg.sent if self._ended_at is None else self._ended_at, consumed=self._playout.consumed)

    # --- out --------------------------------------------------------------------------------------------------------

    async def _feed(self, tasks: asyncio.TaskGroup, happened: turns.Happened) -> None:
        todo = deque(self._fed(happened))
        while todo:
            act = todo.popleft()
            match act:
                case turns.Ask():
                    todo.extend(self._fed(self._reply(act.heard, anew=act.anew)))
                case turns.Render():
                    self._rendering = tasks.create_task(self._render(act, self._generation))
                case turns.Note():
                    self._on_note(act)
                case turns.EndCall():
                    await self._leg.hang_up(_REASONS[act.reason])
                case turns.Flush():
                    self._stop_rendering()
                    self._playout.drop()
                case turns.Hush():
                    self._playout.hush()
                case turns.GoOn(back=back):
                    self._playout.go_on(back)
                case turns.ListenFor() | turns.Settle():
                    self._tell_ear(act)
                case _:
                    assert_never(act)

    def _fed(self, happened: turns.Happened) -> Sequence[turns.TurnAct]:
        line = self._line()
        acts = self._machine.feed(line, happened)
        if self._on_fed is not None:
            self._on_fed(line, happened, acts)
        return acts

    def _tell_ear(self, act: turns.ListenFor | turns.Settle) -> None:
        if self._ear is None:
            return
        if isinstance(act, turns.Settle):
            self._ear.settle(act.at)
        else:
            self._ear.expect(act.options)

    def _reply(self, heard: agent.Input, *, anew: bool) -> turns.Replied:
        if anew:
            self._state, self._evidence = self._before[0], dict(self._before[1])
        elif isinstance(heard, agent.Words):
            self._before = (self._state, dict(self._evidence))
        acts = self._agent.reply(self._state, heard)
        for act in acts:
            if isinstance(act, agent.Settled):
                self._state = act.state
            elif isinstance(act, agent.Fill):
                self._evidence[act.field] = Evidence(value=act.value, evidence=act.evidence)
        return turns.Replied(acts=acts)

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
            async for part in self._rehearsal.speak(act.text):
                ready(part)
        except SpeechError:
            self._inbox.put_nowait(_Failed(disposition=Disposition.ERROR_TTS))
