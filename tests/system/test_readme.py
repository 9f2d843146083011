"""The README does what it says: its three ways to place a call, run as they stand, against a server of the README."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from ringtrue.client import Client

from .server import Server

pytestmark = pytest.mark.realtime

README = Path(__file__).parents[2] / "README.md"
SECTION = "## The same in curl, Python and the command line"
WAYS = ("curl", "Python", "command line")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with the simulated patient; what it needs of the machine is a voice of tones and no ears."""
    with Server(tmp_path_factory.mktemp("readme") / "data", "--trunk", "simulated") as started:
        yield started


def blocks() -> list[tuple[str, str]]:
    """The section's blocks, each with its language."""
    section = README.read_text().partition(SECTION)[2].partition("\n## ")[0]
    return re.findall(r"^```(\w+)\n(.*?)^```$", section, re.DOTALL | re.MULTILINE)


def run(server: Server, language: str, block: str) -> subprocess.CompletedProcess[str]:
    """The block as a reader runs it, in the folder in which the server was started; only the port is this server's."""
    interpreter = {"sh": ["sh", "-eu", "-c"], "python": [sys.executable, "-c"]}[language]
    programs = Path(sys.executable).parent
    return subprocess.run(
        [*interpreter, block.replace("http://127.0.0.1:8080", server.url)],
        cwd=server.data.parent,
        env={**os.environ, "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}", "RINGTRUE_URL": server.url},
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )


@pytest.mark.scenario("readme-three-ways")
def test_the_three_ways_do_the_same(server: Server) -> None:
    """Each places a call of its own, and ends with its transcript and a link that opens its recording."""
    found = blocks()
    assert [language for language, _ in found] == ["sh", "python", "sh"]

    with ThreadPoolExecutor(len(found)) as pool:
        done = list(pool.map(lambda one: run(server, *one), found))
    calls = list(server.client.calls.list())

    assert {way: (one.returncode, one.stderr) for way, one in zip(WAYS, done, strict=True)} == dict.fromkeys(WAYS, (0, ""))
    assert len(calls) == len(found)
    told = {call.transcript: call for call in (server.client.calls.get(call.id) for call in calls)}
    for one in done:
        *lines, link = one.stdout.splitlines()
        (transcript,) = (text for text in told if text is not None and text in "\n".join(lines))
        call = told[transcript]
        assert (call.status, call.disconnection_reason, call.simulated) == ("ended", "agent_hangup", True)
        assert "Agent: Hello" in transcript
        assert "User: [keys" in transcript
        assert httpx.get(link, trust_env=False).content[:4] == b"RIFF"


@pytest.mark.scenario("orgs-create-while-serving")
def test_an_organization_is_made_while_the_server_runs(server: Server) -> None:
    """The server takes its key at once, and shows it nothing of the first organization."""
    done = run(server, "sh", 'ringtrue orgs create "Corner Books"')
    assert done.returncode == 0, done.stderr
    _, key = done.stdout.splitlines()

    with Client(server.url, key) as other:
        assert list(other.projects.list()) == []
        assert list(other.calls.list()) == []
        made = other.api_keys.create("second", scope="read")
        assert {one.name for one in other.api_keys.list()} == {"first", made.name}
    assert [project.name for project in server.client.projects.list()] == ["appointment"]
