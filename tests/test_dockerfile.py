"""The image's recipe agrees with the program: what it copies, opens, runs as and asks."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import threading
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from fnmatch import fnmatch
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
import typer

from ringtrue.cli.main import app
from ringtrue.settings import Settings

ROOT = Path(__file__).parents[1]
Instruction = tuple[str, str]


def stages() -> list[list[Instruction]]:
    """The instructions of each stage, continued lines as one."""
    text = re.sub(r"\\\n\s*", "", (ROOT / "Dockerfile").read_text())
    found: list[list[Instruction]] = []
    for line in text.splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        word, _, rest = line.partition(" ")
        if word == "FROM":
            found.append([])
        found[-1].append((word, rest))
    return found


def arguments(stage: list[Instruction], word: str) -> list[str]:
    """What follows each instruction of that word."""
    return [rest for instruction, rest in stage if instruction == word]


def variables(stage: list[Instruction]) -> dict[str, str]:
    """What ENV sets."""
    return dict(pair.split("=", 1) for line in arguments(stage, "ENV") for pair in line.split())


def is_sent(path: str) -> bool:
    """Whether .dockerignore lets it into the build; the last line that matches decides."""
    lines = [line for line in (ROOT / ".dockerignore").read_text().splitlines() if line and not line.startswith("#")]
    verdicts = [line.startswith("!") for line in lines if fnmatch(path, line.lstrip("!"))]
    return verdicts[-1] if verdicts else True


@contextmanager
def answering(status: int) -> Iterator[int]:
    """A server that always answers so at /readyz, and 404 elsewhere; its port."""

    class Requests(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status if self.path == "/readyz" else 404)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            return

    with HTTPServer(("127.0.0.1", 0), Requests) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server.server_address[1]
        server.shutdown()
        thread.join()


def test_what_is_copied_is_there_and_sent() -> None:
    """From the checkout or from a stage before, and .dockerignore leaves it in."""
    names = [re.search(r" AS (\w+)", rest) for stage in stages() for rest in arguments(stage, "FROM")]
    built = {name[1] for name in names if name is not None}
    copied = [line.split() for stage in stages() for line in arguments(stage, "COPY")]

    for words in copied:
        if words[0].startswith("--from="):
            assert words[0].removeprefix("--from=") in built
            continue
        for source in words[:-1]:
            assert (ROOT / source).exists(), source
            assert is_sent(source), source
    assert not is_sent("data")
    assert not is_sent(".git")


def test_it_runs_as_somebody_who_may_do_little() -> None:
    """Not as root, and the folder that lasts is theirs."""
    last = stages()[-1]

    (user,) = arguments(last, "USER")

    made = " ".join(arguments(last, "RUN"))
    assert user not in ("root", "0")
    assert f"{user} " in made
    assert f"--owner={user}" in made
    assert arguments(last, "VOLUME") == [variables(last)["RINGTRUE_DATA"]]


def test_the_ports_are_the_programs_own() -> None:
    """HTTP, SIP and RTP as the settings have them by default."""
    defaults = Settings()
    low, high = defaults.rtp_ports

    (exposed,) = arguments(stages()[-1], "EXPOSE")

    assert exposed.split() == [f"{defaults.port}/tcp", f"{defaults.sip_port}/udp", f"{low}-{high}/udp"]


def test_its_variables_are_options_of_the_server() -> None:
    """A misspelt one would be ignored."""
    command = typer.main.get_command(app).commands["serve"]  # type: ignore[attr-defined]
    known = {name for option in command.params for name in [option.envvar] if isinstance(name, str)}

    assert {name for name in variables(stages()[-1]) if name.startswith("RINGTRUE_")} <= known


def test_what_it_installs_exists() -> None:
    """The extra, and the locked versions by which it is installed."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    synced = [line for line in arguments(stages()[0], "RUN") if line.startswith("uv sync")]

    assert len(synced) == 2
    for line in synced:
        assert "--frozen" in line
        assert set(re.findall(r"--extra (\w+)", line)) == {"local"} <= set(project["optional-dependencies"])
    assert (arguments(stages()[-1], "ENTRYPOINT"), arguments(stages()[-1], "CMD")) == (['["ringtrue"]'], ['["serve"]'])
    assert "ringtrue" in project["scripts"]


def test_both_stages_have_the_same_supported_python() -> None:
    """An environment that is copied needs the interpreter it was made with."""
    images = {rest.split()[0] for stage in stages() for rest in arguments(stage, "FROM")}

    assert images == {"python:3.11-slim"}


@pytest.mark.parametrize(("status", "is_healthy"), [(200, True), (503, False)])
def test_the_health_check_asks_whether_it_is_ready(status: int, is_healthy: bool) -> None:
    """With the standard library alone; the port is the server's own."""
    (check,) = arguments(stages()[-1], "HEALTHCHECK")
    command = json.loads(check.partition("CMD ")[2])
    assert command[0] == "python"

    with answering(status) as port:
        done = subprocess.run(
            [sys.executable, "-S", "-I", *command[1:]],
            env={"RINGTRUE_PORT": str(port)},
            capture_output=True,
            timeout=30,
            check=False,
        )

    assert (done.returncode == 0) is is_healthy
