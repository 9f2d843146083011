"""A server and its far end as real processes, driven through the public API."""

from __future__ import annotations

import json
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from ringtrue.client import Client

DATA = {"first_name": "Anna", "appointment": "2027-03-04T10:30", "offers": ["2027-03-05T09:00", "2027-03-08T14:15"]}
UNLIMITED = ("--request-rate", "0")  # for tests that send more than any client should
START_SECONDS = 60


def wait_for(what: Callable[[], Any], *, seconds: float = 30.0, every: float = 0.05) -> Any:
    """The first true value of `what`."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        value = what()
        if value:
            return value
        time.sleep(every)
    raise AssertionError("what was waited for did not happen")


class Child:
    """A process whose output is read as it comes."""

    def __init__(self, *arguments: str, env: dict[str, str] | None = None, log: Path | None = None) -> None:
        self.lines: list[str] = []
        self._new: queue.Queue[str | None] = queue.Queue()
        self._log = log.open("ab") if log is not None else subprocess.DEVNULL
        self.process = subprocess.Popen(
            [sys.executable, "-m", *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            text=True,
            env={**os.environ, **(env or {})},
            start_new_session=True,
        )
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.append(line.rstrip("\n"))
            self._new.put(line.rstrip("\n"))
        self._new.put(None)

    def ready(self) -> list[str]:
        """The words of the ready line."""
        until = time.monotonic() + START_SECONDS
        while time.monotonic() < until:
            line = self._new.get(timeout=START_SECONDS)
            assert line is not None, "the process ended before it was ready"
            if line.startswith("ready "):
                return line.split()
        raise AssertionError("the process did not become ready")

    def events(self) -> list[dict[str, Any]]:
        """What a callee told, as far as it has come."""
        return [json.loads(line) for line in self.lines if line.startswith("{")]

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Signal it and wait for its end."""
        if self.process.poll() is None:
            self.process.send_signal(number)
            try:
                self.process.wait(30)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        for stream in (self.process.stdin, self.process.stdout):
            if stream is not None:
                stream.close()
        if not isinstance(self._log, int):
            self._log.close()
        return int(self.process.returncode)


class Phone(Child):
    """A simulated callee."""

    def __init__(self, *options: str) -> None:
        super().__init__("ringtrue.testing.callee", "--end-with-stdin", *options)
        self.uri = self.ready()[1]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.stop(signal.SIGKILL)

    def happened(self, event: str) -> list[dict[str, Any]]:
        """The events of that kind so far."""
        return [one for one in self.events() if one["event"] == event]


class Server(Child):
    """`ringtrue serve` with a voice of tones and no ears; `data` may be used by one after another."""

    def __init__(
        self, data: Path, *options: str, port: int = 0, sip_port: int = 0, tts: str = "tones", stt: str = "none"
    ) -> None:
        self.data = data
        self.log = data.parent / "server.log"
        ports = ["--port", str(port), "--sip-port", str(sip_port)]
        super().__init__("ringtrue", "serve", "--data", str(data), "--tts", tts, "--stt", stt, *ports, *options, log=self.log)
        words = self.ready()
        self.url = words[1]
        self.port = int(self.url.rpartition(":")[2])
        self.sip_port = int(words[2].rpartition(":")[2])
        self.client = Client(self.url, (data / "api-key").read_text().strip())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.stop(signal.SIGKILL)
        wait_for(lambda: not descendants(self.process.pid), seconds=5)

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Signal it and wait for its end."""
        self.client.close()
        return super().stop(number)

    def place(self, number: str = "+14155550123", **options: Any) -> str:
        """Place a call to the example; its id."""
        project, data = options.pop("project", "appointment"), options.pop("data", DATA)
        return self.client.calls.create(number, project, json_data=data, **options).call.id

    def until(self, call_id: str, is_so: Callable[[dict[str, Any]], bool], *, seconds: float = 60.0) -> dict[str, Any]:
        """The call's record once it is so."""
        record: dict[str, Any] = {}

        def look() -> bool:
            record.clear()
            record.update(self.client.calls.get(call_id).to_dict())
            return is_so(record)

        wait_for(look, seconds=seconds, every=0.1)
        return record

    def complete(self, call_id: str, *, seconds: float = 90.0) -> dict[str, Any]:
        """The record once the call is over, its recording measured and its analysis made."""
        return self.until(call_id, is_complete, seconds=seconds)


def is_complete(record: dict[str, Any]) -> bool:
    """Whether nothing of the record is still to come."""
    analysis = record["call_analysis"]
    is_over = record["status"] in ("ended", "error")
    return is_over and record["recording"]["status"] != "pending" and (analysis is None or analysis["status"] != "pending")


def children(pid: int) -> dict[int, str]:
    """The processes below one, by id, with their command lines."""
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
            command = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
        except (OSError, ValueError, IndexError):
            continue
        if parent == pid and command:
            found[int(folder.name)] = command
    return found


def descendants(pid: int) -> dict[int, str]:
    """The processes below one, at any depth."""
    found = children(pid)
    for child in list(found):
        found.update(descendants(child))
    return found


def is_alive(pid: int) -> bool:
    """Whether the process is there and no zombie."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
