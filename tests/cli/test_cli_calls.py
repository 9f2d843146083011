"""`ringtrue call` and `ringtrue calls`: what is sent, what is shown, how they end."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console
from typer.testing import CliRunner

from ringtrue.cli import output
from ringtrue.cli.main import app

PLACE = ("POST", "/voice/phone-call")
PLACED: dict[str, Any] = {"thread_id": "thread_1", "call": {"id": "call_1", "call_type": "phone_call", "status": "queued"}}


def test_a_call_is_placed_with_its_data(runner: CliRunner, server: Any) -> None:
    """Number, project, time, zone and data go to the server as the API has them."""
    server.on(*PLACE, (200, PLACED))

    when = ["--at", "2027-03-04T10:30", "--timezone", "Europe/Berlin"]
    data = ["--data", '{"first_name": "Änne"}']
    done = runner.invoke(app, ["call", "+14155550123", "--project", "appointment", *when, *data])

    body = json.loads(server.bodies(*PLACE)[0])
    assert (done.exit_code, done.stdout) == (0, "call_1 queued\n")
    assert json.loads(body.pop("json_data")) == {"first_name": "Änne"}
    assert body == {
        "callee": "+14155550123",
        "project_id": "appointment",
        "scheduled_for": "2027-03-04T10:30",
        "timezone": "Europe/Berlin",
        "background": False,
    }


def test_data_may_stand_in_a_file(runner: CliRunner, server: Any, shell: Path) -> None:
    """`@FILE` reads it from there."""
    server.on(*PLACE, (200, PLACED))
    (shell / "data.json").write_text('{"first_name": "Anna"}')

    runner.invoke(app, ["call", "+14155550123", "--project", "p", "--data", "@data.json"])

    assert json.loads(json.loads(server.bodies(*PLACE)[0])["json_data"]) == {"first_name": "Anna"}


@pytest.mark.parametrize("data", ["[1]", "{", "text", "@missing.json", "null"])
def test_data_that_is_no_object_is_a_usage_error(runner: CliRunner, server: Any, data: str) -> None:
    """Nothing is sent."""
    done = runner.invoke(app, ["call", "+14155550123", "--project", "p", "--data", data])

    assert (done.exit_code, server.asked) == (2, [])
    assert "--data" in done.stderr


def test_json_prints_the_answer_of_the_server(runner: CliRunner, server: Any) -> None:
    """For scripts: one document on stdout."""
    server.on(*PLACE, (200, PLACED))

    done = runner.invoke(app, ["call", "+14155550123", "--project", "p", "--json"])

    assert json.loads(done.stdout) == PLACED


def test_a_refusal_prints_the_problem(runner: CliRunner, server: Any, new_problem: Any) -> None:
    """Exit code 3, and what the server said."""
    server.on(*PLACE, (409, new_problem("no_trunk", 409)))

    done = runner.invoke(app, ["call", "+14155550123", "--project", "p"])

    assert (done.exit_code, done.stdout) == (3, "")
    assert json.loads(done.stderr)["code"] == "no_trunk"


def test_calls_are_listed_from_as_many_pages_as_it_takes(runner: CliRunner, server: Any, new_record: Any) -> None:
    """Filters go along on each; a table for people, the documents for scripts."""
    record = new_record(reason="user_hangup")
    detailed = ("transcript", "transcript_object", "recording_url", "call_analysis")
    call = {name: value for name, value in record.items() if name not in detailed} | {
        "direction": "inbound",
        "from_number": "+14155550123",
        "to_number": "+14155550100",
        "project_name": "appointment",
        "duration_ms": 61_500,
    }
    query = "status=ended&status=error&from_date=2027-03-04&project_name=appointment"
    server.on("GET", f"/calls?{query}&limit=2", (200, {"calls": [call], "pagination": {"cursor": "next"}}))
    server.on("GET", f"/calls?{query}&limit=1&cursor=next", (200, {"calls": [call], "pagination": {"cursor": "more"}}))

    command = ["calls", "list", "--status", "ended", "--status", "error", "--project", "appointment", "--from", "2027-03-04"]
    shown = runner.invoke(app, [*command, "--limit", "2"])
    documents = runner.invoke(app, [*command, "--limit", "2", "--json"])

    assert shown.exit_code == 0, shown.stderr
    assert [line.split() for line in shown.stdout.splitlines()][1:] == [
        ["call_1", "2027-03-04T15:30:00Z", "ended", "user_hangup", "inbound", "+14155550123", "appointment", "62"]
    ] * 2
    assert json.loads(documents.stdout) == {"calls": [call, call]}


def test_a_call_is_read(runner: CliRunner, server: Any, new_record: Any) -> None:
    """How it ended, what was said, and where it can be listened to."""
    read = new_record(said=[("agent", "Hello [you]."), ("user", "[keys 1]")])
    server.on("GET", "/calls/call_1", (200, {**read, "recording_url": "http://server/a.wav"}))

    done = runner.invoke(app, ["calls", "get", "call_1"])

    assert done.exit_code == 0
    assert done.stdout.splitlines() == [
        "call_1 ended (agent_hangup), 1.5 s",
        "Agent: Hello [you].",
        "User: [keys 1]",
        "http://server/a.wav",
    ]


def test_the_record_is_printed_whole_as_json(runner: CliRunner, server: Any, new_record: Any) -> None:
    """Every field, as the server gave it."""
    server.on("GET", "/calls/call_1", (200, new_record()))

    assert json.loads(runner.invoke(app, ["calls", "get", "call_1", "--json"]).stdout) == new_record()


def test_an_id_cannot_leave_its_place_in_the_address(runner: CliRunner, server: Any) -> None:
    """An argument with slashes asks for an unknown call, not for another route."""
    done = runner.invoke(app, ["calls", "get", "../projects"])

    assert done.exit_code == 3
    assert server.asked[-1][1] == "/calls/..%2Fprojects"


def test_watching_shows_what_is_said_as_it_grows(runner: CliRunner, server: Any, new_record: Any) -> None:
    """Each word once, the last words before the end."""
    growing = [
        new_record("queued"),
        new_record("ongoing", said=[("agent", "Am I")]),
        new_record("ongoing", said=[("agent", "Am I speaking"), ("user", "[keys 1]")]),
        new_record(said=[("agent", "Am I speaking"), ("user", "[keys 1]"), ("agent", "Goodbye.")]),
    ]
    server.on("GET", "/calls/call_1", *((200, one) for one in growing))

    done = runner.invoke(app, ["calls", "watch", "call_1"])

    assert done.exit_code == 0
    assert done.stdout.splitlines() == [
        "-- queued",
        "-- ongoing",
        "   0.00  Agent: Am I speaking",
        "   1.00  User: [keys 1]",
        "   2.00  Agent: Goodbye.",
        "-- ended (agent_hangup)",
        "call_1 ended (agent_hangup), 1.5 s",
    ]


def test_watching_waits_for_the_whole_record(runner: CliRunner, server: Any, new_record: Any) -> None:
    """A call that is over is shown once its recording and analysis are done."""
    unfinished = {**new_record(), "recording": {"status": "pending"}, "call_analysis": {"status": "pending"}}
    server.on("GET", "/calls/call_1", (200, unfinished), (200, new_record()))

    done = runner.invoke(app, ["calls", "watch", "call_1", "--json"])

    assert json.loads(done.stdout) == new_record()


def test_a_placed_call_that_is_watched_is_shown_once(runner: CliRunner, server: Any, new_record: Any) -> None:
    """Its end, not how it began: one document for scripts, and the last line for people says what became of it."""
    server.on(*PLACE, (200, PLACED))
    server.on("GET", "/calls/call_1", (200, new_record()))
    place = ["call", "+14155550123", "--project", "p", "--watch"]

    assert json.loads(runner.invoke(app, [*place, "--json"]).stdout)["status"] == "ended"
    assert runner.invoke(app, place).stdout.splitlines()[-1] == "call_1 ended (agent_hangup), 1.5 s"


@pytest.mark.parametrize("arguments", [[], ["--json"]])
def test_a_call_that_failed_at_once_is_a_failure(runner: CliRunner, server: Any, new_record: Any, arguments: list[str]) -> None:
    """Exit code 1 with the reason, also without `--watch`."""
    server.on(*PLACE, (200, {**PLACED, "call": {**PLACED["call"], "status": "error"}}))
    server.on("GET", "/calls/call_1", (200, {**new_record("error"), "disconnection_reason": "dial_failed"}))

    done = runner.invoke(app, ["call", "+14155550123", "--project", "p", *arguments])

    assert done.exit_code == 1
    assert "dial_failed" in done.stderr


@pytest.mark.parametrize("arguments", [["calls", "watch", "call_1"], ["call", "+14155550123", "--project", "p", "--watch"]])
def test_a_watched_call_that_ends_in_error_is_a_failure(
    runner: CliRunner, server: Any, new_record: Any, arguments: list[str]
) -> None:
    """Exit code 1, with the reason."""
    server.on(*PLACE, (200, PLACED))
    server.on("GET", "/calls/call_1", (200, new_record("error", reason="dial_failed")))

    done = runner.invoke(app, arguments)

    assert done.exit_code == 1
    assert "dial_failed" in done.stderr


@pytest.mark.parametrize(
    ("command", "path", "says"),
    [
        ("cancel", "cancel", "call_1 ended (cancelled), 1.5 s"),
        ("analyse", "analysis", "call_1 is analysed again; `calls get` shows the outcome."),
    ],
)
def test_a_call_is_controlled(runner: CliRunner, server: Any, new_record: Any, command: str, path: str, says: str) -> None:
    """The server is asked, and its answer shown."""
    server.on("POST", f"/calls/call_1/{path}", (200, new_record(reason="cancelled")))

    done = runner.invoke(app, ["calls", command, "call_1"])

    assert (done.exit_code, done.stdout) == (0, f"{says}\n")


def test_hanging_up_waits_for_the_end(runner: CliRunner, server: Any, new_record: Any) -> None:
    """The far side is told by the worker; the command shows how it came out."""
    server.on("POST", "/calls/call_1/hangup", (200, new_record("ongoing")))
    server.on("GET", "/calls/call_1", (200, new_record("ongoing")), (200, new_record(reason="manual_stopped")))

    done = runner.invoke(app, ["calls", "hangup", "call_1"])

    assert (done.exit_code, done.stdout) == (0, "call_1 ended (manual_stopped), 1.5 s\n")


def test_creating_is_the_same_as_calling(runner: CliRunner, server: Any) -> None:
    """`calls create` sends and shows what `call` does."""
    server.on(*PLACE, (200, PLACED))
    arguments = ["+14155550123", "--project", "p", "--data", "{}"]

    one, other = runner.invoke(app, ["call", *arguments]), runner.invoke(app, ["calls", "create", *arguments])

    assert (other.exit_code, other.stdout) == (one.exit_code, one.stdout) == (0, "call_1 queued\n")
    assert len(set(server.bodies(*PLACE))) == 1


def test_a_call_is_moved(runner: CliRunner, server: Any, new_record: Any) -> None:
    """To the time that was given; the server's reading of it is shown."""
    moved = {**new_record("queued"), "status": "scheduled", "scheduled_for": "2027-03-06T09:30:00Z"}
    server.on("PATCH", "/calls/call_1", (200, moved))

    done = runner.invoke(app, ["calls", "reschedule", "call_1", "--at", "2027-03-06T10:30+01:00"])

    assert (done.exit_code, done.stdout) == (0, "call_1 is scheduled for 2027-03-06T09:30:00Z.\n")
    assert json.loads(server.bodies("PATCH", "/calls/call_1")[0]) == {"scheduled_for": "2027-03-06T10:30+01:00"}


