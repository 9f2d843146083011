"""What a thread token opens over HTTP, and that it opens nothing else."""

from __future__ import annotations

import json
from collections import defaultdict
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from ringtrue.domain.records import Recording, RecordingStatus
from ringtrue.ids import ThreadId
from ringtrue.testing.clock import START

if TYPE_CHECKING:
    from conftest import Desk

ALLOWED = {
    ("get", "/threads/{thread_id}"),
    ("get", "/threads/{thread_id}/messages"),
    ("get", "/calls"),
    ("get", "/calls/{call_id}"),
    ("post", "/chat"),
    ("post", "/voice/{thread_id}/phone-call"),
    ("post", "/voice/{thread_id}/web-call"),
}
OPEN = {"/livez", "/readyz", "/schemas/project.json"}
CALL = {"callee": "+14155550123", "project_id": "appointment"}
SAME = {"X-Request-Id": "same"}


@pytest.mark.parametrize(
    ("body", "seconds"), [(None, 3600), ({}, 3600), ({"expires_in": 60}, 60), ({"expires_in": 86_400}, 86_400)]
)
def test_a_token_says_until_when_it_is_good(desk: Desk, thread: str, body: Any, seconds: int) -> None:
    """An hour, unless it is asked for less or more."""
    answer = desk.ask("POST", f"/threads/{thread}/token", json=body)

    assert (answer.status_code, list(answer.json())) == (200, ["access_token", "expires_at"])
    until = datetime.fromisoformat(answer.json()["expires_at"])
    assert until == START + timedelta(seconds=seconds)
    token = answer.json()["access_token"]
    desk.clock.advance(timedelta(seconds=seconds - 1))
    assert desk.ask("GET", f"/threads/{thread}", key=token).status_code == 200
    desk.clock.advance(timedelta(seconds=1))
    assert desk.ask("GET", f"/threads/{thread}", key=token).status_code == 401


@pytest.mark.parametrize(
    "body", [{"expires_in": 59}, {"expires_in": 86_401}, {"expires_in": "x"}, {"include": ["all"]}, {"include": "analysis"}]
)
def test_no_token_lives_longer_or_shows_more(desk: Desk, thread: str, body: Any) -> None:
    """Than is documented."""
    assert desk.ask("POST", f"/threads/{thread}/token", json=body).status_code == 422


def test_only_who_may_write_hands_out_tokens(desk: Desk, thread: str) -> None:
    """Of its own threads; a token makes no other."""
    path, none = f"/threads/{thread}/token", "/threads/thread_none/token"
    strange, unknown = (desk.ask("POST", at, key="rt_other", headers=SAME) for at in (path, none))

    assert desk.ask("POST", path, key="rt_read").status_code == 403
    assert desk.ask("POST", path, key=desk.token(thread)).status_code == 403
    assert (strange.status_code, strange.content) == (404, unknown.content)


@pytest.mark.parametrize("form", ["{}", "Bearer {}"])
def test_a_token_is_taken_in_both_forms(desk: Desk, thread: str, form: str) -> None:
    """As keys are."""
    assert desk.ask("GET", f"/threads/{thread}", key=form.format(desk.token(thread))).status_code == 200


def test_a_token_opens_what_is_listed_and_nothing_else(desk: Desk, thread: str) -> None:
    """Every operation of the document that is not allowed says 403, whatever else is asked."""
    token = desk.token(thread, include=["analysis", "recording"])
    call = desk.call("ended")
    answers: dict[tuple[str, str], int] = {}
    names = defaultdict(lambda: "x", call_id=call.id, thread_id=thread, name="appointment", number="+14155550123")
    for path, methods in desk.ask("GET", "/openapi.json").json()["paths"].items():
        for method in methods:
            at = path.format_map(names)
            answer = desk.ask(method.upper(), at, key=token, json=None if method in ("get", "delete") else {})
            answers[method, path] = answer.status_code

    others = {at: status for at, status in answers.items() if at not in ALLOWED and at[1] not in OPEN}
    assert set(others.values()) == {403}, others
    assert all(answers[at] not in (401, 403, 500) for at in ALLOWED - {("post", "/voice/{thread_id}/phone-call")})


