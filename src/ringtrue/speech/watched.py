"""A speech child behind a pipe, watched and started again: what the voice and the hearing share in the media process.

Nothing here computes. Heads are JSON, bodies are samples; see `pipe`.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Callable
from contextlib import suppress

from ringtrue import logs
from ringtrue.errors import SetupError
from ringtrue.speech import pipe

_log = logs.get(__name__)

_START_SECONDS = 60.0
# A child computes on one thread: those that NumPy's algebra would start wait by turning in circles, a third of a decode's time.
# Silero's library asks for four whatever their number is to be, so there is a limit too: a window takes a quarter of the time.
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OMP_THREAD_LIMIT", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
_AGAIN_SECONDS, _MOST_AGAIN_SECONDS = 0.5, 8.0  # between starts that fail, doubled each time

Take = Callable[[dict[str, object], bytes], None]


class WatchedChild:
    """One child of `module`. `take` gets its frames, `lost` is called when it died unasked, `back` when it is ready again."""

    def __init__(
        self,
        module: str,
        settings: dict[str, object],
        *,
        take: Take,
        lost: Callable[[], None],
        back: Callable[[], None] | None = None,
    ) -> None:
        self._module = module
        self._settings = settings
        self._take = take
        self._lost = lost
        self._back = back
        self._process: Process | None = None
        self._keeping: asyncio.Task[None] | None = None
        self._on_lost: list[Callable[[], None]] = []
        self.ready = asyncio.Event()
        """Set while the child works, and for good once it is closed: whoever waits for it shall see that."""
        self.is_closed = False

    async def start(self) -> None:
        """Returns once the child has loaded what it needs. Raises SetupError with what it says."""
        await self._spawn()
        self._keeping = asyncio.create_task(self._keep())

    async def close(self) -> None:
        """End the child for good."""
        self.is_closed = True
        if self._keeping is not None:
            self._keeping.cancel()
            await asyncio.wait([self._keeping])
        self.ready.set()
        if self._process is not None:
            await _end(self._process)

    def add_lost_callback(self, callback: Callable[[], None]) -> None:
        """Call it when the child dies unasked."""
        self._on_lost.append(callback)

    def pids(self) -> list[int]:
        """The child's process id."""
        return [self._process.pid] if self._process is not None and self._process.returncode is None else []

    def write(self, head: dict[str, object], body: bytes = b"") -> None:
        """Send it a frame; lost when the child is. Returns at once."""
        process = self._process
        if process is not None and process.stdin is not None and not process.stdin.is_closing():
            process.stdin.write(pipe.encode(head, body))

    async def _spawn(self) -> None:
        """Raises SetupError."""
        try:
            # In the session of the media process, which has left the terminal's: in one of its own its niceness would count for
            # nothing, because Linux weighs sessions against each other (sched(7), autogroup).
            process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", self._module, stdin=PIPE, stdout=PIPE, limit=1 << 22, env={**os.environ, **ONE_THREAD}
            )
        except OSError as exc:
            raise SetupError(f"The speech process cannot be started ({exc.strerror or type(exc).__name__}).") from exc
        self._process = process
        self.write(self._settings)
        try:
            frame = await asyncio.wait_for(_read(process), _START_SECONDS)
        except (TimeoutError, ValueError):
            frame = None
        if frame is None or "ready" not in frame[0]:
            await _end(process)
            raise SetupError(str(frame[0].get("failed")) if frame else "The speech process did not start: see its log above.")
        self.ready.set()

    async def _keep(self) -> None:
        """Pass on what the child tells; when it dies, tell everyone and start another."""
        while True:
            process = self._process
            assert process is not None
            with suppress(ValueError):
                while (frame := await _read(process)) is not None:
                    self._take(*frame)
            self.ready.clear()
            _log.error("speech.died", process=self._module, exit_code=await _end(process))
            self._lost()
            for callback in self._on_lost:
                callback()
            await self._spawn_again()
            if self._back is not None:
                self._back()

    async def _spawn_again(self) -> None:
        pause = _AGAIN_SECONDS
        while True:
            try:
                await self._spawn()
            except SetupError as exc:
                _log.error("speech.not_started", process=self._module, reason=exc.sentence)
                await asyncio.sleep(pause)
                pause = min(2 * pause, _MOST_AGAIN_SECONDS)
            else:
                return


async def _read(process: Process) -> tuple[dict[str, object], bytes] | None:
    assert process.stdout is not None
    try:
        head, body = pipe.lengths(await process.stdout.readexactly(pipe.HEAD_BYTES))
        return json.loads(await process.stdout.readexactly(head)), await process.stdout.readexactly(body)
    except asyncio.IncompleteReadError:
        return None


async def _end(process: Process) -> int:
    """Kill it if it still runs, and wait for it: no zombies."""
    with suppress(ProcessLookupError):
        process.kill()
    return await process.wait()
