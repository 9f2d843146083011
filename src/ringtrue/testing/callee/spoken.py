"""A call of a callee that speaks: it hears prompts to their end by their energy, understands them, and does what its script says.

While it waits out its pause the prompt is already being recognised; if the agent goes on meanwhile, it has not ended. What
fits none of its answers it waits on for longer, because the question may be still to come.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from ringtrue.clock import Clock
from ringtrue.conversation.leg import Leg
from ringtrue.domain.disposition import Disposition
from ringtrue.testing.callee.ears import Ears
from ringtrue.testing.callee.line import Line, Utterance
from ringtrue.testing.callee.matching import fit
from ringtrue.testing.callee.mouth import Mouth, read_wav
from ringtrue.testing.callee.script import Act, Kind, Script
from ringtrue.testing.callee.sound import Listener, Tape, beep, music, quietest
from ringtrue.testing.callee.tell import Tell
from ringtrue.testing.callee.traits import Backchannel, BargeIn, Chance, Traits

_LOOK_SECONDS = 0.02
_PAUSED_SECONDS = 0.25  # a pause that may be the end of a prompt: then it is worth recognising
_UNCLEAR_SECONDS = 1.5  # more patience where nothing asked fits
_LEAST_SPEECH_SECONDS = 0.3
_AROUND_SECONDS = 0.2
_STOPPING_SECONDS = 0.6  # an agent that begins later than this after we began answers us; earlier, it did not hear us yet
_END_SECONDS = (2.0, 1.2)  # before the end of a prompt, between which its last question begins: with these all were heard
_ASK_AGAIN_SECONDS = 0.6
_WORD_SECONDS = 0.36  # of the agent's voice, pauses included
_MUSIC_SECONDS = 20.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Hearing:
    """The receiving side: what came, when the agent spoke in it, and who writes it down (None where nobody need)."""

    tape: Tape
    listener: Listener
    ears: Ears | None


class SpokenCall:
    """See the module."""

    def __init__(
        self, traits: Traits, chance: Chance, mouth: Mouth, *, leg: Leg, hearing: Hearing, clock: Clock, tell: Tell
    ) -> None:
        self._traits = traits
        self._chance = chance
        self._mouth = mouth
        self._leg = leg
        self._tape, self._listener, self._ears = hearing.tape, hearing.listener, hearing.ears
        self._clock = clock
        self._tell = tell
        self._script = Script(traits, chance)
        self._line = Line(traits.line, leg, hearing.tape, seed=chance.seed, voice_rms=mouth.rms, told=tell.said)
        self._answers_given = 0
        self._tasks: asyncio.TaskGroup
        self._guess: asyncio.Task[str] | None = None
        self._guess_of = 0
        self._barged = 0
        self._barge_at = 0.0
        self._murmured = 0
        self._murmur_at = 0.0
        self._stretch = -1
        leg.add_tap(self._line)

    async def run(self) -> None:
        """Speak until the call ends, or the persona has enough of it."""
        async with asyncio.TaskGroup() as self._tasks:
            await self._clock.sleep(0.2 + self._chance.stream("lift").random() * 0.3)
            if self._script.greeting:
                await self._say(self._script.greeting, "greeting")
            if self._traits.voicemail is not None:
                await self._be_a_machine()
            elif self._traits.hold_music:
                await self._play_music()
            else:
                self._draw()
                while not await self._is_enough():
                    await self._turn()
            await self._leg.hang_up(Disposition.USER_HANGUP)

    def close(self) -> None:
        """The call is over: tell what was being said as far as it was."""
        self._line.close()

    # --- turns ------------------------------------------------------------------------------------------------------

    async def _turn(self) -> None:
        """One prompt of the agent's and what is done about it; returns early when the persona has enough."""
        pause = self._chance.within(self._traits.pause, "pause")
        while not await self._is_enough():
            await self._clock.sleep(_LOOK_SECONDS)
            quiet = self._quiet_seconds()
            if quiet is None or quiet < _PAUSED_SECONDS:
                if quiet is not None and await self._speak_into_speech():
                    return
                continue
            heard = self._understood()
            if heard is None or quiet < pause:
                continue
            act = self._script.reply(heard)
            if act is None:
                if self._traits.answers and quiet < pause + _UNCLEAR_SECONDS:
                    continue
                act = self._script.otherwise()
            if self._ears is not None:
                self._tell.heard(heard, self._listener.last_speech or 0)
            await self._do(act)
            return

    def _quiet_seconds(self) -> float | None:
        """Since the agent's last sound of this prompt; None before it spoke."""
        listener = self._listener
        if listener.last_speech is None or listener.speech_samples < self._samples(_LEAST_SPEECH_SECONDS):
            return None
        return (int(self._leg.sent) - listener.last_speech) / self._leg.rate_hz

    def _understood(self) -> str | None:
        """The prompt in words; None while it is being recognised."""
        if self._ears is None:
            return ""
        last = self._listener.last_speech or 0
        if self._guess is None or self._guess_of != last:
            self._guess_of = last
            self._guess = self._tasks.create_task(self._recognised())
        return self._guess.result() if self._guess.done() else None

    async def _recognised(self) -> str:
        """The prompt's words; where no answer fits them, those of its end once more: long texts lose their last sentence."""
        assert self._ears is not None
        rate, around = self._leg.rate_hz, self._samples(_AROUND_SECONDS)
        first, last = self._listener.first_speech, self._listener.last_speech or 0
        text = await self._ears.written(self._tape.read(max(0, first - around), last + around), rate)
        early, late = (last - self._samples(seconds) for seconds in _END_SECONDS)
        if early <= first or self._script.fits(text):
            return text
        cut = early + quietest(self._tape.read(early, late), rate)
        return f"{text} {await self._ears.written(self._tape.read(cut, last + around), rate)}"

    async def _do(self, act: Act | None) -> None:
        began = int(self._leg.sent)
        if act is None:
            self._listener.begin_at(began, began)
        elif act.keys:
            self._leg.send_digits(act.keys)
            self._tell.pressed(act.keys, began)
            self._listener.begin_at(began, began)
            self._answers_given += 1
        elif act.audio is not None:
            pcm = await asyncio.to_thread(read_wav, act.audio, self._leg.rate_hz)
            await self._over(self._line.say(pcm, text=act.audio.name, kind="answer"))
            self._answers_given += 1
        else:
            await self._say(act.text, "answer")
            self._answers_given += 1
        self._draw()

    async def _say(self, text: str, kind: Kind) -> None:
        utterance = self._line.say(await self._mouth.pcm(text), text=text, kind=kind)
        await (utterance.over.wait() if kind == "greeting" else self._over(utterance))

    async def _over(self, utterance: Utterance) -> None:
        """Return once it was said; what the agent began to say meanwhile is the next prompt."""
        await utterance.over.wait()
        assert utterance.start is not None
        assert utterance.end is not None
        self._listener.begin_at(utterance.start + self._samples(_STOPPING_SECONDS), utterance.end)

    # --- while the agent speaks -------------------------------------------------------------------------------------

    def _draw(self) -> None:
        """When the next interruption comes, in seconds of the next prompt."""
        if self._traits.barge_in is not None:
            self._barge_at = self._chance.within(self._traits.barge_in.after, "barge in after")

    async def _speak_into_speech(self) -> bool:
        """Whether the turn was taken from the agent."""
        if self._traits.backchannel is not None:
            await self._murmur(self._traits.backchannel)
        barge = self._traits.barge_in
        if barge is None or self._barged >= barge.times or self._speech_seconds() < self._barge_at:
            return False
        if not await self._is_meant(barge):
            self._barge_at = self._speech_seconds() + _ASK_AGAIN_SECONDS
            return False
        self._barged += 1
        await self._say(self._script.barge_in(self._barged - 1), "barge_in")
        self._draw()
        return True

    async def _is_meant(self, barge: BargeIn) -> bool:
        """Whether it is that prompt, and the agent still speaks once that is known."""
        if barge.to:
            heard = await self._recognised()
            if fit(barge.to, heard) is None:
                return False
            self._tell.heard(heard, self._listener.last_speech or 0)
        quiet = self._quiet_seconds()
        return quiet is not None and quiet < _PAUSED_SECONDS

    async def _murmur(self, backchannel: Backchannel) -> None:
        """People murmur into what goes on for a while, not into a short question: the time counts anew after each pause."""
        began, samples = self._listener.stretch
        if began != self._stretch:
            self._stretch = began
            self._murmur_at = self._chance.within(backchannel.every, "backchannel every")
        if samples < self._samples(self._murmur_at) or self._line.is_speaking:
            return
        self._murmur_at += self._chance.within(backchannel.every, "backchannel every")
        text = self._script.backchannel(self._murmured)
        self._murmured += 1
        self._line.say(await self._mouth.pcm(text), text=text, kind="backchannel")

    def _speech_seconds(self) -> float:
        return self._listener.speech_samples / self._leg.rate_hz

    async def _is_enough(self) -> bool:
        limit = self._traits.hang_up
        if limit is None:
            return False
        words = self._listener.total_samples / self._leg.rate_hz / _WORD_SECONDS
        return (limit.after_words is not None and words >= limit.after_words) or (
            limit.after_answers is not None and self._answers_given >= limit.after_answers
        )

    # --- machines ---------------------------------------------------------------------------------------------------

    async def _be_a_machine(self) -> None:
        machine = self._traits.voicemail
        assert machine is not None
        await self._say(machine.greeting, "voicemail")
        await self._line.say(beep(machine.beep_hz, machine.beep_ms), text="", kind="beep").over.wait()
        await self._clock.sleep(machine.seconds)

    async def _play_music(self) -> None:
        tune = music(self._chance.seed, _MUSIC_SECONDS, self._leg.rate_hz)
        playing = self._line.say(tune, text="", kind="music")
        while True:
            following = self._line.say(tune, text="", kind="music")  # behind it, so that there is no gap
            await playing.over.wait()
            playing = following

    def _samples(self, seconds: float) -> int:
        return int(seconds * self._leg.rate_hz)
