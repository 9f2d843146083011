"""`/api-keys`: made once, shown once, revoked for good."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from ringtrue.calls import keys
from ringtrue.testing.clock import START

if TYPE_CHECKING:
    from conftest import Desk

ADMIN = "rt_admin"


@pytest.fixture
def office(desk: Desk) -> Iterator[Desk]:
    """The desk with a key of scope admin."""
    desk.store.run_now(lambda tx: keys.issue(tx, desk.office.org.id, "boss", "admin", secret=ADMIN, at=START))
    yield desk


def test_a_new_key_opens_what_its_scope_says(office: Desk) -> None:
    """It is shown in the answer and nowhere after."""
    made = office.ask("POST", "/api-keys", key=ADMIN, json={"name": "dialler", "scope": "read"})

    secret = made.json()["key"]
    assert made.status_code == 201
    assert office.ask("GET", "/calls", key=secret).status_code == 200
    assert office.place().status_code == 202
    assert office.ask("POST", "/threads", key=secret).status_code == 403
    listed = office.ask("GET", "/api-keys", key=ADMIN)
    assert secret not in listed.text
    assert {one["name"]: one["scope"] for one in listed.json()["api_keys"]} == {
        "full": "full",
        "read": "read",
        "gone": "full",
        "boss": "admin",
        "dialler": "read",
    }
    used = {one["name"]: one["last_used_at"] for one in listed.json()["api_keys"]}
    assert used["dialler"] is not None
    without = {name: value for name, value in made.json().items() if name != "key"}
    assert set(without) == {"id", "name", "scope", "created_at", "last_used_at"}


def test_a_revoked_key_opens_nothing(office: Desk) -> None:
    """It is gone from the list; to revoke it again is to revoke none."""
    made = office.ask("POST", "/api-keys", key=ADMIN, json={"name": "gone"}).json()

    answers = [office.ask("DELETE", f"/api-keys/{made['id']}", key=ADMIN) for _ in range(2)]

    assert made["scope"] == "full"
    assert [answer.status_code for answer in answers] == [204, 404]
    assert office.ask("GET", "/calls", key=made["key"]).status_code == 401
    assert made["id"] not in office.ask("GET", "/api-keys", key=ADMIN).text


def test_the_last_key_that_makes_keys_stays(office: Desk) -> None:
    """Until there is another."""
    (boss,) = (one["id"] for one in office.ask("GET", "/api-keys", key=ADMIN).json()["api_keys"] if one["scope"] == "admin")

    refused = office.ask("DELETE", f"/api-keys/{boss}", key=ADMIN)
    other = office.ask("POST", "/api-keys", key=ADMIN, json={"name": "second", "scope": "admin"}).json()["key"]

    assert (refused.status_code, refused.json()["code"]) == (409, "last_admin_key")
    assert office.ask("DELETE", f"/api-keys/{boss}", key=other).status_code == 204
    assert office.ask("GET", "/api-keys", key=ADMIN).status_code == 401


def test_another_organizations_key_is_none(office: Desk) -> None:
    """The answer is that to an id that never existed."""
    theirs = office.store.run_now(lambda tx: tx.api_keys(office.stranger.org.id))[0]
    headers = {"X-Request-Id": "same"}

    foreign, unknown = (office.ask("DELETE", f"/api-keys/{one}", key=ADMIN, headers=headers) for one in (theirs.id, "key_0"))

    assert (foreign.status_code, foreign.content) == (404, unknown.content)


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_keys_are_for_keys_of_scope_admin(office: Desk, method: str) -> None:
    """One of scope full can make none, else it could make itself one that can."""
    body = {"json": {"name": "mine", "scope": "admin"}} if method == "POST" else {}

    assert office.ask(method, "/api-keys", **body).status_code == 403
    assert office.ask(method, "/api-keys", key="rt_read", **body).status_code == 403
    assert office.ask("DELETE", "/api-keys/key_0").status_code == 403


@pytest.mark.parametrize(
    "body", [{}, {"name": ""}, {"name": "x" * 101}, {"name": "x", "scope": "root"}, {"name": "x", "key": "mine"}, {"name": None}]
)
def test_what_is_wrong_is_said(office: Desk, body: dict[str, object]) -> None:
    """And no key is made."""
    before = office.count("api_keys")

    assert office.ask("POST", "/api-keys", key=ADMIN, json=body).status_code == 422
    assert office.count("api_keys") == before
