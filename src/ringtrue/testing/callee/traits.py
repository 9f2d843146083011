"""What a speaking callee is like, as values. Everything random in it comes from its seed, by purpose and not by time."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from ringtrue.testing.voices import Engine

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True, slots=True)
class Range:
    """From `low` to `high`, any of it as likely."""

    low: float
    high: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Speaker:
    """One of the voices a persona may have, with ranges of its own where it does not bear those of the persona."""

    engine: Engine
    name: str
    speed: Range | None = None
    pitch: Range | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Reply:
    """What is done at once: one of the wordings said, one of the files played, or keys pressed."""

    say: tuple[str, ...] = ()
    audio: tuple[Path, ...] = ()
    keys: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """A reply to prompts that sound like `to`, at most `times` times."""

    to: str
    reply: Reply
    times: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Hesitation:
    """How an answer is broken up: `share` of the answers get a filler and a pause, `repeat` of those a word twice."""

    fillers: tuple[str, ...]
    pause: Range
    share: float = 1.0
    repeat: float = 0.5


@dataclass(frozen=True, kw_only=True, slots=True)
class BargeIn:
    """Speaking while the agent speaks: after so many seconds of its speech in one prompt, which sounds like `to` if given."""

    after: Range
    say: tuple[str, ...]
    to: str = ""
    times: int = 1


@dataclass(frozen=True, kw_only=True, slots=True)
class Backchannel:
    """Small sounds while the agent speaks."""

    every: Range
    say: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class LineTraits:
    """What the line does to the sound. `noise_db` is relative to the voice, `echo_db` to what is heard."""

    noise_db: float | None = None
    echo_db: float | None = None
    echo_ms: int = 80
    loss: float = 0.0
    jitter_ms: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Voicemail:
    """A machine: a greeting, a beep, then silence until the agent hangs up, or `seconds` are over."""

    greeting: str
    beep_hz: float = 1000.0
    beep_ms: int = 400
    seconds: float = 60.0


@dataclass(frozen=True, kw_only=True, slots=True)
class HangUp:
    """When the persona has enough: after so many words of the agent's, or after its own so-manieth answer."""

    after_words: int | None = None
    after_answers: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Traits:
    """See the module. Times are seconds, levels decibels relative to the voice as rendered."""

    voices: tuple[Speaker, ...]
    speed: Range
    pitch: Range
    level_db: Range
    pause: Range
    greeting: tuple[str, ...] = ()
    answers: tuple[Answer, ...] = ()
    otherwise: Reply | None = None
    hesitate: Hesitation | None = None
    off_topic: tuple[str, ...] = ()
    barge_in: BargeIn | None = None
    backchannel: Backchannel | None = None
    line: LineTraits = LineTraits()
    is_silent: bool = False
    hold_music: bool = False
    voicemail: Voicemail | None = None
    hang_up: HangUp | None = None

    @property
    def needs_ears(self) -> bool:
        """Whether it must understand the agent to know what to do."""
        return bool(self.answers) or (self.barge_in is not None and bool(self.barge_in.to))


class Chance:
    """The luck of one persona. What is drawn for one purpose does not depend on what was drawn for others before."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self._streams: dict[str, random.Random] = {}

    def stream(self, purpose: str) -> random.Random:
        """The randomness of that purpose; it goes on where it was."""
        if purpose not in self._streams:
            self._streams[purpose] = random.Random(f"{self.seed} {purpose}")  # noqa: S311 - no secret
        return self._streams[purpose]

    def within(self, span: Range, purpose: str) -> float:
        """A number of the range."""
        return self.stream(purpose).uniform(span.low, span.high)

    def one_of(self, choices: Sequence[T], purpose: str) -> T:
        """One of them."""
        return self.stream(purpose).choice(choices)

    def order(self, choices: Sequence[T], purpose: str) -> tuple[T, ...]:
        """All of them in the order of this persona, the same whenever it is asked for."""
        return tuple(random.Random(f"{self.seed} {purpose}").sample(choices, len(choices)))  # noqa: S311 - no secret
