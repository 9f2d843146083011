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

from ringtrue.conversation.speech import SpokenPart, SpokenWord
from ringtrue.errors import SpeechError
from ringtrue.speech.cache import PromptCache
from ringtrue.speech.catalogue import DEFAULT_VOICE
from ringtrue.speech.watched import WatchedChild

_RESTART_SECONDS = 10.0  # how long a text waits for a child that is being started again
_SECONDS_PER_CHARACTER = 0.008  # of rendering, on one thread of the reference machine
_MOST_TEXTS = 1024  # far beyond what admission lets in: a bound of memory, not of quality


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
        return sum(job.characters for job in self._jobs.values()) * _SECONDS_PER_CHARACTER

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
        key = (self._config.engine, self._config.voice, text, str(rate_hz))
        kept = await asyncio.to_thread(self._cache.get, key) if keep else None
        if kept is not None:
            for part in kept:
                yield part
            return
        parts: list[SpokenPart] = []
        async with aclosing(self._render(text, rate_hz)) as rendered:
            async for part in rendered:
                parts.append(part)
                yield part
        if keep:
            await asyncio.to_thread(self._cache.put, key, parts)

    async def _render(self, text: str, rate_hz: int) -> AsyncGenerator[SpokenPart, None]:
        try:
            await asyncio.wait_for(self._child.ready.wait(), _RESTART_SECONDS)
        except TimeoutError as exc:
            raise SpeechError("There is no speech process.") from exc
        if self._child.is_closed:
            raise SpeechError("The voice was closed.")
        if len(self._jobs) >= _MOST_TEXTS:
            raise SpeechError("Too many texts wait for the voice.")
        self._next += 1
        number = self._next
        job = _Job(parts=asyncio.Queue(), characters=len(text))
        self._jobs[number] = job
        self._child.write({"op": "speak", "id": number, "text": text, "rate_hz": rate_hz})
        is_done = False
        try:
            while not is_done:
                part = await job.parts.get()
                if isinstance(part, SpeechError):
                    is_done = True
                    raise part
                is_done = part.is_last
                yield part
        finally:
            del self._jobs[number]
            if not is_done:
                self._child.write({"op": "cancel", "id": number})