def test_a_refusal_says_what_would_do(desk: Desk, thread: str) -> None:
    """An API key."""
    answer = desk.ask("GET", "/projects", key=desk.token(thread))

    assert (answer.status_code, answer.json()["code"]) == (403, "thread_token_not_enough")


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/threads/{thread}", None),
        ("GET", "/threads/{thread}/messages", None),
        ("GET", "/calls/{call}", None),
        ("POST", "/chat", {"thread_id": "{thread}", "message": "yes"}),
        ("POST", "/voice/{thread}/phone-call", CALL),
        ("POST", "/voice/{thread}/web-call", {"project_id": "appointment"}),
    ],
)
@pytest.mark.parametrize("is_strange", [False, True])
def test_another_thread_does_not_exist(
    desk: Desk, thread: str, method: str, path: str, body: dict[str, str] | None, is_strange: bool
) -> None:
    """Of the same organization or another, byte for byte."""
    other = desk.call("ended", office=desk.stranger if is_strange else None)
    token = desk.token(thread)

    def ask(call: str, thread_id: str) -> httpx.Response:
        names = {"call": call, "thread": thread_id}
        sent = {name: value.format(**names) for name, value in body.items()} if body is not None else None
        return desk.ask(method, path.format(**names), key=token, json=sent, headers=SAME)

    theirs, unknown = ask(other.id, other.thread_id), ask("call_none", "thread_none")

    assert (theirs.status_code, theirs.content) == (404, unknown.content)
    assert desk.count("messages") == 0


def test_a_token_lists_the_calls_of_its_thread(desk: Desk) -> None:
    """Whatever it filters by; another thread's are as none."""
    mine, other = desk.call("ended"), desk.call("ended", office=desk.office)
    new = desk.ask("POST", "/threads", json={}).json()["thread_id"]

    def listed(token: str, **query: str) -> list[str]:
        return [one["id"] for one in desk.ask("GET", "/calls", key=token, params=query).json()["calls"]]

    own, empty = desk.token(mine.thread_id), desk.token(new)

    assert set(listed(own)) == {mine.id, other.id}  # one thread: the same callee and project
    assert set(listed(own, thread_id=mine.thread_id, status="ended")) == {mine.id, other.id}
    assert listed(own, thread_id=new) == listed(empty) == listed(empty, thread_id=mine.thread_id) == []
    page = desk.ask("GET", "/calls", params={"limit": 1}).json()["pagination"]["cursor"]
    assert desk.ask("GET", "/calls", key=own, params={"limit": 1, "cursor": page}).status_code == 422


@pytest.mark.parametrize("include", [[], ["analysis"], ["recording"], ["analysis", "recording"], None])
def test_analysis_and_recording_are_shown_if_they_were_included(desk: Desk, include: list[str] | None) -> None:
    """Null otherwise, as where there is none; everything else is the record."""
    call = desk.call("ended")
    recording = Recording(call_id=call.id, status=RecordingStatus.READY, name="a.wav", duration_ms=1000)

    def work(tx: Any) -> None:
        tx.put_recording(recording)
        tx.put_analysis(call.id, json.dumps({"call_summary": "She keeps it."}))

    desk.store.run_now(work)
    whole = desk.ask("GET", f"/calls/{call.id}").json()

    seen = desk.ask("GET", f"/calls/{call.id}", key=desk.token(call.thread_id, include=include)).json()

    names = include or []
    assert list(seen) == list(whole)
    assert seen["call_analysis"] == (whole["call_analysis"] if "analysis" in names else None)
    assert (seen["recording_url"] is not None) == ("recording" in names)
    hidden = ("call_analysis", "recording_url")
    assert {k: v for k, v in seen.items() if k not in hidden} == {k: v for k, v in whole.items() if k not in hidden}
    assert whole["call_analysis"] is not None
    assert whole["recording_url"] is not None


