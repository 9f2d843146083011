"""`ringtrue threads`, `keys`, `numbers`, `suppressions`, `webhooks`: what is sent, what is shown, how they end."""

from __future__ import annotations

import json
import socket
from dataclasses import dataclass
from typing import Any

import pytest
from typer.testing import CliRunner

from ringtrue.cli.main import app

LAST = {"cursor": None}
USAGE = {"billable_messages": 3, "billable_message_cost": 0, "voice_minutes": 1.5, "voice_cost": 0, "total_cost": 0}
THREAD = {"id": "thread_1", "usage": USAGE, "alias": "Anna", "timezone": None}
LISTED = {
    "id": "thread_1",
    "alias": None,
    "timezone": "Europe/Berlin",
    "project_name": "survey",
    "created_at": "2027-03-04T15:30:00Z",
}
MESSAGE = {"message_id": "msg_1", "role": "user", "message": "Hello [you]", "timestamp": 1}
KEY = {"id": "key_1", "name": "ci", "scope": "read", "created_at": "2027-03-04T15:30:00Z", "last_used_at": None}
NUMBER = {"number": "+14155550100", "project": "survey", "created_at": "2027-03-04T15:30:00Z"}
SUPPRESSION = {"number": "+14155550123", "reason": "asked", "created_at": "2027-03-04T15:30:00Z"}
WEBHOOK = {"id": "whk_1", "url": "https://example.com/hook", "events": ["call.ended", "call.analyzed"], "enabled": True}


@dataclass(frozen=True, kw_only=True)
class Case:
    """A command, what it sends, what it is answered, what its last line says, and its JSON where that is not the answer."""

    command: str
    method: str
    path: str
    answer: Any = None
    body: Any = None
    says: str
    document: Any = None


CASES = [
    Case(
        command="threads list --project survey --limit 5",
        method="GET",
        path="/threads?project_name=survey&limit=5",
        answer={"threads": [LISTED], "pagination": LAST},
        says="thread_1  2027-03-04T15:30:00Z  -      survey   Europe/Berlin",
        document={"threads": [LISTED]},
    ),
    Case(
        command="threads get thread_1",
        method="GET",
        path="/threads/thread_1",
        answer=THREAD,
        says="thread_1  Anna   -         3         1.5            0",
    ),
    Case(
        command="threads create --project survey --number +14155550123 --timezone Europe/Berlin --data {}",
        method="POST",
        path="/threads",
        body={"project_name": "survey", "user_phone_number": "+14155550123", "timezone": "Europe/Berlin", "json_data": "{}"},
        answer={"thread_id": "thread_1"},
        says="thread_1",
    ),
    Case(
        command="threads messages thread_1",
        method="GET",
        path="/threads/thread_1/messages?limit=20",
        answer={"messages": [MESSAGE, {**MESSAGE, "role": "assistant", "message": "Good day"}], "pagination": LAST},
        says="User: Hello [you]",
        document={"messages": [MESSAGE, {**MESSAGE, "role": "assistant", "message": "Good day"}]},
    ),
    Case(
        command="threads token thread_1 --expires-in 600 --include recording --include analysis",
        method="POST",
        path="/threads/thread_1/token",
        body={"expires_in": 600, "include": ["recording", "analysis"]},
        answer={"access_token": "a.b.c", "expires_at": "2027-03-04T15:30:00Z"},
        says="a.b.c",
    ),
    Case(
        command="keys list",
        method="GET",
        path="/api-keys",
        answer={"api_keys": [KEY]},
        says="key_1  ci    read   2027-03-04T15:30:00Z  -",
    ),
    Case(
        command="keys create ci --scope read",
        method="POST",
        path="/api-keys",
        body={"name": "ci", "scope": "read"},
        answer={**KEY, "key": "rt_new"},
        says="rt_new",
    ),
    Case(
        command="keys revoke key_1",
        method="DELETE",
        path="/api-keys/key_1",
        says="key_1 is revoked.",
        document={"id": "key_1", "revoked": True},
    ),
    Case(
        command="numbers list",
        method="GET",
        path="/numbers",
        answer={"numbers": [NUMBER]},
        says="+14155550100  survey   2027-03-04T15:30:00Z",
    ),
    Case(
        command="numbers set +14155550100 --project survey",
        method="PUT",
        path="/numbers/%2B14155550100",
        body={"project": "survey"},
        answer=NUMBER,
        says="+14155550100 is answered by survey.",
    ),
    Case(
        command="numbers drop +14155550100",
        method="DELETE",
        path="/numbers/%2B14155550100",
        says="+14155550100 is answered no more.",
        document={"number": "+14155550100", "dropped": True},
    ),
    Case(
        command="suppressions get +14155550123",
        method="GET",
        path="/suppressions/%2B14155550123",
        answer=SUPPRESSION,
        says="+14155550123 is never rung: asked",
    ),
    Case(
        command="suppressions set +14155550123 --reason asked",
        method="PUT",
        path="/suppressions/%2B14155550123",
        body={"reason": "asked"},
        answer=SUPPRESSION,
        says="+14155550123 is never rung again.",
    ),
    Case(
        command="suppressions drop +14155550123",
        method="DELETE",
        path="/suppressions/%2B14155550123",
        says="+14155550123 may be rung again.",
        document={"number": "+14155550123", "dropped": True},
    ),
    Case(
        command="webhooks list",
        method="GET",
        path="/webhooks",
        answer={"webhooks": [WEBHOOK]},
        says="whk_1  on     call.ended,call.analyzed  https://example.com/hook",
    ),
    Case(
        command="webhooks create https://example.com/hook --event call.ended --event call.analyzed --disabled",
        method="POST",
        path="/webhooks",
        body={"url": "https://example.com/hook", "events": ["call.ended", "call.analyzed"], "enabled": False},
        answer={**WEBHOOK, "secret": "whsec_1"},
        says="whsec_1",
    ),
    Case(
        command="webhooks create https://example.com/hook",
        method="POST",
        path="/webhooks",
        body={"url": "https://example.com/hook", "enabled": True},
        answer={**WEBHOOK, "secret": "whsec_1"},
        says="whsec_1",
    ),
    Case(
        command="webhooks update whk_1 --disable",
        method="PATCH",
        path="/webhooks/whk_1",
        body={"enabled": False},
        answer=WEBHOOK,
        says="whk_1 is changed.",
    ),
    Case(
        command="webhooks delete whk_1",
        method="DELETE",
        path="/webhooks/whk_1",
        says="whk_1 is deleted.",
        document={"id": "whk_1", "deleted": True},
    ),
]
ALL = pytest.mark.parametrize("case", CASES, ids=[case.command for case in CASES])


