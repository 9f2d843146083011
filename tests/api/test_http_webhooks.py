"""`/webhooks`: made, shown without their secret, changed and deleted."""

from __future__ import annotations

import base64
import logging
from typing import TYPE_CHECKING, Any, get_args

import pytest

from ringtrue.calls import webhooks
from ringtrue.domain.webhook import CALL_EVENTS, EVENTS
from ringtrue.wire.webhooks import EventName

if TYPE_CHECKING:
    from conftest import Desk

URL = "https://example.com/hooks?token=hush"


def make(desk: Desk, **changes: Any) -> dict[str, Any]:
    """A webhook of the desk's organization."""
    answer = desk.ask("POST", "/webhooks", json={"url": URL, **changes})
    assert answer.status_code == 201
    made: dict[str, Any] = answer.json()
    return made


def test_the_documented_events_are_the_known_ones() -> None:
    """The wire's list and the domain's."""
    assert get_args(EventName) == EVENTS


def test_a_new_webhook_shows_its_secret_once(desk: Desk) -> None:
    """`whsec_` and 24 to 64 random bytes; nothing shows it again."""
    made, other = make(desk, events=["call.ended", "call.analyzed"]), make(desk)

    assert list(made) == ["id", "url", "events", "enabled", "created_at", "secret"]
    assert made["id"].startswith("whk_")
    assert (made["url"], made["events"], made["enabled"]) == (URL, ["call.ended", "call.analyzed"], True)
    assert made["created_at"] == "2027-01-04T17:00:00.000Z"
    prefix, _, encoded = made["secret"].partition("_")
    assert prefix == "whsec"
    assert 24 <= len(base64.b64decode(encoded, validate=True)) <= 64
    assert made["secret"] != other["secret"]
    changed = desk.ask("PATCH", f"/webhooks/{made['id']}", json={"enabled": False})
    listed = desk.ask("GET", "/webhooks")
    assert "whsec" not in changed.text + listed.text
    without = {name: value for name, value in made.items() if name != "secret"}
    assert changed.json() == {**without, "enabled": False}
    assert changed.json() in listed.json()["webhooks"]


def test_without_events_it_is_told_of_every_step_of_a_call(desk: Desk) -> None:
    """Transcripts are for who asks; null is as good as nothing."""
    assert make(desk)["events"] == make(desk, events=None, enabled=None)["events"] == list(CALL_EVENTS)
    assert make(desk, events=["transcript.updated"])["events"] == ["transcript.updated"]


@pytest.mark.parametrize("method", ["POST", "PATCH"])
def test_an_unknown_event_is_answered_with_the_known_ones(desk: Desk, method: str) -> None:
    """By name, and without repeating what was sent."""
    path = "/webhooks" if method == "POST" else f"/webhooks/{make(desk)['id']}"

    answer = desk.ask(method, path, json={"url": URL, "events": ["call.ended", "call.hushed"]})

    assert answer.status_code == 422
    (error,) = answer.json()["errors"]
    assert error["loc"] == ["events", 1]
    assert all(event in error["msg"] for event in EVENTS)
    assert "hush" not in answer.text


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "url"),
        ({"url": None}, "url"),
        ({"url": 7}, "url"),
        ({"url": "ftp://hush.example/"}, "url"),
        ({"url": "https://user:hush@example.com/"}, "url"),
        ({"url": "https://hush.example/" + "a" * 2048}, "url"),
        ({"url": URL, "events": []}, "events"),
        ({"url": URL, "events": "call.ended"}, "events"),
        ({"url": URL, "enabled": "hush"}, "enabled"),
    ],
)
def test_what_is_not_as_documented_is_refused(desk: Desk, body: dict[str, Any], field: str) -> None:
    """422 on the field, without repeating it; nothing is made."""
    answer = desk.ask("POST", "/webhooks", json=body)

    assert (answer.status_code, answer.json()["errors"][0]["loc"][0]) == (422, field)
    assert "hush" not in answer.text
    assert desk.count("webhooks") == 0


def test_a_field_nobody_knows_is_refused(desk: Desk) -> None:
    """In every request."""
    made = make(desk)

    for method, path in (("POST", "/webhooks"), ("PATCH", f"/webhooks/{made['id']}")):
        answer = desk.ask(method, path, json={"url": URL, "secret": "whsec_mine"})
        assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, "unknown_field")
    assert desk.ask("GET", "/webhooks", params={"limit": 1}).status_code == 422


