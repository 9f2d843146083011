"""A voice for tests: each character lasts as long as the next, in clauses of a few words, and it may fail when told to."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field

import numpy as np

from ringtrue.conversation.leg import Pcm
from ringtrue.conversation.speech import Begun, SpokenPart, SpokenWord
from ringtrue.errors import SpeechError

MS_PER_CHARACTER = 60  # 16 characters a second: an unhurried voice
_WORDS_PER_PART = 4
_LOUDNESS = 8000


@dataclass(frozen=True, kw_only=True, slots=True)
class Spoken:
    """One request to the voice."""

    text: str
    voice: str
    keep: bool


@dataclass(kw_only=True, slots=True)
class FakeVoice:
    """Speaks any text; remembers what it was asked for. `fail_at` is the number of the request (from 0) that fails."""

    delay_seconds: float = 0.05
    fail_at: int | None = None
    requests: list[Spoken] = field(default_factory=list)

    def begin(self, text: str, *, voice: str, rate_hz: int, keep: bool = False, is_likely: bool = False) -> Begun:
        """Nothing is made ahead: it takes as long as ever."""
        return _Begun(lambda: self.speak(text, voice=voice, rate_hz=rate_hz, keep=keep))

    async def speak(self, text: str, *, voice: str, rate_hz: int, keep: bool = False) -> AsyncIterator[SpokenPart]:
        """Audio of `text`, four words a part; the words' times are exact."""
        number = len(self.requests)
        self.requests.append(Spoken(text=text, voice=voice, keep=keep))
        words = spoken_words(text, rate_hz)
        for first in range(0, len(words), _WORDS_PER_PART):
            await asyncio.sleep(self.delay_seconds)
            if number == self.fail_at:
                raise SpeechError("The voice was told to fail.")
            part = words[first : first + _WORDS_PER_PART]
            yield SpokenPart(pcm=_tone(part[-1].end - part[0].start), words=part, is_last=first + _WORDS_PER_PART >= len(words))


@dataclass(frozen=True)
class _Begun:
    start: Callable[[], AsyncIterator[SpokenPart]]

    def speak(self) -> AsyncIterator[SpokenPart]:
        return self.start()

    def drop(self) -> None:
        return None


def spoken_words(text: str, rate_hz: int) -> tuple[SpokenWord, ...]:
    """The words of `text` with the times at which this voice says them, without pauses."""
    words = []
    at = 0
    for text_ in text.split():
        end = at + len(text_) * MS_PER_CHARACTER * rate_hz // 1000
        words.append(SpokenWord(text=text_, start=at, end=end, timing="measured"))
        at = end
    return tuple(words)


def _tone(samples: int) -> Pcm:
    return np.where(np.arange(samples) // 10 % 2 == 0, _LOUDNESS, -_LOUDNESS).astype(np.int16)
