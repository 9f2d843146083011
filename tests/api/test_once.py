"""`Idempotency-Key`: sent again, done once; through crashes, in flight, for a day."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from ringtrue.api import once as at_api
from ringtrue.calls import keys, once, place
from ringtrue.testing.clock import START

if TYPE_CHECKING:
    from conftest import Desk

KEY = {"Idempotency-Key": "order-1"}


def replayed(answer: httpx.Response) -> bool:
    """Whether it says that it is no first answer."""
    return answer.headers.get("Idempotency-Replayed") == "true"


def test_a_call_that_is_asked_for_again_is_placed_once(desk: Desk) -> None:
    """The same answer byte for byte, marked as one that was given before."""
    first, second, third = (desk.place(headers=KEY) for _ in range(3))

    assert [answer.status_code for answer in (first, second, third)] == [202, 202, 202]
    assert first.content == second.content == third.content
    assert [replayed(answer) for answer in (first, second, third)] == [False, True, True]
    assert desk.count("calls") == 1
    assert desk.place().content != first.content
    assert desk.place(headers={"Idempotency-Key": "order-2"}).content != first.content


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/voice/phone-call", {"background": False}),
        ("POST", "/voice/phone-call?more=1", {}),
        ("POST", "/threads", None),
        ("DELETE", "/suppressions/+14155550123", None),
    ],
)
def test_a_key_belongs_to_one_request(desk: Desk, method: str, path: str, body: dict[str, Any] | None) -> None:
    """With another body, query, address or method it is refused, and nothing is done."""
    desk.place(headers=KEY)

    answer = desk.ask(method, path, headers=KEY, **({} if body is None else {"json": desk.body(**body)}))

    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, "idempotency_key_reused")
    assert desk.count("calls") == 1


def test_an_organizations_keys_are_its_own(desk: Desk) -> None:
    """Two may draw the same."""
    body = {"json": {}}

    mine, theirs = (
        desk.ask("POST", "/threads", headers=KEY, **body),
        desk.ask("POST", "/threads", key="rt_other", headers=KEY, **body),
    )

    assert (mine.status_code, theirs.status_code, replayed(theirs)) == (200, 200, False)
    assert mine.json() != theirs.json()


def test_many_at_once_do_it_once(desk: Desk) -> None:
    """Who comes while the first is in flight is told to wait; nobody is told of another call."""

    async def together() -> list[httpx.Response]:
        transport = httpx.ASGITransport(desk.app)
        async with httpx.AsyncClient(transport=transport, base_url="http://ringtrue.test") as http:
            headers = {"Authorization": "rt_full", **KEY}
            asked = (http.post("/voice/phone-call", json=desk.body(), headers=headers) for _ in range(8))
            return list(await asyncio.gather(*asked))

    answers = asyncio.run(together())

    assert desk.count("calls") == 1
    placed = [answer for answer in answers if answer.status_code == 202]
    waited = [answer.json()["code"] for answer in answers if answer.status_code != 202]
    assert len({answer.content for answer in placed}) == 1
    assert set(waited) <= {"idempotency_in_flight"}
    assert desk.place(headers=KEY).content == placed[0].content


@pytest.mark.parametrize("changes", [{"callee": "letters"}, {"callee": "911"}, {"project_id": "none"}, {"callee": None}])
def test_a_refusal_is_an_answer_too(desk: Desk, changes: dict[str, Any]) -> None:
    """It stays one, whatever was put right meanwhile."""
    first, second = (desk.place(headers=KEY, **changes) for _ in range(2))

    assert first.status_code in (403, 422)
    assert first.content == second.content
    assert second.headers["Content-Type"] == "application/problem+json"
    assert [replayed(first), replayed(second)] == [False, True]


def test_what_failed_on_our_side_may_be_tried_again(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """A bug, or a server that shuts down: nothing was done, so the key is free. To note the key's use is no effect."""
    with monkeypatch.context() as broken:
        broken.setattr(place, "_accept", _fail)
        assert desk.place(headers=KEY).status_code == 500
    desk.wire(is_draining=lambda: True)
    assert desk.place(headers=KEY).status_code == 503
    desk.wire(is_draining=lambda: False)

    assert desk.place(headers=KEY).status_code == 202
    assert desk.count("calls") == 1


def _fail(*_: object, **__: object) -> None:
    raise RuntimeError("a bug")


