"""The media child: started, watched, started again on the same ports, and told what to do through its pipe."""

from __future__ import annotations

import asyncio
import json
import sys
from asyncio.subprocess import PIPE, Process
from dataclasses import replace

from ringtrue import logs
from ringtrue.bootstrap import control
from ringtrue.clock import Clock
from ringtrue.errors import SetupError
from ringtrue.settings import Settings

_log = logs.get(__name__)

_START_SECONDS = 60.0
_SOON_SECONDS = 5.0  # a child that lived shorter than this waits before its next start
_MOST_WAIT_SECONDS = 10.0


class MediaChild:
    """One media process at a time."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self._settings = settings
        self._clock = clock
        self._process: Process | None = None
        self._is_stopping = False
        self.is_ready = False
        self.sip_port = 0

    async def start(self) -> None:
        """Start it and return once SIP accepts calls. Raises SetupError with what the child says."""
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "ringtrue.child", "media", stdin=PIPE, stdout=PIPE, start_new_session=True
        )
        self._process = process
        self._write(control.encode_settings(self._settings))
        assert process.stdout is not None
        try:
            line = await asyncio.wait_for(process.stdout.readline(), _START_SECONDS)
        except TimeoutError as exc:
            self.kill()
            raise SetupError("The media process did not start in time: see its log above.") from exc
        message = json.loads(line) if line else {}
        if not message.get("ready"):
            self.kill()
            await process.wait()
            sentence = message.get("failed", "The media process ended while it started: see its log above.")
            raise SetupError(sentence, exit_code=message.get("exit_code", 1))
        self.sip_port = message["sip_port"]
        self._settings = replace(self._settings, sip_port=self.sip_port)
        self.is_ready = True

    async def keep(self) -> None:
        """Start it anew whenever it dies, until it was told to stop; returns when it is gone then."""
        wait = 0.0
        while True:
            process = self._process
            assert process is not None
            started = self._clock.monotonic()
            await process.wait()
            self.is_ready = False
            if self._is_stopping:
                return
            _log.error("media.died", exit_code=process.returncode)
            is_soon = self._clock.monotonic() - started < _SOON_SECONDS
            wait = min(_MOST_WAIT_SECONDS, wait * 2 or 0.25) if is_soon else 0.0
            await self._clock.sleep(wait)
            try:
                await self.start()
            except SetupError as exc:
                _log.error("media.not_started", reason=exc.sentence)

    # --- orders -----------------------------------------------------------------------------------------------------

    def ring(self) -> None:
        """The calls table changed: look at once. Lost rings do no harm."""
        self._write("ring")

    def drain(self) -> None:
        """Take no new calls, finish those in progress, end."""
        self._is_stopping = True
        self._write("drain")

    def end(self) -> None:
        """End the calls in progress and go."""
        self._is_stopping = True
        self._write("end")

    def kill(self) -> None:
        """End it without a word; harmless when it is gone."""
        if self._process is not None and self._process.returncode is None:
            self._process.kill()

    def _write(self, line: str) -> None:
        process = self._process
        if process is None or process.stdin is None or process.stdin.is_closing():
            return
        process.stdin.write(f"{line}\n".encode())
