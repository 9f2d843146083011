"""`ringtrue listen`: events of the server at an address of the developer's."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pytest
from standardwebhooks.webhooks import Webhook
from typer.testing import CliRunner

from ringtrue import ids
from ringtrue.cli import forwarding
from ringtrue.cli.main import app
from ringtrue.client import ConnectionFailed, NotFound, ServerError
from ringtrue.client.models.organization import HandedEvent
from ringtrue.clock import SystemClock

from .conftest import FakeServer

SECRET = ids.webhook_secret()


def handed(number: int, kind: str = "call.ended") -> dict[str, Any]:
    """An event as the server hands it out."""
    body = json.dumps({"type": kind, "id": f"evt_{number}", "data": {"call": {"id": f"call_{number}", "said": "Grüße"}}})
    return {"id": f"dlv_{number}", "event_id": f"evt_{number}", "type": kind, "body": body}


@pytest.fixture
def listened(server: FakeServer) -> FakeServer:
    """A server with two events for a listener."""
    server.on("POST", "/listeners", (201, {"id": "lsn_1", "events": [], "secret": SECRET, "created_at": "now"}))
    server.on(
        "POST",
        "/listeners/lsn_1/next",
        (200, {"deliveries": [handed(1, "call.started"), handed(2)]}),
        (200, {"deliveries": []}),
    )
    server.on("DELETE", "/listeners/lsn_1", (204, {}))
    return server


@pytest.fixture
def target() -> Any:
    """Where events are forwarded to."""
    fake = FakeServer()
    fake.on("POST", "/hooks", (200, {}), (500, {}))
    yield fake
    fake.close()


@pytest.fixture(autouse=True)
def _stops(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first wait is ended by Ctrl-C."""

    def interrupt(_seconds: float) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("ringtrue.cli.commands.listen.sleep", interrupt)


def test_events_are_forwarded_in_order_and_signed(runner: CliRunner, listened: FakeServer, target: FakeServer) -> None:
    """With a line and the status for each; stopped, it leaves nothing at the server, and says how it went."""
    done = runner.invoke(app, ["listen", "--forward-to", f"{target.url}/hooks"])

    first, *lines = done.stdout.splitlines()
    assert done.exit_code == 0
    assert SECRET in first
    assert [line.split() for line in lines] == [["call.started", "call_1", "200"], ["call.ended", "call_2", "500"]]
    for (_, _, headers, body), number in zip(target.asked, (1, 2), strict=True):
        assert body.decode() == handed(number, "call.started" if number == 1 else "call.ended")["body"]
        assert Webhook(SECRET).verify(body, headers)["id"] == f"evt_{number}"
    told = [json.loads(body)["done"] for body in listened.bodies("POST", "/listeners/lsn_1/next")]
    assert told == [[], [{"id": "dlv_1", "status": 200}, {"id": "dlv_2", "status": 500}]]
    assert listened.asked[-1][:2] == ("DELETE", "/listeners/lsn_1")


def test_as_json_each_line_is_a_document(runner: CliRunner, listened: FakeServer, target: FakeServer) -> None:
    """The first has the secret."""
    done = runner.invoke(app, ["listen", "--forward-to", f"{target.url}/hooks", "--event", "call.ended", "--json"])

    assert [json.loads(line) for line in done.stdout.splitlines()] == [
        {"listener": "lsn_1", "secret": SECRET},
        {"event_id": "evt_1", "type": "call.started", "call_id": "call_1", "status": 200},
        {"event_id": "evt_2", "type": "call.ended", "call_id": "call_2", "status": 500},
    ]
    assert listened.bodies("POST", "/listeners") == [b'{"events": ["call.ended"]}']


def test_where_nothing_listens_there_is_no_answer(runner: CliRunner, listened: FakeServer, target: FakeServer) -> None:
    """The event is done all the same: the next one comes."""
    target.close()

    done = runner.invoke(app, ["listen", "--forward-to", f"{target.url}/hooks"])

    assert [line.split()[2:] for line in done.stdout.splitlines()[1:]] == [["no", "answer"]] * 2


@pytest.mark.parametrize(
    "options", [["--forward-to", "localhost:3000"], ["--forward-to", "http://a.test", "--event", "call.x"], []]
)
def test_what_cannot_be_is_a_usage_error(runner: CliRunner, listened: FakeServer, options: list[str]) -> None:
    """Before the server is asked."""
    done = runner.invoke(app, ["listen", *options])

    assert (done.exit_code, listened.asked) == (2, [])


def test_a_refusal_is_printed(runner: CliRunner, server: FakeServer, new_problem: Callable[..., dict[str, Any]]) -> None:
    """Exit code 3; a listener that the server forgot ends the command."""
    server.on("POST", "/listeners", (403, new_problem("key_reads_only", 403)))
    done = runner.invoke(app, ["listen", "--forward-to", "http://127.0.0.1:9/"])
    assert (done.exit_code, json.loads(done.stderr)["code"]) == (3, "key_reads_only")

    server.on("POST", "/listeners", (201, {"id": "lsn_1", "events": [], "secret": SECRET, "created_at": "now"}))
    done = runner.invoke(app, ["listen", "--forward-to", "http://127.0.0.1:9/"])
    assert (done.exit_code, json.loads(done.stderr)["code"]) == (3, "not_found")


def test_without_a_server_there_is_nothing_to_listen_to(
    runner: CliRunner, monkeypatch: pytest.MonkeyPatch, server: FakeServer
) -> None:
    """Exit code 4."""
    monkeypatch.setenv("RINGTRUE_URL", "http://127.0.0.1:9")

    assert runner.invoke(app, ["listen", "--forward-to", "http://127.0.0.1:9/"]).exit_code == 4


class Scripted:
    """A client that answers or raises in turn, and keeps what it was told."""

    def __init__(self, *answers: list[dict[str, Any]] | Exception) -> None:
        self.answers = list(answers)
        self.told: list[list[Mapping[str, str | int | None]]] = []

    def next_events(self, listener_id: str, done: Sequence[Mapping[str, str | int | None]]) -> Sequence[HandedEvent]:
        """The next answer."""
        self.told.append(list(done))
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return [HandedEvent.model_validate(one) for one in answer]


def test_a_server_that_restarts_is_waited_for(target: FakeServer) -> None:
    """What is done is told until it was heard, so that nothing is forwarded twice; it is said once that the server is away."""
    away = ConnectionFailed("away")
    draining = ServerError({"status": 503})
    client = Scripted([handed(1)], away, draining, away, [handed(2)], NotFound({"status": 404}))
    said: list[str] = []
    waited: list[float] = []
    shown: list[dict[str, Any]] = []
    forwarder = forwarding.Forwarder(f"{target.url}/hooks", SECRET, SystemClock())

    with pytest.raises(NotFound):
        forwarding.run(client, "lsn_1", forwarder, show=shown.append, say=said.append, wait=waited.append)

    one, two = [{"id": "dlv_1", "status": 200}], [{"id": "dlv_2", "status": 500}]
    assert client.told == [[], one, one, one, one, two]
    assert [event["event_id"] for event in shown] == ["evt_1", "evt_2"]
    assert (len(said), waited) == (1, [2.0] * 3)
