"""The voice as the media process sees it: a speech child behind a pipe, watched and started again, with fixed prompts kept.

Nothing here computes: the child renders and resamples, files are read in threads.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import aclosing
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np

from ringtrue.conversation.speech import Begun, SpokenPart, SpokenWord
from ringtrue.errors import SpeechError
from ringtrue.speech.cache import PromptCache
from ringtrue.speech.catalogue import DEFAULT_VOICE
from ringtrue.speech.watched import WatchedChild

_RESTART_SECONDS = 10.0  # how long a text waits for a child that is being started again
_SECONDS_PER_CHARACTER = 0.008  # of rendering, on one thread of the reference machine
_MOST_TEXTS = 1024  # far beyond what admission lets in: a bound of memory, not of quality
_MOST_BEGUN = _MOST_TEXTS // 2  # what may never be needed takes no place of what is


@dataclass(frozen=True, kw_only=True, slots=True)
class SpeechConfig:
    """Which engine and voice, where its files and the kept prompts are."""

    engine: Literal["piper", "tones"]
    models_dir: Path
    cache_dir: Path
    voice: str = DEFAULT_VOICE


@dataclass(kw_only=True, slots=True)
class _Job:
    parts: asyncio.Queue[SpokenPart | SpeechError]
    characters: int
    is_needed: bool


@dataclass(frozen=True, slots=True)
class _Begun:
    """A `Begun`."""

    start: Callable[[], AsyncIterator[SpokenPart]]
    forget: Callable[[], None]

    def speak(self) -> AsyncIterator[SpokenPart]:
        return self.start()

    def drop(self) -> None:
        self.forget()


_NOTHING = SpokenPart(pcm=np.zeros(0, dtype=np.int16), words=(), is_last=True)


class SpeechPool:
    """A `TextToSpeech`; see the module."""

    def __init__(self, config: SpeechConfig) -> None:
        self._config = config
        self._cache = PromptCache(config.cache_dir)
        model = config.models_dir / config.voice / f"{config.voice}.onnx"
        settings: dict[str, object] = {"engine": config.engine, "model": str(model)}
        self._child = WatchedChild("ringtrue.speech.child", settings, take=self._take, lost=self._fail_all)
        self._jobs: dict[int, _Job] = {}
        self._next = 0

    # --- life -------------------------------------------------------------------------------------------------------

    async def start(self) -> None:
        """Start the child; returns once its voice is loaded. Raises SetupError with what it says."""
        await self._child.start()

    async def close(self) -> None:
        """End the child; what is being spoken fails."""
        await self._child.close()
        self._fail_all("The voice was closed.")

    def add_lost_callback(self, callback: Callable[[], None]) -> None:
        """Call it when the child dies unasked."""
        self._child.add_lost_callback(callback)

    def pids(self) -> list[int]:
        """The child's process id."""
        return self._child.pids()

    def backlog_seconds(self) -> float:
        """How much rendering waits, about."""
        return sum(job.characters for job in self._jobs.values() if job.is_needed) * _SECONDS_PER_CHARACTER

    def _fail_all(self, sentence: str = "The speech process died.") -> None:
        for job in self._jobs.values():
            job.parts.put_nowait(SpeechError(sentence))

    def _take(self, head: dict[str, object], body: bytes) -> None:
        number = head["id"]
        assert isinstance(number, int)
        job = self._jobs.get(number)
        if job is None:
            return  # cancelled meanwhile
        if "error" in head:
            job.parts.put_nowait(SpeechError(f"The voice failed ({head['error']})."))
            return
        characters, words = head["characters"], head["words"]
        assert isinstance(characters, int)
        assert isinstance(words, list)
        job.characters -= characters
        spoken = tuple(SpokenWord(text=word[0], start=word[1], end=word[2], timing=word[3]) for word in words)
        pcm = np.frombuffer(body, dtype="<i2").astype(np.int16)
        job.parts.put_nowait(SpokenPart(pcm=pcm, words=spoken, is_last=bool(head["last"])))

    # --- the port ---------------------------------------------------------------------------------------------------

    async def speak(self, text: str, *, voice: str, rate_hz: int, keep: bool = False) -> AsyncIterator[SpokenPart]:
        """See `ringtrue.conversation.speech.TextToSpeech`.

        One voice is loaded; it speaks whatever `voice` is asked for, and prompts are kept under its own name.
        """
        if not text.split():
            yield _NOTHING
            return
        key = self._key(text, rate_hz) if keep else None
        kept = await asyncio.to_thread(self._cache.get, key) if key is not None else None
        if kept is not None:
            for part in kept:
                yield part
            return
        await self._until_ready()
        async with aclosing(self._parts(self._order("speak", text, rate_hz), key)) as parts:
            async for part in parts:
                yield part

    def begin(self, text: str, *, voice: str, rate_hz: int, keep: bool = False, is_likely: bool = False) -> Begun:
        """See `ringtrue.conversation.speech.TextToSpeech`. A prompt that is kept needs no beginning."""
        key = self._key(text, rate_hz) if keep else None
        can_begin = self._child.ready.is_set() and not self._child.is_closed and len(self._jobs) < _MOST_BEGUN
        if not text.split() or not can_begin or (key is not None and self._cache.has(key)):
            return _Begun(lambda: self.speak(text, voice=voice, rate_hz=rate_hz, keep=keep), lambda: None)
        number = self._order("begin_likely" if is_likely else "begin", text, rate_hz)
        return _Begun(lambda: self._needed(number, key), lambda: self._cancel(number))

    def _key(self, text: str, rate_hz: int) -> tuple[str, ...]:
        return (self._config.engine, self._config.voice, text, str(rate_hz))

    async def _until_ready(self) -> None:
        """Raises SpeechError when there is no child to render."""
        try:
            await asyncio.wait_for(self._child.ready.wait(), _RESTART_SECONDS)
        except TimeoutError as exc:
            raise SpeechError("There is no speech process.") from exc
        if self._child.is_closed:
            raise SpeechError("The voice was closed.")
        if len(self._jobs) >= _MOST_TEXTS:
            raise SpeechError("Too many texts wait for the voice.")

    def _order(self, op: Literal["speak", "begin", "begin_likely"], text: str, rate_hz: int) -> int:
        self._next += 1
        self._jobs[self._next] = _Job(parts=asyncio.Queue(), characters=len(text), is_needed=op == "speak")
        self._child.write({"op": op, "id": self._next, "text": text, "rate_hz": rate_hz})
        return self._next

    def _needed(self, number: int, key: tuple[str, ...] | None) -> AsyncIterator[SpokenPart]:
        self._jobs[number].is_needed = True
        self._child.write({"op": "need", "id": number})
        return self._parts(number, key)

    async def _parts(self, number: int, key: tuple[str, ...] | None) -> AsyncGenerator[SpokenPart, None]:
        """What comes of a job, and under `key` it is kept."""
        parts: list[SpokenPart] = []
        job = self._jobs[number]
        try:
            while not parts or not parts[-1].is_last:
                part = await job.parts.get()
                if isinstance(part, SpeechError):
                    del self._jobs[number]
                    raise part
                parts.append(part)
                if part.is_last:
                    del self._jobs[number]
                yield part
        finally:
            self._cancel(number)
        if key is not None:
            await asyncio.to_thread(self._cache.put, key, parts)

    def _cancel(self, number: int) -> None:
        if self._jobs.pop(number, None) is not None:
            self._child.write({"op": "cancel", "id": number})
