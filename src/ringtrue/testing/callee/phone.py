"""The softphone: takes every call that comes and treats it as its persona does."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from ringtrue.clock import Clock
from ringtrue.conversation import leg as legs
from ringtrue.conversation.leg import Leg
from ringtrue.domain.disposition import Disposition
from ringtrue.telephony.rtp.pacer import Pacer
from ringtrue.telephony.sip_carrier import SipArrival, SipCarrier
from ringtrue.telephony.sip_config import SipConfig
from ringtrue.testing.callee.persona import Persona
from ringtrue.testing.callee.player import Player
from ringtrue.testing.callee.player import command as player_command
from ringtrue.testing.callee.sound import Listener, Tapes, murmur

_LOOK_SECONDS = 0.05
_HELLO_SECONDS = 0.6
_MURMUR_SECONDS = 0.3

Say = Callable[[dict[str, object]], None]


@dataclass(frozen=True, kw_only=True, slots=True)
class PhoneConfig:
    """Where the phone is and where it writes what it heard. `by_number` holds personas for certain numbers that are dialled;
    with `seed_by_number` the last four digits of the number seed the persona."""

    persona: Persona
    by_number: Mapping[str, Persona] = field(default_factory=dict)
    seed_by_number: bool = False
    host: str = "127.0.0.1"
    port: int = 0
    rtp_ports: tuple[int, int] = (40000, 40999)
    record: Path | None = None
    play: bool = False

    def persona_for(self, dialled: str) -> Persona:
        """Who answers that number."""
        persona = self.by_number.get(dialled, self.persona)
        seed = dialled[-4:]
        return replace(persona, seed=int(seed)) if self.seed_by_number and seed.isdigit() else persona


class Phone:
    """See the module. Every event is told to `say` as a small JSON object."""

    def __init__(self, config: PhoneConfig, *, clock: Clock, say: Say) -> None:
        self._config = config
        self._clock = clock
        self._say: Say = lambda message: say({**message, "at": clock.now().timestamp()})
        self._pacer = Pacer(clock)
        self._carrier = SipCarrier(
            SipConfig(host=config.host, port=config.port, rtp_ports=config.rtp_ports), clock=clock, pacer=self._pacer
        )
        self._calls = 0
        self.typed: asyncio.Queue[str] = asyncio.Queue()

    @property
    def port(self) -> int:
        """The SIP port."""
        return self._carrier.port

    async def start(self) -> None:
        """Bind the port."""
        await self._carrier.start()

    async def run(self) -> None:
        """Take calls until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._pacer.run())
            async for arrival in self._carrier.arrivals():
                assert isinstance(arrival, SipArrival)
                self._calls += 1
                tasks.create_task(self._treat(arrival, self._calls))

    async def close(self) -> None:
        """Give the port back."""
        await self._carrier.close()

    async def _treat(self, arrival: SipArrival, number: int) -> None:
        persona = self._config.persona_for(arrival.dialled)
        self._say({"event": "ringing", "call": number, "dialled": arrival.dialled, "caller": arrival.caller})
        arrival.progress(180)
        await self._clock.sleep(persona.answer_after)
        if persona.manner == "never":
            while not arrival.is_over:
                await self._clock.sleep(_LOOK_SECONDS)
        if arrival.is_over:
            self._say({"event": "cancelled", "call": number})
        elif persona.manner == "refuse":
            await arrival.reject(persona.status)
            self._say({"event": "refused", "call": number, "status": persona.status})
        else:
            leg = await arrival.accept(lambda _snapshot: None)
            talk = _AnsweredCall(persona, self._config.record, leg, number, clock=self._clock, say=self._say, typed=self.typed)
            player = Player(player_command(leg.rate_hz) if self._config.play else None)
            leg.add_tap(player)
            try:
                await talk.run()
            finally:
                player.close()


class _AnsweredCall:
    """One answered call."""

    def __init__(
        self, persona: Persona, record: Path | None, leg: Leg, number: int, *, clock: Clock, say: Say, typed: asyncio.Queue[str]
    ) -> None:
        self._record = record
        self._clock = clock
        self._say = say
        self._typed = typed
        self._leg = leg
        self._number = number
        self._persona = persona
        self._random = self._persona.random()
        self._tapes = Tapes()
        self._listener = Listener()

    async def run(self) -> None:
        leg = self._leg
        leg.add_tap(self._tapes)
        leg.add_tap(self._listener)
        acting = asyncio.create_task(self._act())
        async for event in leg.events():
            match event:
                case legs.Answered():
                    self._say({"event": "answered", "call": self._number})
                case legs.Digit(digit=digit, at=at):
                    self._say({"event": "digit", "call": self._number, "digit": digit, "at_samples": int(at)})
                case legs.Ended(by=by, at=at):
                    self._save()
                    self._say({"event": "ended", "call": self._number, "by": by, "at_samples": int(at)})
        acting.cancel()

    def _save(self) -> None:
        if self._record is not None:
            self._tapes.save(self._record, self._leg.rate_hz, f"call-{self._number}")

    async def _act(self) -> None:
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
        self._leg.send_digits(keys)
        self._say({"event": "pressed", "call": self._number, "digits": keys})

    async def _follow_person(self) -> None:
        """Keys as a person types them; `h` hangs up."""
        while True:
            text = await self._typed.get()
            if text == "h":
                await self._leg.hang_up(Disposition.USER_HANGUP)
                return
            keys = "".join(key for key in text.upper() if key in "0123456789*#ABCD")
            if keys:
                self._press(keys)