def answered(server: Any, case: Case) -> None:
    """Answer the case's request as it has it."""
    server.on(case.method, case.path, (204, {}) if case.answer is None else (200, case.answer))


@ALL
def test_a_command_sends_its_request_and_shows_the_answer(runner: CliRunner, server: Any, case: Case) -> None:
    """A line for people; what was sent is as the API has it."""
    answered(server, case)

    done = runner.invoke(app, case.command.split())

    assert done.exit_code == 0, done.stderr
    assert done.stdout.splitlines()[-1] == case.says
    sent = server.bodies(case.method, case.path)[0]
    assert (json.loads(sent) if sent else None) == case.body


@ALL
def test_json_is_one_document(runner: CliRunner, server: Any, case: Case) -> None:
    """The server's own, or what was done where it has none."""
    answered(server, case)

    done = runner.invoke(app, [*case.command.split(), "--json"])

    assert json.loads(done.stdout) == (case.document or case.answer)


@ALL
def test_a_refusal_prints_the_problem(runner: CliRunner, server: Any, new_problem: Any, case: Case) -> None:
    """Exit code 3, nothing on stdout: also for an id or a number that is not there."""
    server.on(case.method, case.path, (404, new_problem("not_found", 404)))

    done = runner.invoke(app, case.command.split())

    assert (done.exit_code, done.stdout) == (3, "")
    assert json.loads(done.stderr)["code"] == "not_found"


@pytest.mark.parametrize("command", ["threads list", "keys revoke key_1", "webhooks list", "calls reschedule call_1 --at x"])
def test_a_server_that_is_not_there_is_exit_code_4(runner: CliRunner, monkeypatch: pytest.MonkeyPatch, command: str) -> None:
    """One sentence that says how to start one."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        monkeypatch.setenv("RINGTRUE_URL", f"http://127.0.0.1:{probe.getsockname()[1]}")
        monkeypatch.setenv("RINGTRUE_API_KEY", "rt_test")

        done = runner.invoke(app, command.split())

    assert (done.exit_code, done.stdout) == (4, "")
    assert done.stderr.count("\n") == 1
    assert "ringtrue serve" in done.stderr


@pytest.mark.parametrize(
    "command",
    [
        "threads get",
        "threads token thread_1 --include dreams",
        "keys create ci --scope boss",
        "numbers set +1",
        "webhooks create",
    ],
)
def test_a_usage_error_sends_nothing(runner: CliRunner, server: Any, command: str) -> None:
    """Exit code 2."""
    assert runner.invoke(app, command.split()).exit_code == 2
    assert server.asked == []
