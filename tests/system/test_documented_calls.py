"""A running server answers as the vendor's pages document it, for calls in each status; with curl as those pages print it."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from ringtrue.agents.files import example
from ringtrue.testing.documented import misfits, response_fields

from .server import DATA, Phone, Server

pytestmark = pytest.mark.realtime

FOLDER = Path(__file__).parents[1] / "data"
SEED = response_fields((FOLDER / "get-call.seed.txt").read_text())
DOCUMENTED = yaml.safe_load((FOLDER / "documented.yaml").read_text())
NUMBERS = {
    "ongoing": "+14155550120",
    "queued": "+14155550121",
    "ended": "+14155550122",
    "error": "+14155550123",
    "scheduled": "+14155550124",
}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server whose calls ring at one who listens, one who never answers, one who is busy, and where calling is forbidden."""
    personas = (("queued", "never"), ("ended", "busy"), ("error", "status=403"))
    others = [part for status, persona in personas for part in ("--for", NUMBERS[status], persona)]
    data = tmp_path_factory.mktemp("documented") / "data"
    with Phone("--persona", "silent", "--answer-after", "0.1", *others) as phone, Server(data, "--trunk", phone.uri) as server:
        server.client.projects.apply("appointment", example("appointment").replace("silence: 8s", "silence: 60s"))
        yield server


@pytest.fixture(scope="module")
def calls(server: Server) -> dict[str, str]:
    """A call in each status."""
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    placed = {
        status: server.place(number, scheduled_for=tomorrow if status == "scheduled" else None, background=True)
        for status, number in NUMBERS.items()
    }
    for status, call_id in placed.items():
        server.until(call_id, lambda record, status=status: record["status"] == status)  # type: ignore[misc]
    return placed


def asked(server: Server, method: str, path: str, **options: Any) -> Any:
    """The answer's document."""
    answer = httpx.request(
        method, f"{server.url}{path}", headers={"Authorization": (server.data / "api-key").read_text().strip()}, **options
    )
    assert answer.status_code == 200, answer.text
    return answer.json()


def shape_of(operation: str) -> Any:
    """What is documented of an answer."""
    return DOCUMENTED["operations"][operation]


@pytest.mark.scenario("documented-get-call")
@pytest.mark.parametrize("status", NUMBERS)
def test_a_call_is_the_page_field_by_field(server: Server, calls: dict[str, str], status: str) -> None:
    """All eighteen, in their order, each of its type."""
    record = asked(server, "GET", f"/calls/{calls[status]}")

    assert len(SEED) == 18
    assert list(record)[:18] == [field.name for field in SEED]
    assert list(misfits(record, {field.name: field.shape for field in SEED}, {})) == []
    assert record["status"] == status


@pytest.mark.scenario("documented-curl")
def test_the_printed_curl_works(server: Server, calls: dict[str, str]) -> None:
    """With the raw key, as the page has it; only base URL, id and key are filled in."""
    page = (FOLDER / "get-call.seed.txt").read_text()
    begins = page.index("curl ")
    printed = page[begins : page.index("\n{", begins)]
    key = (server.data / "api-key").read_text().strip()
    assert shutil.which("curl"), "curl is part of the test peers: run tools/test-peers"

    command = printed.replace("https://api.puppeteerai.com", server.url).replace("{call_id}", calls["ended"])
    done = subprocess.run(["sh", "-c", command.replace("<authorization>", key)], capture_output=True, check=True)

    assert json.loads(done.stdout)["id"] == calls["ended"]


@pytest.mark.scenario("documented-answers")
def test_other_answers_are_as_documented(server: Server, calls: dict[str, str]) -> None:
    """Lists, threads and what placing a call answers with."""
    shapes = DOCUMENTED["shapes"]
    body = {"callee": NUMBERS["ended"], "project_id": "appointment", "json_data": json.dumps(DATA)}
    placed = asked(server, "POST", "/voice/phone-call", json=body)
    thread_id = placed["thread_id"]
    threaded = asked(server, "POST", f"/voice/{thread_id}/phone-call", json=body)
    listed = asked(server, "GET", "/calls")
    made = asked(server, "POST", "/threads")
    thread = asked(server, "GET", f"/threads/{thread_id}")

    for operation, answer in {
        "POST /voice/phone-call": placed,
        "POST /voice/{thread_id}/phone-call": threaded,
        "GET /calls": listed,
        "POST /threads": made,
        "GET /threads/{thread_id}": thread,
    }.items():
        assert list(misfits(answer, shape_of(operation), shapes)) == [], operation
    assert {call["status"] for call in listed["calls"]} == set(NUMBERS)
    assert not any(field in call for call in listed["calls"] for field in DOCUMENTED["not_in_summaries"])
