"""The softphone: takes every call that comes and treats it as its persona does."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from ringtrue.audio.block import TELEPHONE_RATE_HZ
from ringtrue.clock import Clock
from ringtrue.errors import RingtrueError, SetupError
from ringtrue.speech.catalogue import DEFAULT_VOICE
from ringtrue.telephony.rtp.pacer import Pacer
from ringtrue.telephony.sip_carrier import SipArrival, SipCarrier
from ringtrue.telephony.sip_config import SipConfig
from ringtrue.testing import voices
from ringtrue.testing.callee.answered import AnsweredCall
from ringtrue.testing.callee.ears import DEFAULT_MODEL, WhisperEars
from ringtrue.testing.callee.impaired import ImpairedPorts
from ringtrue.testing.callee.mouth import Mouth
from ringtrue.testing.callee.persona import Persona
from ringtrue.testing.callee.player import Player
from ringtrue.testing.callee.player import command as player_command
from ringtrue.testing.callee.script import Script
from ringtrue.testing.callee.tell import Say, Tell
from ringtrue.testing.callee.traits import Chance, LineTraits, Range, Speaker, Traits

_LOOK_SECONDS = 0.05
_TYPIST_PITCH = Range(low=3.0, high=3.0)  # the agent has the same voice: another person is to be heard


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
    models_dir: Path = Path("data/models")
    ears_model: str = DEFAULT_MODEL

    @property
    def personas(self) -> tuple[Persona, ...]:
        """Everybody who may answer."""
        return (self.persona, *self.by_number.values())

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
        self._ports = ImpairedPorts(*config.rtp_ports)
        self._carrier = SipCarrier(
            SipConfig(host=config.host, port=config.port, rtp_ports=config.rtp_ports),
            clock=clock,
            pacer=self._pacer,
            ports=self._ports,
        )
        needs_ears = any(one.traits is not None and one.traits.needs_ears for one in config.personas)
        self._ears = WhisperEars(config.models_dir, config.ears_model) if needs_ears else None
        self._calls = 0
        self.typed: asyncio.Queue[str] = asyncio.Queue()

    @property
    def port(self) -> int:
        """The SIP port."""
        return self._carrier.port

    async def start(self) -> None:
        """Load what personas need to understand the agent, and bind the port. Raises SetupError."""
        for persona in self._config.personas:
            _check_voices(persona)
        if self._ears is not None:
            await self._ears.start()
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
        try:
            mouth, _ = await asyncio.gather(self._mouth(persona), self._clock.sleep(persona.answer_after))
        except RingtrueError as exc:
            self._say({"event": "failed", "call": number, "sentence": exc.sentence})
            await arrival.reject(500)
            return
        if persona.manner == "never":
            while not arrival.is_over:
                await self._clock.sleep(_LOOK_SECONDS)
        if arrival.is_over:
            self._say({"event": "cancelled", "call": number})
        elif persona.manner == "refuse":
            await arrival.reject(persona.status)
            self._say({"event": "refused", "call": number, "status": persona.status})
        else:
            await self._answer(arrival, persona, mouth, number)

    async def _mouth(self, persona: Persona) -> Mouth | None:
        """The persona's voice with what it will say, rendered while the phone rings. Raises SetupError."""
        if persona.traits is None:
            return await self._typist() if persona.manner == "me" else None
        chance = Chance(persona.seed)
        mouth = Mouth(persona.traits, chance, rate_hz=TELEPHONE_RATE_HZ, models_dir=self._config.models_dir)
        await mouth.prepare(Script(persona.traits, chance).first_texts())
        return mouth

    async def _typist(self) -> Mouth | None:
        """The local voice, for what a person types; None where it is not here."""
        voice = self._config.models_dir / DEFAULT_VOICE
        if not voices.has("piper") or not voice.is_dir():
            return None
        one = Range(low=1.0, high=1.0)
        local = Speaker(engine="piper", name=DEFAULT_VOICE)
        traits = Traits(voices=(local,), speed=one, pitch=_TYPIST_PITCH, level_db=Range(low=0.0, high=0.0), pause=one)
        mouth = Mouth(traits, Chance(0), rate_hz=TELEPHONE_RATE_HZ, models_dir=self._config.models_dir)
        await mouth.prepare(["Hello."])
        return mouth

    async def _answer(self, arrival: SipArrival, persona: Persona, mouth: Mouth | None, number: int) -> None:
        # `accept` binds its media port before it first waits, so the next socket is this call's.
        line = persona.traits.line if persona.traits is not None else LineTraits()
        self._ports.impair_next(line, Chance(persona.seed).stream("network"))
        leg = await arrival.accept(lambda _snapshot: None)
        talk = AnsweredCall(
            persona, leg, Tell(say=self._say, number=number), mouth=mouth, ears=self._ears, clock=self._clock, typed=self.typed
        )
        player = Player(player_command(leg.rate_hz) if self._config.play else None)
        leg.add_tap(player)
        try:
            await talk.run(self._config.record)
        finally:
            player.close()


def _check_voices(persona: Persona) -> None:
    """Raises SetupError where somebody who has something to say has no voice here."""
    traits = persona.traits
    if traits is None or not Script(traits, Chance(persona.seed)).first_texts():
        return
    for speaker in traits.voices:
        if not voices.has(speaker.engine):
            how = "pip install 'ringtrue[local]'" if speaker.engine == "piper" else f"sudo apt install {speaker.engine}"
            raise SetupError(f"{persona.name} speaks with {speaker.engine}, which is not here: {how}.")
