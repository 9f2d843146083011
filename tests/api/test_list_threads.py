"""`GET /threads` and `PATCH /threads/{id}`."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from conftest import Desk


def made(desk: Desk, count: int, **fields: Any) -> list[str]:
    """New threads a second apart, oldest first."""
    found = []
    for _ in range(count):
        desk.clock.advance(timedelta(seconds=1))
        found.append(str(desk.ask("POST", "/threads", json=fields).json()["thread_id"]))
    return found


def test_threads_are_listed_newest_first_page_by_page(desk: Desk) -> None:
    """Without gap or repetition; what is newer does not move a page."""
    threads = made(desk, 5)
    first = desk.ask("GET", "/threads?limit=2").json()
    made(desk, 1)
    second = desk.ask("GET", f"/threads?limit=2&cursor={first['pagination']['cursor']}").json()
    third = desk.ask("GET", f"/threads?limit=2&cursor={second['pagination']['cursor']}").json()

    assert [one["id"] for page in (first, second, third) for one in page["threads"]] == threads[::-1]
    assert third["pagination"] == {"cursor": None}
    assert set(first["threads"][0]) == {"id", "alias", "timezone", "project_name", "created_at"}


def test_a_project_has_its_own(desk: Desk) -> None:
    """Of one that does not exist the page is empty; a stranger sees none, and no cursor of ours fits it."""
    mine, _ = made(desk, 2, project_name="appointment"), made(desk, 1)

    found = desk.ask("GET", "/threads?project_name=appointment&limit=1").json()

    assert [(one["id"], one["project_name"]) for one in found["threads"]] == [(mine[1], "appointment")]
    assert desk.ask("GET", "/threads?project_name=none").json()["threads"] == []
    assert desk.ask("GET", "/threads", key="rt_other").json()["threads"] == []
    cursor = found["pagination"]["cursor"]
    assert desk.ask("GET", f"/threads?cursor={cursor}").status_code == 422
    assert desk.ask("GET", f"/threads?project_name=appointment&cursor={cursor}", key="rt_other").status_code == 422
    assert desk.ask("GET", "/threads?colour=red").status_code == 422


def test_a_thread_is_renamed_and_moved(desk: Desk) -> None:
    """A field that is left out stays, null clears it."""
    (thread,) = made(desk, 1, timezone="Asia/Tokyo")

    def changed(**fields: Any) -> tuple[object, object]:
        answer = desk.ask("PATCH", f"/threads/{thread}", json=fields)
        assert answer.status_code == 200
        assert answer.json() == desk.ask("GET", f"/threads/{thread}").json()
        return answer.json()["alias"], answer.json()["timezone"]

    assert changed(alias="Anna") == ("Anna", "Asia/Tokyo")
    assert changed(timezone="Europe/Berlin") == ("Anna", "Europe/Berlin")
    assert changed(alias=None) == (None, "Europe/Berlin")
    assert changed() == (None, "Europe/Berlin")


@pytest.mark.parametrize(
    ("body", "status"),
    [({"timezone": "Mars/Olympus"}, 422), ({"alias": "x" * 201}, 422), ({"alias": 1}, 422), ({"email": "a@b.c"}, 422)],
)
def test_what_is_wrong_is_said(desk: Desk, body: dict[str, Any], status: int) -> None:
    """And changes nothing."""
    (thread,) = made(desk, 1)

    assert desk.ask("PATCH", f"/threads/{thread}", json=body).status_code == status
    assert desk.ask("GET", f"/threads/{thread}").json()["alias"] is None


def test_a_strangers_thread_is_none(desk: Desk) -> None:
    """The answer is that to an id that never existed; a key that reads may not."""
    (thread,) = made(desk, 1)
    headers = {"X-Request-Id": "same"}

    foreign, unknown = (
        desk.ask("PATCH", f"/threads/{one}", json={"alias": "x"}, key="rt_other", headers=headers) for one in (thread, "thread_0")
    )

    assert (foreign.status_code, foreign.content) == (404, unknown.content)
    assert desk.ask("PATCH", f"/threads/{thread}", json={"alias": "x"}, key="rt_read").status_code == 403
