"""A server that answers what a test tells it to, on loopback, a shell that is pointed at it, and a project with personas."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Iterator, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

Answer = tuple[int, dict[str, Any]]

DELIVERY = """
name: delivery
language: en-US
timezone: America/New_York
disclosure: "Hello."
variables:
  title: {type: string, example: Emma}
agent:
  type: script
  start: ready
  steps:
    ready: {say: "{{ title }}?", ask: {type: yes_no}, next: {yes: deliver, no: keep}}
    deliver: {say: "Goodbye.", end: {successful: true, fields: {outcome: deliver}}}
    keep: {say: "Goodbye.", end: {successful: true, fields: {outcome: keep}}}
analysis:
  fields:
    outcome: {type: enum, choices: [deliver, keep], required: true}
"""
TAKES = '{name: takes-it, persona: "keys=1", expect: {fields: {outcome: deliver}, reasons: [agent_hangup]}}'
LEAVES = '{name: leaves-it, persona: "keys=2", expect: {fields: {outcome: keep}}}'


class FakeServer:
    """Answers by method and path, the last answer of a list for ever; keeps what it was asked."""

    def __init__(self) -> None:
        self.answers: dict[tuple[str, str], list[Answer]] = {("GET", "/readyz"): [(200, {"status": "ready"})]}
        self.asked: list[tuple[str, str, dict[str, str], bytes]] = []
        fake = self

        class Requests(BaseHTTPRequestHandler):
            def _answer(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                fake.asked.append((self.command, self.path, dict(self.headers), body))
                waiting = fake.answers.get((self.command, self.path), [(404, problem("not_found", 404))])
                status, document = waiting.pop(0) if len(waiting) > 1 else waiting[0]
                content = json.dumps(document).encode() if status != 204 else b""
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _answer  # noqa: N815 - the library's names

            def log_message(self, format: str, *args: Any) -> None:
                return

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Requests)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})
        self._thread.start()

    def on(self, method: str, path: str, *answers: Answer) -> None:
        """Answer so, in turn."""
        self.answers[method, path] = list(answers)

    def bodies(self, method: str, path: str) -> list[bytes]:
        """What was sent there."""
        return [body for asked, at, _, body in self.asked if (asked, at) == (method, path)]

    def close(self) -> None:
        """Free the port."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def problem(code: str, status: int) -> dict[str, Any]:
    """A problem document."""
    return {"type": "about:blank", "title": "No", "status": status, "detail": "It cannot be done.", "code": code}


def record(status: str = "ended", *, said: Sequence[tuple[str, str]] = (), reason: str | None = None) -> dict[str, Any]:
    """A call's record: what is documented of it, and what the command line reads beside that."""
    is_over = status in ("ended", "error")
    utterances = [
        {"role": role, "content": content, "start": float(index), "end": index + 0.5}
        for index, (role, content) in enumerate(said)
    ]
    return {
        "id": "call_1",
        "thread_id": "thread_1",
        "call_type": "phone_call",
        "status": status,
        "created_at": "2027-03-04T15:30:00Z",
        "conversation_id": 1,
        "direction": "outbound",
        "from_number": "+14155550100",
        "to_number": "+14155550123",
        "scheduled_for": None,
        "start_timestamp": 1804174200 if status != "queued" else None,
        "end_timestamp": 1804174202 if is_over else None,
        "duration_ms": 1500 if is_over else None,
        "disconnection_reason": reason or ("agent_hangup" if is_over else None),
        "transcript": "\n".join(f"{role.capitalize()}: {content}" for role, content in said) or None,
        "transcript_object": utterances or None,
        "recording_url": None,
        "call_analysis": {"status": "complete"} if is_over else None,
        "recording": {"status": "ready" if is_over else "pending"},
    }


@pytest.fixture(autouse=True)
def shell(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """An empty folder to work in, and nothing of ours in the environment."""
    for name in [name for name in os.environ if name.startswith("RINGTRUE_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def runner() -> CliRunner:
    """Runs commands in this process."""
    return CliRunner()


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeServer]:
    """A fake server that this shell is pointed at."""
    fake = FakeServer()
    monkeypatch.setenv("RINGTRUE_URL", fake.url)
    monkeypatch.setenv("RINGTRUE_API_KEY", "rt_test")
    yield fake
    fake.close()


@pytest.fixture
def new_record() -> Any:
    """Makes records."""
    return record


@pytest.fixture
def new_problem() -> Any:
    """Makes problems."""
    return problem


@pytest.fixture
def file(shell: Path) -> Path:
    """A project file."""
    (shell / "delivery.yaml").write_text(DELIVERY)
    return shell / "delivery.yaml"


@pytest.fixture
def personas(shell: Path) -> Path:
    """A folder of two who press keys."""
    folder = shell / "personas"
    folder.mkdir()
    (folder / "one.yaml").write_text(TAKES)
    (folder / "two.yaml").write_text(LEAVES)
    return folder
