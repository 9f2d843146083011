"""The speech ports: text to audio with word positions, and audio to text.

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


class Begun(Protocol):
    """A text that may be spoken soon, and perhaps never: its first part is made when nobody waits for the voice."""

    def speak(self) -> AsyncIterator[SpokenPart]:
        """All of it, as `TextToSpeech.speak` gives it; once only."""
        ...

    def drop(self) -> None:
        """It will not be spoken; harmless when repeated."""
        ...


class TextToSpeech(Protocol):
    """A voice."""

    def speak(self, text: str, *, voice: str, rate_hz: int, keep: bool = False) -> AsyncIterator[SpokenPart]:
        """Audio of `text` clause by clause, so that the first part comes before the rest is rendered.

        The words' texts are exactly `text.split()`. `keep` asks for the result to be cached by text, voice and rate (fixed
        prompts only: never text made from a call's data). Raises SpeechError when the engine fails or its process dies.
        """
        ...

    def begin(self, text: str, *, voice: str, rate_hz: int, keep: bool = False, is_likely: bool = False) -> Begun:
        """Begin a text that may be needed; returns at once and never raises. Drop it or speak it. One that is likely waits for no
        other that is not."""
        ...


@dataclass(frozen=True, kw_only=True, slots=True)
class HeardWord:
    """One word of a party and where it sounds; the times lie within the party's speech and are never measured by the engine."""

    text: str
    start: Position
    end: Position


@dataclass(frozen=True, kw_only=True, slots=True)
class SpeechStarted:
    """The party's voice began at `at`, above what may be echo of our own. Told about 100 ms later."""

    at: Position


@dataclass(frozen=True, kw_only=True, slots=True)
class SpeechPaused:
    """The party's voice stopped at `at`. Told about 100 ms later; it may go on, with another `SpeechStarted`."""

    at: Position


@dataclass(frozen=True, kw_only=True, slots=True)
class Reading:
    """One of the ways in which a stretch of speech may be read. `confidence` is 0..1, the mean probability of what the
    recogniser wrote; `share` is how much speaks for this one among all that were found, 0..1."""

    text: str
    confidence: float
    share: float = 1.0
    words: tuple[HeardWord, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Heard:
    """What was said from the first voice since the last `settle` to the pause at `end`, the likeliest reading first. Its text is
    "" where no words were in it.

    Told once for each pause of 200 ms; when the voice goes on, a later one covers the whole stretch again.
    """

    start: Position
    end: Position
    readings: tuple[Reading, ...]

    @property
    def text(self) -> str:
        """Of the likeliest reading."""
        return self.readings[0].text


@dataclass(frozen=True, kw_only=True, slots=True)
class BeepHeard:
    """A single steady tone, as answering machines give, ended at `at`."""

    at: Position


EarEvent = SpeechStarted | SpeechPaused | Heard | BeepHeard


class Ear(Protocol):
    """Listens to one party; a tap of its leg. All methods but `events` return at once."""

    def heard(self, at: Position, pcm: Pcm) -> None:
        """What the party's side brought; late packets, gaps and repeats are borne."""
        ...

    def sent(self, at: Position, pcm: Pcm) -> None:
        """What we sent, which may come back as echo."""
        ...

    def expect(self, options: tuple[str, ...]) -> None:
        """The closed list of which one may be said next; empty where anything may (no words are ever put into its mouth)."""
        ...

    def settle(self, at: Position) -> None:
        """What was said up to `at` was taken: the next `Heard` begins behind it."""
        ...

    def events(self) -> AsyncIterator[EarEvent]:
        """What it made of it, in order, until closed. Raises SpeechError when it fell over 2 s behind or its process died."""
        ...

    def close(self) -> None:
        """Listen no more; harmless when repeated."""
        ...


class SpeechToText(Protocol):
    """A recogniser."""

    def listen(self, *, rate_hz: int, language: str) -> Ear:
        """A new ear for one party."""
        ...
