"""`/numbers` and `/suppressions`: who reaches what, and who is never rung."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Desk

OWN, NEW, STRANGERS = "+14155550100", "+14155550177", "+14155550199"
ANNA = "+14155550123"


def test_numbers_are_listed_oldest_first(desk: Desk) -> None:
    """Each with its project; a stranger sees its own only."""
    desk.ask("PUT", f"/numbers/{NEW}", json={"project": "appointment"})

    found = desk.ask("GET", "/numbers", key="rt_read").json()["numbers"]

    assert [(one["number"], one["project"]) for one in found] == [(OWN, "appointment"), (NEW, "appointment")]
    assert [one["number"] for one in desk.ask("GET", "/numbers", key="rt_other").json()["numbers"]] == [STRANGERS]


def test_a_number_is_put_once_and_changed_after(desk: Desk) -> None:
    """However it is written; its time of creation stays."""
    first = desk.ask("PUT", "/numbers/%2B1%20(415)%20555-0177", json={"project": "appointment"})
    again = desk.ask("PUT", f"/numbers/{NEW}", json={"project": str(desk.office.project.id)})

    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    assert first.json() == {"number": NEW, "project": "appointment", "created_at": first.json()["created_at"]}
    assert desk.count("numbers") == 3


def test_a_number_is_taken_away(desk: Desk) -> None:
    """Once."""
    desk.ask("PUT", f"/numbers/{NEW}", json={"project": "appointment"})

    answers = [desk.ask("DELETE", f"/numbers/{NEW}") for _ in range(2)]

    assert [answer.status_code for answer in answers] == [204, 404]
    assert answers[0].content == b""
    assert desk.count("numbers") == 2


def test_a_strangers_number_stays_theirs(desk: Desk) -> None:
    """It cannot be taken, and to delete it is to delete one that never was."""
    headers = {"X-Request-Id": "same"}

    taken = desk.ask("PUT", f"/numbers/{STRANGERS}", json={"project": "appointment"})
    theirs, nobodys = (desk.ask("DELETE", f"/numbers/{number}", headers=headers) for number in (STRANGERS, "+14155550111"))

    assert (taken.status_code, taken.json()["code"]) == (409, "number_taken")
    assert (theirs.status_code, theirs.content) == (404, nobodys.content)


@pytest.mark.parametrize(
    ("path", "body", "status", "field"),
    [
        (f"/numbers/{NEW}", {"project": "none"}, 422, "project"),
        (f"/numbers/{NEW}", {}, 422, "project"),
        (f"/numbers/{NEW}", {"project": None}, 422, "project"),
        (f"/numbers/{NEW}", {"project": "appointment", "alias": "x"}, 422, None),
        ("/numbers/letters", {"project": "appointment"}, 422, "number"),
        ("/numbers/911", {"project": "appointment"}, 403, None),
        ("/suppressions/letters", {"reason": "x"}, 422, "number"),
        (f"/suppressions/{ANNA}", {"reason": ""}, 422, "reason"),
        (f"/suppressions/{ANNA}", {"reason": "x" * 501}, 422, "reason"),
        (f"/suppressions/{ANNA}", {"because": "x"}, 422, None),
    ],
)
def test_what_is_wrong_is_said(desk: Desk, path: str, body: dict[str, object], status: int, field: str | None) -> None:
    """And nothing is stored."""
    answer = desk.ask("PUT", path, json=body)

    assert answer.status_code == status
    assert field is None or field in answer.json()["errors"][0]["loc"]
    assert (desk.count("numbers"), desk.count("suppressions")) == (2, 0)


def test_a_suppressed_number_is_not_rung(desk: Desk) -> None:
    """By nobody of this organization; others may."""
    put = desk.ask("PUT", f"/suppressions/{ANNA}", json={"reason": "asked by letter"})

    assert (put.status_code, put.json()["reason"]) == (201, "asked by letter")
    assert desk.ask("GET", f"/suppressions/{ANNA}", key="rt_read").json() == put.json()
    assert (desk.place().status_code, desk.place().json()["code"]) == (403, "suppressed")
    assert desk.ask("GET", f"/suppressions/{ANNA}", key="rt_other").status_code == 404


def test_a_suppression_needs_no_reason(desk: Desk) -> None:
    """Nor a body."""
    made = desk.ask("PUT", f"/suppressions/{ANNA}").json()

    assert made == {"number": ANNA, "reason": "asked", "created_at": made["created_at"]}


def test_a_suppression_is_put_again_and_taken_back(desk: Desk) -> None:
    """The reason changes, the time stays; taken back it is gone, and taken back twice it was never there."""
    first = desk.ask("PUT", f"/suppressions/{ANNA}", json={"reason": "one"}).json()
    second = desk.ask("PUT", f"/suppressions/{ANNA}", json={"reason": "two"})

    assert second.status_code == 200
    assert second.json() == {**first, "reason": "two"}
    assert [desk.ask("DELETE", f"/suppressions/{ANNA}").status_code for _ in range(2)] == [204, 404]
    assert desk.ask("GET", f"/suppressions/{ANNA}").status_code == 404
    assert desk.place().status_code == 202


@pytest.mark.parametrize("path", [f"/numbers/{NEW}", f"/suppressions/{ANNA}"])
@pytest.mark.parametrize("method", ["PUT", "DELETE"])
def test_a_key_that_reads_changes_nothing(desk: Desk, method: str, path: str) -> None:
    """403, and 401 without one."""
    body = {"json": {"project": "appointment"}} if "numbers" in path and method == "PUT" else {}

    assert desk.ask(method, path, key="rt_read", **body).status_code == 403
    assert desk.ask(method, path, key=None, **body).status_code == 401