def test_a_change_leaves_out_what_stays(desk: Desk) -> None:
    """Null is as good as nothing."""
    made = make(desk, events=["call.ended"])
    path = f"/webhooks/{made['id']}"

    assert desk.ask("PATCH", path, json={"url": "http://192.0.2.1:81/"}).json()["url"] == "http://192.0.2.1:81/"
    assert desk.ask("PATCH", path, json={"events": ["call.queued"], "url": None}).json()["events"] == ["call.queued"]
    assert desk.ask("PATCH", path, json={"url": "nowhere"}).status_code == 422
    last = desk.ask("PATCH", path, json={"enabled": False}).json()
    assert (last["url"], last["events"], last["enabled"]) == ("http://192.0.2.1:81/", ["call.queued"], False)


def test_a_deleted_webhook_is_gone(desk: Desk) -> None:
    """To delete it again is to delete none; what waits for it goes along."""
    made = make(desk)
    desk.place()
    assert desk.count("deliveries") == 1

    assert [desk.ask("DELETE", f"/webhooks/{made['id']}").status_code for _ in range(2)] == [204, 404]
    assert desk.ask("GET", "/webhooks").json() == {"webhooks": []}
    assert desk.count("deliveries") == 0


def test_a_key_that_reads_may_look_but_not_touch(desk: Desk) -> None:
    """403, and nothing changes."""
    made = make(desk)
    attempts = [
        desk.ask("POST", "/webhooks", key="rt_read", json={"url": URL}),
        desk.ask("PATCH", f"/webhooks/{made['id']}", key="rt_read", json={"enabled": False}),
        desk.ask("DELETE", f"/webhooks/{made['id']}", key="rt_read"),
    ]

    assert [(one.status_code, one.json()["code"]) for one in attempts] == [(403, "key_reads_only")] * 3
    (shown,) = desk.ask("GET", "/webhooks", key="rt_read").json()["webhooks"]
    assert shown["enabled"]
    assert desk.ask("GET", "/webhooks", key=None).status_code == 401


def test_anothers_webhook_is_as_one_that_never_was(desk: Desk) -> None:
    """Byte for byte."""
    made = make(desk)
    headers = {"X-Request-Id": "the-same-for-both"}
    for method, options in (("PATCH", {"json": {"enabled": False}}), ("DELETE", {})):
        answers = [
            desk.ask(method, f"/webhooks/{one}", key="rt_other", headers=headers, **options)
            for one in (made["id"], "whk_06d0000000000000000000000")
        ]
        assert [one.status_code for one in answers] == [404, 404]
        assert answers[0].content == answers[1].content
    assert desk.ask("GET", "/webhooks", key="rt_other").json() == {"webhooks": []}


def test_there_are_fifty_at_most(desk: Desk) -> None:
    """409 says how to go on."""
    for _ in range(webhooks.MOST):
        make(desk)

    answer = desk.ask("POST", "/webhooks", json={"url": URL})

    assert (answer.status_code, answer.json()["code"]) == (409, "too_many_webhooks")
    assert desk.count("webhooks") == webhooks.MOST


def test_asked_again_under_its_key_the_secret_is_not_told(desk: Desk) -> None:
    """It was made once, and is kept nowhere but where deliveries are signed."""
    headers = {"Idempotency-Key": "once"}

    first = desk.ask("POST", "/webhooks", json={"url": URL}, headers=headers)
    again = desk.ask("POST", "/webhooks", json={"url": URL}, headers=headers)

    assert (first.status_code, again.status_code) == (201, 409)
    assert again.json()["code"] == "idempotency_answer_not_kept"
    assert desk.count("webhooks") == 1
    kept = desk.store.read_now(lambda tx: tx.keyed_request(desk.office.org.id, "once"))
    assert kept is not None
    assert kept.body is None


def test_neither_secret_nor_address_gets_into_the_logs(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    """At any level."""
    caplog.set_level(logging.DEBUG, logger="ringtrue")

    made = make(desk)
    desk.ask("PATCH", f"/webhooks/{made['id']}", json={"url": f"{URL}2"})
    desk.ask("POST", "/webhooks", json={"url": "ftp://hush.example/"})
    desk.place()

    assert "whsec" not in caplog.text
    assert "hush" not in caplog.text


def test_placing_a_call_queues_what_webhooks_are_told(desk: Desk) -> None:
    """In the transaction that places it."""
    make(desk)
    placed = desk.place().json()["call"]["id"]

    (waiting,) = desk.store.read_now(lambda tx: tx.waiting_deliveries(webhooks.of(tx, desk.office.org.id)[0].id, 10))
    assert (waiting.kind, waiting.call_id) == ("call.queued", placed)
