"""Whatever is sent, the answer is one of those that are documented: never a bug of ours."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ringtrue.testing.office import ANNA

if TYPE_CHECKING:
    from conftest import Desk

QUICK = settings(
    max_examples=60,
    database=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20)
JSON = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3))
INSTANTS = (
    st.datetimes().map(lambda at: at.isoformat())
    | st.datetimes().map(lambda at: at.isoformat() + "+23:59")
    | st.dates().map(str)
    | st.just("2027-03-04T10:30")
)
ZONES = st.sampled_from(["UTC", "Europe/Paris", "America/New_York", "America", "", "."]) | st.text(max_size=10)
NUMBERS = (
    st.sampled_from(["+14155550123", "911", "+449012345678"]) | st.from_regex(r"\A\+?[0-9 ()-]{1,30}\Z") | st.text(max_size=15)
)
DATA = st.sampled_from([json.dumps(ANNA), "{}", "[]"]) | JSON.map(json.dumps) | st.text(max_size=20)


def one_of(good: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Mostly what could be right, at times anything."""
    return st.one_of(good, good, JSON)


TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)  # a half surrogate cannot be in an address
CALLS = st.fixed_dictionaries(
    {"callee": one_of(NUMBERS), "project_id": one_of(st.just("appointment"))},
    optional={
        "timezone": one_of(ZONES),
        "json_data": one_of(DATA),
        "scheduled_for": one_of(INSTANTS),
        "metadata": one_of(st.dictionaries(st.text(max_size=5), SCALARS, max_size=3)),
        "config_version_id": one_of(st.text(max_size=10)),
        "surplus": JSON,
    },
)
THREADS = st.fixed_dictionaries(
    {},
    optional={
        "timezone": one_of(ZONES),
        "user_phone_number": one_of(NUMBERS),
        "user_email": one_of(st.text(max_size=10)),
        "project_name": one_of(st.just("appointment")),
        "json_data": one_of(DATA),
        "type": one_of(st.just("NORMAL")),
    },
)


@given(body=CALLS)
@QUICK
def test_any_call_is_placed_or_refused(desk: Desk, body: dict[str, Any]) -> None:
    """And what was placed can be read."""
    content = json.dumps({**body, "background": True}).encode()

    answer = desk.ask("POST", "/voice/phone-call", content=content)

    assert answer.status_code in (200, 202, 403, 422)
    if answer.is_success:
        assert desk.ask("GET", f"/calls/{answer.json()['call']['id']}").status_code == 200


@given(body=THREADS)
@QUICK
def test_any_thread_is_made_or_refused(desk: Desk, body: dict[str, Any]) -> None:
    """And what was made can be read."""
    answer = desk.ask("POST", "/threads", content=json.dumps(body).encode())

    assert answer.status_code in (200, 403, 422)
    if answer.is_success:
        assert desk.ask("GET", f"/threads/{answer.json()['thread_id']}").status_code == 200


@given(body=st.binary(max_size=60) | st.text(max_size=40).map(lambda text: text.encode("utf-8", "surrogatepass")))
@QUICK
def test_any_bytes_are_a_refused_project(desk: Desk, body: bytes) -> None:
    """As YAML and as JSON."""
    for kind in ("application/yaml", "application/json"):
        answer = desk.ask("PUT", "/projects/appointment", content=body, headers={"Content-Type": kind})

        assert answer.status_code == 422


@given(segment=TEXT.filter(bool).filter(lambda text: not set(text) & set("/?#")), query=TEXT)
@QUICK
def test_any_address_is_found_or_not(desk: Desk, segment: str, query: str) -> None:
    """Under every resource."""
    for path in ("/calls/{}", "/threads/{}", "/recordings/{}.wav", "/{}"):
        url = f"{quote(path.format(segment))}?{quote(query)}"

        assert desk.ask("GET", url).status_code in (200, 403, 404, 405)