def test_a_process_that_dies_behind_the_commit_leaves_its_answer(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """The next one tells what was known at the commit; the call is not placed again."""
    with monkeypatch.context() as dying:
        dying.setattr(once, "answer", _die)
        with pytest.raises(KeyboardInterrupt):
            desk.place(headers=KEY)
    assert desk.count("calls") == 1
    assert (desk.place(headers=KEY).status_code, desk.place(headers=KEY).json()["code"]) == (409, "idempotency_in_flight")

    monkeypatch.setattr(at_api, "_PROCESS", "the next one")
    answer = desk.place(headers=KEY)

    (call,) = desk.ask("GET", "/calls").json()["calls"]
    assert (answer.status_code, replayed(answer)) == (202, True)
    assert answer.json()["call"]["id"] == call["id"]
    assert desk.count("calls") == 1


def test_a_process_that_dies_before_the_commit_leaves_nothing(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """The next one begins anew, at once."""
    with monkeypatch.context() as dying:
        dying.setattr(place, "_accept", _die)
        dying.setattr(once, "release", lambda *_, **__: None)
        with pytest.raises(KeyboardInterrupt):
            desk.place(headers=KEY)
    assert desk.place(headers=KEY).status_code == 409

    monkeypatch.setattr(at_api, "_PROCESS", "the next one")

    assert desk.place(headers=KEY).status_code == 202
    assert desk.count("calls") == 1


def _die(*_: object, **__: object) -> None:
    raise KeyboardInterrupt


def test_who_lost_the_key_undoes_what_it_did(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """A request that slept for a minute, while another took its key over."""
    original = place.place

    def slow(tx: Any, request: Any, **options: Any) -> Any:
        call = original(tx, request, **options)
        there = tx.keyed_request(desk.office.org.id, KEY["Idempotency-Key"])
        tx.put_keyed_request(_with_token(there))
        return call

    monkeypatch.setattr("ringtrue.api.placing.place", slow)

    answer = desk.place(headers=KEY)

    assert (answer.status_code, answer.json()["code"]) == (409, "idempotency_in_flight")
    assert desk.count("calls") == 0


def _with_token(request: Any) -> Any:
    return replace(request, token="another.1")


def test_keys_are_kept_for_a_day(desk: Desk) -> None:
    """Then the same key is a new one."""
    first = desk.place(headers=KEY)
    desk.clock.advance(timedelta(hours=23, minutes=59))
    same = desk.place(headers=KEY)
    desk.clock.advance(timedelta(minutes=2))
    new = desk.place(headers=KEY)

    assert first.content == same.content
    assert new.status_code == 202
    assert new.content != first.content
    assert desk.count("requests") == 1


def test_an_api_key_is_shown_once(desk: Desk) -> None:
    """It is made once as well, and is not kept for whoever asks again."""
    desk.store.run_now(lambda tx: keys.issue(tx, desk.office.org.id, "boss", "admin", secret="rt_admin", at=START))
    before = desk.count("api_keys")

    first, second = (desk.ask("POST", "/api-keys", key="rt_admin", json={"name": "x"}, headers=KEY) for _ in range(2))

    assert (first.status_code, second.status_code) == (201, 409)
    assert second.json()["code"] == "idempotency_answer_not_kept"
    assert desk.count("api_keys") == before + 1
    secret = first.json()["key"]
    assert secret.encode() not in b"".join(path.read_bytes() for path in desk.folder.iterdir() if path.is_file())


@pytest.mark.parametrize("key", ["", " ", "two words", "x" * 256, "ünicode"])
def test_a_key_that_is_none_is_refused(desk: Desk, key: str) -> None:
    """Before anything is done."""
    answer = desk.ask("POST", "/voice/phone-call", json=desk.body(), headers={"Idempotency-Key": key.encode()})

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["code"] == "idempotency_key_invalid"
    assert desk.count("calls") == 0


def test_every_changing_operation_takes_a_key(desk: Desk) -> None:
    """What was cancelled, hung up, put or deleted answers the same again; without a key to the API it answers as ever."""
    call, ongoing = desk.call("scheduled"), desk.call("ongoing")
    desk.ask("PUT", "/suppressions/+14155550111")
    asked: list[tuple[str, str]] = [
        ("POST", f"/calls/{call.id}/cancel"),
        ("POST", f"/calls/{ongoing.id}/hangup"),
        ("DELETE", "/suppressions/+14155550111"),
        ("POST", "/threads"),
    ]

    for number, (method, path) in enumerate(asked):
        headers = {"Idempotency-Key": f"key-{number}"}
        first, second = (desk.ask(method, path, headers=headers) for _ in range(2))
        assert (first.status_code, first.content) == (second.status_code, second.content)
        assert first.status_code in (200, 204)
        assert [replayed(first), replayed(second)] == [False, True]
        assert desk.ask(method, path, headers=headers, key=None).status_code == 401


def test_reading_takes_no_key(desk: Desk) -> None:
    """It is ignored there."""
    answers = [desk.ask("GET", "/calls", headers=KEY) for _ in range(2)]

    assert [(answer.status_code, replayed(answer)) for answer in answers] == [(200, False)] * 2
    assert desk.count("requests") == 0
