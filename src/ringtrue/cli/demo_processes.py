"""The two processes of a demo or a simulation, which end with it whatever happens: a server, and a softphone that plays those
who are called."""

from __future__ import annotations

import json
import os
import queue
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

from ringtrue.cli.output import Exit
from ringtrue.errors import SetupError
from ringtrue.speech.catalogue import DEFAULT_RECOGNIZER, DEFAULT_VOICE

_START_SECONDS = 90.0
_STOP_SECONDS = 15.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Engines:
    """What the server speaks and hears with."""

    tts: str
    stt: str
    stt_model: str = DEFAULT_RECOGNIZER

    @property
    def models(self) -> list[str]:
        """What of the catalogue they read."""
        voice = [DEFAULT_VOICE] if self.tts == "piper" else []
        return [*voice, self.stt_model] if self.stt == "whisper" else voice

    @property
    def options(self) -> list[str]:
        """For the server's command line."""
        return ["--tts", self.tts, "--stt", self.stt, "--stt-model", self.stt_model]

    @property
    def patient(self) -> str:
        """The persona that can make itself understood."""
        return "demo/patient" if self.stt == "whisper" else "patient"


@contextmanager
def ended_in_order() -> Iterator[None]:
    """Whoever ends us by a signal ends the server and the softphone with us, as Ctrl-C does."""

    def interrupt(_number: int, _frame: object) -> None:
        raise KeyboardInterrupt

    before = {number: signal.signal(number, interrupt) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


class _Process:
    """A child whose output lines are read as they come; its log goes to a file that is shown when it fails. `what` is it that
    cannot start without it."""

    def __init__(self, arguments: list[str], *, what: str) -> None:
        self._arguments = arguments
        self._what = what
        self.lines: queue.Queue[str | None] = queue.Queue()
        self._log = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the child
        self.last_words = ""
        self.process: subprocess.Popen[str]
        self._reader: threading.Thread

    def start(self) -> None:
        """Start it, out of reach of the terminal's Ctrl-C: it is ended in order instead."""
        self.process = subprocess.Popen(  # noqa: S603 - our own interpreter and arguments
            [sys.executable, "-m", *self._arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            text=True,
            start_new_session=True,
            env=_environment(),
        )
        assert self.process.stdout is not None
        self._reader = threading.Thread(target=self._read, args=(self.process.stdout,), daemon=True)
        self._reader.start()

    def _read(self, stdout: IO[str]) -> None:
        for line in stdout:
            self.lines.put(line.rstrip("\n"))
        self.lines.put(None)

    def ready_line(self) -> list[str]:
        """The words of the line that begins with `ready`. Raises SetupError with the child's own sentence."""
        try:
            words = self._await_ready()
        except BaseException:  # Ctrl-C while it starts: nobody else knows of it yet
            self.stop(at_once=True)
            raise
        if words is None:
            self.stop(at_once=True)
            raise SetupError(f"The {self._what} could not start. {self.last_words}".strip(), exit_code=Exit.FAILED)
        return words

    def _await_ready(self) -> list[str] | None:
        until = time.monotonic() + _START_SECONDS
        while (left := until - time.monotonic()) > 0:
            try:
                line = self.lines.get(timeout=left)
            except queue.Empty:
                break
            if line is None:
                break
            if line.startswith("ready "):
                return line.split()
        return None

    def stop(self, *, at_once: bool = False) -> None:
        """End it: letting it finish what is in progress, or at once, which takes a server a second signal."""
        if self.process.poll() is None:
            self.process.terminate()
            if at_once:
                time.sleep(0.1)  # two signals at one instant are one
                self.process.terminate()
            try:
                self.process.wait(_STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self._close()

    def _close(self) -> None:
        """Close what was open between us, and keep the last line of its log."""
        self._reader.join(_STOP_SECONDS)
        for pipe in (self.process.stdin, self.process.stdout):
            with suppress(BrokenPipeError):  # keys that nobody took any more
                if pipe is not None:
                    pipe.close()
        with self._log:
            self._log.seek(0)
            lines = self._log.read().decode("utf-8", "replace").strip().splitlines()
        self.last_words = lines[-1] if lines else ""


def _environment() -> dict[str, str]:
    """This shell's, without what is set there for a server of its own."""
    return {name: value for name, value in os.environ.items() if not name.startswith("RINGTRUE_")}


class Patient:
    """A softphone in a process of its own. `record` is the folder for what it hears and sends."""

    def __init__(
        self, persona: str, record: Path | None, *, is_heard: bool = False, options: Sequence[str] = (), what: str = "demo"
    ) -> None:
        arguments = ["ringtrue.testing.callee", "--end-with-stdin", "--persona", persona, *options]
        tapes = ["--record", str(record)] if record is not None else []
        self._child = _Process([*arguments, *tapes, *(["--play"] if is_heard else [])], what=what)
        self.uri = ""

    def __enter__(self) -> Self:
        self._child.start()
        self.uri = self._child.ready_line()[1]
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._child.stop()

    def type(self, line: str) -> None:
        """Press keys or say words; `h` hangs up. Nothing happens when the phone is gone."""
        stdin = self._child.process.stdin
        if stdin is None or stdin.closed:
            return
        try:
            stdin.write(line + "\n")
            stdin.flush()
        except BrokenPipeError:
            return

    def told(self) -> list[dict[str, Any]]:
        """The events that it told since it was last asked, each once."""
        events = []
        with suppress(queue.Empty):
            while (line := self._child.lines.get_nowait()) is not None:
                if line.startswith("{"):
                    events.append(json.loads(line))
        return events


class DemoServer:
    """A server with a fresh data folder on free ports."""

    def __init__(
        self, data: Path, models: Path, *, trunk: str, engines: Engines, options: Sequence[str] = (), what: str = "demo"
    ) -> None:
        ports = ["--host", "127.0.0.1", "--port", "0", "--sip-host", "127.0.0.1", "--sip-port", "0"]
        folders = ["--data", str(data), "--models", str(models)]
        arguments = ["ringtrue", "serve", "--end-with-stdin", *ports, *folders, "--trunk", trunk, *engines.options, *options]
        self._child = _Process(arguments, what=what)
        self._data = data
        self.url = ""
        self.key = ""

    def __enter__(self) -> Self:
        self._child.start()
        self.url = self._child.ready_line()[1]
        self.key = (self._data / "api-key").read_text().strip()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._child.stop(at_once=error is not None)

    @property
    def last_words(self) -> str:
        """The last line of its log, once it has ended."""
        return self._child.last_words
