"""The built-in patient behind `--trunk simulated`: a softphone in a process of its own, which shares only SIP and RTP with us."""

from __future__ import annotations

import asyncio
import sys
from asyncio.subprocess import PIPE, Process

from ringtrue.errors import SetupError

_START_SECONDS = 30.0


class SimulatedTrunk:
    """Starts the patient and names the trunk that reaches it. It ends with its pipe, so it never outlives us."""

    def __init__(self) -> None:
        self._process: Process | None = None

    async def start(self, persona: str) -> str:
        """The trunk's URI. Raises SetupError."""
        arguments = ["--port", "0", "--end-with-stdin", *(["--persona", persona] if persona else [])]
        self._process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "ringtrue.testing.callee", *arguments, stdin=PIPE, stdout=PIPE, start_new_session=True
        )
        assert self._process.stdout is not None
        try:
            line = await asyncio.wait_for(self._process.stdout.readline(), _START_SECONDS)
        except TimeoutError as exc:
            self.close()
            raise SetupError("The simulated patient did not start: see its log above.") from exc
        words = line.decode().split()
        if len(words) != 2 or words[0] != "ready":
            self.close()
            raise SetupError("The simulated patient did not start: see its log above.")
        self._reader = asyncio.create_task(self._drain())
        return words[1]

    async def _drain(self) -> None:
        """Read what it tells and drop it, so that its pipe never fills."""
        assert self._process is not None and self._process.stdout is not None
        while await self._process.stdout.readline():
            pass

    def close(self) -> None:
        """End it; harmless when it is gone."""
        if self._process is not None and self._process.returncode is None:
            self._process.kill()
