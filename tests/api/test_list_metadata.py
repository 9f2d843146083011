"""`GET /calls?metadata.KEY=VALUE`: calls by what clients wrote on them."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import pytest

from .conftest import KEYS, Desk


def placed(desk: Desk, **metadata: Any) -> str:
    """A call with that metadata."""
    call_id: str = desk.place(metadata=metadata).json()["call"]["id"]
    return call_id


def listed(desk: Desk, *entries: tuple[str, str], key: str = KEYS["full"], **query: str) -> set[str]:
    """The ids of the first page, and no parameter that was not known."""
    answer = desk.ask("GET", f"/calls?{urlencode([*entries, *query.items()])}", key=key)
    assert answer.status_code == 200, answer.text
    assert "Ringtrue-Ignored-Fields" not in answer.headers
    return {call["id"] for call in answer.json()["calls"]}


def test_entries_are_found_by_key_and_value(desk: Desk) -> None:
    """Strings as they are, anything else as JSON; all that are asked for, and beside the other filters."""
    one = placed(desk, order="17", paid=True, note="a b&c=d é", empty="")
    other = placed(desk, order=17, paid=False, total=9.5, nothing=None)
    plain = placed(desk)

    assert listed(desk, ("metadata.order", "17")) == {one, other}
    assert listed(desk, ("metadata.order", "17"), ("metadata.paid", "true")) == {one}
    assert listed(desk, ("metadata.paid", "true"), ("metadata.paid", "false")) == set()
    assert listed(desk, ("metadata.note", "a b&c=d é")) == {one}
    assert listed(desk, ("metadata.empty", "")) == {one}
    assert listed(desk, ("metadata.total", "9.5")) == listed(desk, ("metadata.nothing", "null")) == {other}
    for nothing in (
        ("metadata.order", "1"),
        ("metadata.none", "17"),
        ("metadata.Order", "17"),
        ("metadata.", ""),
        ("metadata.order", ""),
    ):
        assert listed(desk, nothing) == set()
    assert listed(desk, ("metadata.order", "17"), status="queued", direction="outbound", project_name="appointment") == {
        one,
        other,
    }
    assert listed(desk, ("metadata.order", "17"), status="ended") == set()
    assert listed(desk, ("metadata.order", "17"), from_date="2030-01-01") == set()
    assert listed(desk, ("metadata.order", "17"), direction="inbound", call_type="web_call") == set()
    assert listed(desk) == {one, other, plain}


def test_what_another_organization_wrote_is_not_found(desk: Desk) -> None:
    """The same entry is each organization's own."""
    own = placed(desk, order="17")

    assert listed(desk, ("metadata.order", "17"), key=KEYS["other"]) == set()
    assert listed(desk, ("metadata.order", "17")) == {own}


def test_pages_go_on_by_the_same_entries_alone(desk: Desk) -> None:
    """Each call once, newest first; a cursor of other entries is refused."""
    made = [placed(desk, batch="a", odd=number % 2) for number in range(5)]

    found, cursor = [], ""
    while True:
        page = desk.ask("GET", f"/calls?metadata.batch=a&limit=2{cursor}").json()
        found += [call["id"] for call in page["calls"]]
        if page["pagination"]["cursor"] is None:
            break
        cursor = f"&cursor={page['pagination']['cursor']}"

    assert found == sorted(made, reverse=True)
    for other in ("", "metadata.batch=b&", "metadata.batch=a&metadata.odd=1&"):
        assert desk.ask("GET", f"/calls?{other}limit=2{cursor}").status_code == 422
    assert desk.ask("GET", f"/calls?limit=2&metadata.batch=a{cursor}").status_code == 200


@pytest.mark.parametrize("count", [10, 11])
def test_ten_entries_are_enough(desk: Desk, count: int) -> None:
    """More are refused."""
    answer = desk.ask("GET", "/calls?" + "&".join(f"metadata.key{number}=1" for number in range(count)))

    assert answer.status_code == (200 if count == 10 else 422)
