"""`/listeners`: who cannot be reached fetches events."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from ringtrue.domain.webhook import CALL_EVENTS

if TYPE_CHECKING:
    from conftest import Desk


def make(desk: Desk, **options: Any) -> dict[str, Any]:
    """A listener of the desk's organization."""
    answer = desk.ask("POST", "/listeners", **options)
    assert answer.status_code == 201
    made: dict[str, Any] = answer.json()
    return made


def test_a_listener_gets_each_event_until_it_is_done(desk: Desk) -> None:
    """With the body that a webhook would be sent."""
    made = make(desk)
    placed = desk.place().json()["call"]["id"]
    path = f"/listeners/{made['id']}/next"

    first, again = desk.ask("POST", path).json(), desk.ask("POST", path, json={"done": []}).json()
    (handed,) = first["deliveries"]

    assert first == again
    body = json.loads(handed["body"])
    assert (body["id"], body["type"], body["data"]["call"]["id"]) == (handed["event_id"], "call.queued", placed)
    assert handed["type"] == "call.queued"
    done = {"done": [{"id": handed["id"], "status": 204}]}
    assert [desk.ask("POST", path, json=done).json() for _ in range(2)] == [{"deliveries": []}] * 2


def test_a_listener_is_told_what_it_asked_for(desk: Desk) -> None:
    """Every step of a call unless it says otherwise; its secret once."""
    plain, chosen = make(desk), make(desk, json={"events": ["call.ended"]})
    desk.place()

    assert (plain["events"], chosen["events"]) == (list(CALL_EVENTS), ["call.ended"])
    assert plain["id"].startswith("lsn_")
    assert plain["secret"].startswith("whsec_")
    assert desk.ask("POST", f"/listeners/{chosen['id']}/next").json() == {"deliveries": []}
    assert desk.ask("GET", "/webhooks").json() == {"webhooks": []}


@pytest.mark.parametrize(
    "body",
    [
        {"done": [{"id": "dlv_1", "status": 99}]},
        {"done": [{"status": 200}]},
        {"done": [{"id": "dlv_1", "extra": 1}]},
        {"done": [{"id": "dlv_1"}] * 101},
        {"more": True},
    ],
)
def test_what_is_not_as_documented_is_refused(desk: Desk, body: dict[str, Any]) -> None:
    """422."""
    made = make(desk)

    assert desk.ask("POST", f"/listeners/{made['id']}/next", json=body).status_code == 422


def test_listening_is_for_keys_that_may_change_things(desk: Desk) -> None:
    """It writes; and nobody listens on another organization's behalf."""
    made = make(desk)
    attempts = [
        desk.ask("POST", "/listeners", key="rt_read"),
        desk.ask("POST", f"/listeners/{made['id']}/next", key="rt_read"),
        desk.ask("DELETE", f"/listeners/{made['id']}", key="rt_read"),
    ]

    assert [one.status_code for one in attempts] == [403] * 3
    assert desk.ask("POST", f"/listeners/{made['id']}/next", key="rt_other").status_code == 404


def test_a_listener_that_stopped_is_gone(desk: Desk) -> None:
    """With what waited for it."""
    made = make(desk)
    desk.place()

    assert [desk.ask("DELETE", f"/listeners/{made['id']}").status_code for _ in range(2)] == [204, 404]
    assert desk.ask("POST", f"/listeners/{made['id']}/next").status_code == 404
    assert desk.count("deliveries") == 0
