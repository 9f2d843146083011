"""One answered call of the softphone: what its persona does, and both sides kept for the disk."""

from __future__ import annotations

import asyncio
from pathlib import Path

from ringtrue.clock import Clock
from ringtrue.conversation import leg as legs
from ringtrue.conversation.leg import Leg
from ringtrue.domain.disposition import Disposition
from ringtrue.errors import RingtrueError
from ringtrue.testing.callee.ears import Ears
from ringtrue.testing.callee.mouth import Mouth
from ringtrue.testing.callee.persona import Persona
from ringtrue.testing.callee.sound import Listener, Tapes, murmur
from ringtrue.testing.callee.spoken import Hearing, SpokenCall
from ringtrue.testing.callee.tell import Tell
from ringtrue.testing.callee.traits import Chance

_KEYS = "0123456789*#ABCD"
_LOOK_SECONDS = 0.05
_HELLO_SECONDS = 0.6
_MURMUR_SECONDS = 0.3


class AnsweredCall:
    """See the module. `mouth` is None for personas that do not speak, `ears` where nobody must understand the agent."""

    def __init__(
        self,
        persona: Persona,
        leg: Leg,
        tell: Tell,
        *,
        mouth: Mouth | None,
        ears: Ears | None,
        clock: Clock,
        typed: asyncio.Queue[str],
    ) -> None:
        self._persona = persona
        self._mouth = mouth
        self._leg = leg
        self._tell = tell
        self._clock = clock
        self._typed = typed
        self._random = self._persona.random()
        self._tapes = Tapes()
        self._listener = Listener()
        self._spoken: SpokenCall | None = None
        leg.add_tap(self._tapes)
        leg.add_tap(self._listener)
        if persona.traits is not None and mouth is not None:
            hearing = Hearing(
                tape=self._tapes.heard_tape, listener=self._listener, ears=ears if persona.traits.needs_ears else None
            )
            self._spoken = SpokenCall(
                persona.traits, Chance(persona.seed), mouth, leg=leg, hearing=hearing, clock=clock, tell=tell
            )

    async def run(self, record: Path | None) -> None:
        """Return once the call is over and written into the folder `record`."""
        leg = self._leg
        acting = asyncio.create_task(self._act())
        async for event in leg.events():
            match event:
                case legs.Answered():
                    self._tell.event("answered")
                case legs.Digit(digit=digit, at=at):
                    self._tell.event("digit", digit=digit, at_samples=int(at))
                case legs.Ended(by=by, at=at):
                    if self._spoken is not None:
                        self._spoken.close()
                    if record is not None:
                        self._tapes.save(record, leg.rate_hz, f"call-{self._tell.number}")
                    self._tell.event("ended", by=by, at_samples=int(at))
        acting.cancel()

    async def _act(self) -> None:
        if self._spoken is None:
            await self._make_do()
            return
        try:
            await self._spoken.run()
        except* RingtrueError as group:
            for exc in group.exceptions:
                self._tell.event("failed", sentence=str(exc))
            await self._leg.hang_up(Disposition.USER_HANGUP)

    async def _make_do(self) -> None:
        """Without speech: murmur, press keys, hang up."""
        persona, clock = self._persona, self._clock
        await clock.sleep(0.2 + self._random.random() * 0.3)
        self._leg.play(murmur(persona.seed, _HELLO_SECONDS))
        match persona.manner:
            case "keys":
                await self._press_all()
            case "hangup":
                await clock.sleep(persona.seconds)
                await self._leg.hang_up(Disposition.USER_HANGUP)
            case "me":
                await self._follow_person()

    async def _press_all(self) -> None:
        pause = int(self._persona.pause * self._leg.rate_hz)
        for index, group in enumerate(self._persona.keys):
            while not self._listener.is_prompt_over(int(self._leg.sent), pause):
                await self._clock.sleep(_LOOK_SECONDS)
            await self._clock.sleep(self._random.random() * 0.5)
            self._listener.forget()
            self._leg.play(murmur(self._persona.seed + index + 1, _MURMUR_SECONDS))
            await self._clock.sleep(_MURMUR_SECONDS + 0.1)
            self._press(group)

    def _press(self, keys: str) -> None:
        at = int(self._leg.sent)
        self._leg.send_digits(keys)
        self._tell.pressed(keys, at)

    async def _follow_person(self) -> None:
        """What a person types: keys are pressed, words are said, `h` hangs up."""
        while True:
            text = await self._typed.get()
            if text == "h":
                await self._leg.hang_up(Disposition.USER_HANGUP)
                return
            if text and set(text) <= set(_KEYS):
                self._press(text)
            elif any(letter.isalpha() for letter in text) and self._mouth is not None:
                start = self._leg.play(await self._mouth.pcm(text))
                self._tell.event("said", text=text, start_samples=int(start), kind="typed")