@pytest.mark.parametrize(
    ("answer", "code", "stdout", "stderr"),
    [
        (
            {"allowed": True, "code": None, "detail": "The call would ring.", "rings_at": "2027-03-06T09:30:00Z"},
            0,
            "The call would ring. It would ring at 2027-03-06T09:30:00Z.\n",
            "",
        ),
        (
            {"allowed": False, "code": "suppressed", "detail": "The number is suppressed.", "rings_at": None},
            1,
            "",
            "The number is suppressed. (suppressed)\n",
        ),
    ],
)
def test_a_call_is_checked(runner: CliRunner, server: Any, answer: Any, code: int, stdout: str, stderr: str) -> None:
    """What would happen; a refusal is exit code 1 with its reason, and a document all the same."""
    server.on("POST", "/calls/check", (200, answer))
    command = ["calls", "check", "+14155550123", "--project", "p"]

    done, documented = runner.invoke(app, command), runner.invoke(app, [*command, "--json"])

    assert (done.exit_code, done.stdout, done.stderr) == (code, stdout, stderr)
    assert (documented.exit_code, json.loads(documented.stdout)) == (code, answer)


def test_progress_is_on_stderr_of_a_terminal(
    runner: CliRunner, server: Any, new_record: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the transcript is not shown there; stdout holds the document alone."""
    server.on("GET", "/calls/call_1", (200, new_record("queued")), (200, new_record()))
    terminal = StringIO()
    monkeypatch.setattr(output, "errors", Console(file=terminal, force_terminal=True, width=80))

    done = runner.invoke(app, ["calls", "watch", "call_1", "--json"])

    assert json.loads(done.stdout) == new_record()
    assert "queued, 0 s" in terminal.getvalue()


def test_where_stderr_is_no_terminal_there_is_no_progress(runner: CliRunner, server: Any, new_record: Any) -> None:
    """A log stays free of it."""
    server.on("GET", "/calls/call_1", (200, new_record("queued")), (200, new_record()))

    assert runner.invoke(app, ["calls", "watch", "call_1", "--json"]).stderr == ""
