"""The speech ports: text to audio with word positions, and (a seam for later) audio to text.

No port assumes partial results from a recogniser or word times from a voice.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Literal, Protocol

from ringtrue.conversation.leg import Pcm, Position

Timing = Literal["measured", "estimated"]


@dataclass(frozen=True, kw_only=True, slots=True)
class SpokenWord:
    """One word of the text given to the voice; `start` and `end` are samples from the first sample of the whole text's audio."""

    text: str
    start: int
    end: int
    timing: Timing


@dataclass(frozen=True, kw_only=True, slots=True)
class SpokenPart:
    """One clause of audio. Parts come in order and join without a gap; `words` lie within this part.

    `is_last` closes the text.
    """

    pcm: Pcm
    words: tuple[SpokenWord, ...]
    is_last: bool = False


class TextToSpeech(Protocol):
    """A voice."""

    def speak(self, text: str, *, voice: str, rate_hz: int, keep: bool = False) -> AsyncIterator[SpokenPart]:
        """Audio of `text` clause by clause, so that the first part comes before the rest is rendered.

        The words' texts are exactly `text.split()`. `keep` asks for the result to be cached by text, voice and rate (fixed
        prompts only: never text made from a call's data). Raises SpeechError when the engine fails or its process dies.
        """
        ...


@dataclass(frozen=True, kw_only=True, slots=True)
class SpeechStarted:
    """The party began to speak at `at`."""

    at: Position


@dataclass(frozen=True, kw_only=True, slots=True)
class SpeechEnded:
    """The party stopped speaking at `at`."""

    at: Position


@dataclass(frozen=True, kw_only=True, slots=True)
class Final:
    """What was said between two positions; `confidence` in 0..1."""

    start: Position
    end: Position
    text: str
    confidence: float


EarEvent = SpeechStarted | SpeechEnded | Final


class Ear(Protocol):
    """Listens to one party."""

    def write(self, at: Position, pcm: Pcm) -> None:
        """Give it what was heard; never blocks."""
        ...

    def events(self) -> AsyncIterator[EarEvent]:
        """What it made of it. Raises SpeechError when it fell too far behind or its process died."""
        ...


class SpeechToText(Protocol):
    """A recogniser."""

    def listen(self, *, rate_hz: int, language: str) -> Ear:
        """A new ear for one party."""
        ...