@pytest.mark.parametrize("code", [{}, {"verification_code": None}, {"verification_code": "123456"}])
def test_a_token_places_no_call_without_a_verifier(desk: Desk, thread: str, code: dict[str, Any]) -> None:
    """Nothing rings. With an API key the code means nothing."""
    path = f"/voice/{thread}/phone-call"

    answer = desk.ask("POST", path, key=desk.token(thread), json={**CALL, **code})

    assert (answer.status_code, answer.json()["code"]) == (403, "verification_unavailable")
    assert desk.count("calls") == 0
    later = {"scheduled_for": "2027-03-04T12:00:00Z"}
    assert desk.ask("POST", path, json={**CALL, **code, **later}).status_code == 200


def test_a_token_starts_no_browser_call_yet(desk: Desk, thread: str) -> None:
    """It may, but there are none."""
    answer = desk.ask("POST", f"/voice/{thread}/web-call", key=desk.token(thread), json={"project_id": "appointment"})

    assert (answer.status_code, answer.json()["code"]) == (501, "web_calls_not_available")


def test_a_guest_chats(desk: Desk, thread: str) -> None:
    """And reads what was written."""
    token = desk.token(thread)

    answer = desk.ask("POST", "/chat", key=token, json={"thread_id": thread, "message": "yes"})

    assert answer.status_code == 200
    read = desk.ask("GET", f"/threads/{thread}/messages", key=token).json()["messages"]
    assert read[0]["message"] == answer.json()["message"]


def test_idempotency_keys_of_guests_are_their_own(desk: Desk, thread: str) -> None:
    """What the organization or another guest was told under the same key is not told to this one."""
    other = desk.ask("POST", "/threads", json={}).json()["thread_id"]
    headers = {"Idempotency-Key": "k", **SAME}
    body = {"thread_id": thread, "message": "yes"}
    mine = desk.ask("POST", "/chat", key=desk.token(thread), json=body, headers=headers)

    strange = desk.ask("POST", "/chat", key=desk.token(other), json=body, headers=headers)
    again = desk.ask("POST", "/chat", key=desk.token(thread), json=body, headers=headers)
    owner = desk.ask("POST", "/chat", json=body, headers=headers)

    assert strange.status_code == 404
    assert (again.content, again.headers["Idempotency-Replayed"]) == (mine.content, "true")
    assert "Idempotency-Replayed" not in owner.headers


def test_a_thread_that_is_gone_takes_its_tokens_along(desk: Desk) -> None:
    """And so does a thread of another organization, or none."""
    thread_id = desk.ask("POST", "/threads", json={}).json()["thread_id"]
    token = desk.token(thread_id)

    def forget(tx: Any) -> None:
        tx._sql.change("DELETE FROM threads WHERE id = :id", {"id": thread_id})

    desk.store.run_now(forget)

    assert desk.ask("GET", f"/threads/{thread_id}", key=token).status_code == 401


def test_an_api_key_is_not_taken_from_a_page_of_another_origin(desk: Desk, thread: str) -> None:
    """It does not belong there, whatever origins are allowed; a page of ours may."""

    def asked(origin: str | None, key: str) -> int:
        headers = {} if origin is None else {"Origin": origin}
        return desk.ask("GET", f"/threads/{thread}", key=key, headers=headers).status_code

    assert [asked(origin, "rt_full") for origin in ("https://evil.example", "null", "http://[", "http://ringtrue.test.evil")] == [
        403
    ] * 4
    assert [asked(origin, "rt_full") for origin in (None, "http://ringtrue.test", "https://ringtrue.test")] == [200] * 3
    assert asked("https://evil.example", desk.token(thread)) == 200  # a browser shows the page nothing without CORS
    assert asked("https://evil.example", "rt_wrong") == 401


def test_ids_are_as_typed(desk: Desk, thread: str) -> None:
    """A path that only resembles the token's thread is another."""
    token = desk.token(thread)

    for other in (thread.upper(), f"{thread}%00", f"{thread}%20", thread[:-1]):
        assert desk.ask("GET", f"/threads/{other}", key=token).status_code == 404
    assert desk.store.read_now(lambda tx: tx.thread(desk.office.org.id, ThreadId(thread))) is not None
