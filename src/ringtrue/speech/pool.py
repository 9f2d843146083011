"""The voice as the media process sees it: a speech child behind a pipe, watched and started again, with fixed prompts kept.

Nothing here computes: the child renders and resamples, files are read in threads.
"""

from __future__ import annotations

import asyncio
import json
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import aclosing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np

from ringtrue import logs
from ringtrue.conversation.speech import SpokenPart, SpokenWord
from ringtrue.errors import SetupError, SpeechError
from ringtrue.speech import pipe
from ringtrue.speech.cache import PromptCache
from ringtrue.speech.catalogue import DEFAULT_VOICE

_log = logs.get(__name__)

_START_SECONDS = 60.0
_RESTART_SECONDS = 10.0  # how long a text waits for a child that is being started again
_SECONDS_PER_CHARACTER = 0.008  # of rendering, on one thread of the reference machine
_AGAIN_SECONDS, _MOST_AGAIN_SECONDS = 0.5, 8.0  # between starts that fail, doubled each time
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
        self._process: Process | None = None
        self._ready = asyncio.Event()
        self._jobs: dict[int, _Job] = {}
        self._next = 0
        self._is_closed = False
        self._on_lost: list[Callable[[], None]] = []
        self._keeping: asyncio.Task[None] | None = None

    # --- life -------------------------------------------------------------------------------------------------------

    async def start(self) -> None:
        """Start the child; returns once its voice is loaded. Raises SetupError with what it says."""
        await self._spawn()
        self._keeping = asyncio.create_task(self._keep())

    async def close(self) -> None:
        """End the child; what is being spoken fails."""
        self._is_closed = True
        if self._keeping is not None:
            self._keeping.cancel()
            await asyncio.wait([self._keeping])
        self._ready.set()  # whoever waits for the child to come back shall see that it will not
        self._fail_all("The voice was closed.")
        if self._process is not None:
            await _end(self._process)

    def add_lost_callback(self, callback: Callable[[], None]) -> None:
        """Call it when the child dies unasked."""
        self._on_lost.append(callback)

    def pids(self) -> list[int]:
        """The child's process id."""
        return [self._process.pid] if self._process is not None and self._process.returncode is None else []

    def backlog_seconds(self) -> float:
        """How much rendering waits, about."""
        return sum(job.characters for job in self._jobs.values()) * _SECONDS_PER_CHARACTER

    async def _spawn(self) -> None:
        """Raises SetupError."""
        config = self._config
        try:
            process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "ringtrue.speech.child", stdin=PIPE, stdout=PIPE, start_new_session=True, limit=1 << 22
            )
        except OSError as exc:
            raise SetupError(f"The speech process cannot be started ({exc.strerror or type(exc).__name__}).") from exc
        self._process = process
        model = config.models_dir / config.voice / f"{config.voice}.onnx"
        self._write({"engine": config.engine, "model": str(model)})
        try:
            frame = await asyncio.wait_for(self._read(process), _START_SECONDS)
        except (TimeoutError, ValueError):
            frame = None
        if frame is None or "ready" not in frame[0]:
            await _end(process)
            raise SetupError(str(frame[0].get("failed")) if frame else "The speech process did not start: see its log above.")
        self._ready.set()

    async def _keep(self) -> None:
        """Pass on what the child renders; when it dies, tell everyone and start another."""
        while True:
            process = self._process
            assert process is not None
            with suppress(ValueError):
                while (frame := await self._read(process)) is not None:
                    self._take(*frame)
            self._ready.clear()
            _log.error("speech.died", exit_code=await _end(process))
            self._fail_all("The speech process died.")
            for callback in self._on_lost:
                callback()
            await self._spawn_again()

    def _fail_all(self, sentence: str) -> None:
        for job in self._jobs.values():
            job.parts.put_nowait(SpeechError(sentence))

    async def _spawn_again(self) -> None:
        pause = _AGAIN_SECONDS
        while True:
            try:
                await self._spawn()
            except SetupError as exc:
                _log.error("speech.not_started", reason=exc.sentence)
                await asyncio.sleep(pause)
                pause = min(2 * pause, _MOST_AGAIN_SECONDS)
            else:
                return

    # --- the pipe ---------------------------------------------------------------------------------------------------

    async def _read(self, process: Process) -> tuple[dict[str, object], bytes] | None:
        assert process.stdout is not None
        try:
            head, body = pipe.lengths(await process.stdout.readexactly(pipe.HEAD_BYTES))
            return json.loads(await process.stdout.readexactly(head)), await process.stdout.readexactly(body)
        except asyncio.IncompleteReadError:
            return None

    def _write(self, head: dict[str, object]) -> None:
        process = self._process
        if process is not None and process.stdin is not None and not process.stdin.is_closing():
            process.stdin.write(pipe.encode(head))

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
            await asyncio.wait_for(self._ready.wait(), _RESTART_SECONDS)
        except TimeoutError as exc:
            raise SpeechError("There is no speech process.") from exc
        if self._is_closed:
            raise SpeechError("The voice was closed.")
        if len(self._jobs) >= _MOST_TEXTS:
            raise SpeechError("Too many texts wait for the voice.")
        self._next += 1
        number = self._next
        job = _Job(parts=asyncio.Queue(), characters=len(text))
        self._jobs[number] = job
        self._write({"op": "speak", "id": number, "text": text, "rate_hz": rate_hz})
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
                self._write({"op": "cancel", "id": number})


async def _end(process: Process) -> int:
    """Kill it if it still runs, and wait for it: no zombies."""
    with suppress(ProcessLookupError):
        process.kill()
    return await process.wait()
