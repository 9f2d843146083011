"""`POST /voice/phone-call`: what is refused, where the mistake is, and nothing left behind."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from ringtrue.testing.clock import START
from ringtrue.testing.office import ANNA, POLICY, Office

if TYPE_CHECKING:
    from conftest import Desk


def fault(desk: Desk, **changes: Any) -> tuple[int, list[str | int], str]:
    """Status, place and code of the one mistake in a request; nothing was placed and nothing rung for."""
    before = desk.count("calls")
    answer = desk.place(**changes)
    assert (desk.count("calls"), desk.rings) == (before, [])
    (one,) = answer.json()["errors"]
    assert one["msg"].endswith(".")
    return answer.status_code, one["loc"], one["code"]


@pytest.mark.parametrize("name", ["callee", "project_id"])
@pytest.mark.parametrize("value", [..., None, 14155550123, ["+14155550123"], {}, True, "x" * 257])
def test_required_fields_are_strings(desk: Desk, name: str, value: object) -> None:
    """Missing, null, of another type or endless: a 422 that names the field and repeats nothing."""
    codes = {"missing", "string_type", "string_too_long"}

    status, loc, code = fault(desk, **{name: value})

    assert (status, loc) == (422, [name])
    assert code in codes


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"timezone": 5}, "string_type"),
        ({"json_data": {"first_name": "Anna"}}, "string_type"),
        ({"scheduled_for": 1_800_000_000}, "string_type"),
        ({"background": "perhaps"}, "bool_parsing"),
        ({"background": [True]}, "bool_type"),
        ({"metadata": "a=b"}, "dict_type"),
        ({"metadata": ["a"]}, "dict_type"),
        ({"config_version_id": 1}, "string_type"),
    ],
)
def test_a_field_of_another_type_is_named(desk: Desk, change: dict[str, object], code: str) -> None:
    """One fault, at the field."""
    assert fault(desk, **change) == (422, list(change), code)


@pytest.mark.parametrize("callee", ["", "anna", "+1415", "1" * 27, "sip:anna@example.com;x", "+14155550123 ext 5"])
def test_what_is_no_number_is_refused(desk: Desk, callee: str) -> None:
    """At its field."""
    assert fault(desk, callee=callee) == (422, ["callee"], "number_invalid")


@pytest.mark.parametrize(
    ("callee", "code"),
    [
        ("911", "emergency_number"),
        ("+1 900 555 0123", "premium_rate_number"),
        ("+44 20 7946 0123", "country_not_allowed"),
    ],
)
def test_a_number_that_is_not_allowed_is_403(desk: Desk, callee: str, code: str) -> None:
    """Understood, and refused before anything rings."""
    answer = desk.place(callee=callee)

    assert (answer.status_code, answer.json()["code"], desk.count("calls")) == (403, code, 0)
    assert "errors" not in answer.json()


def test_a_number_that_asked_for_it_is_never_called(desk: Desk) -> None:
    """Suppressed: 403 with its own code."""
    desk.store.run_now(lambda tx: tx.suppress(desk.office.org.id, "+14155550123", "asked", START))

    answer = desk.place()

    assert (answer.status_code, answer.json()["code"]) == (403, "suppressed")


def test_without_a_trunk_nothing_can_be_called(desk: Desk) -> None:
    """409, saying both ways out."""
    desk.wire(policy=replace(POLICY, has_trunk=False))

    answer = desk.place()

    assert (answer.status_code, answer.json()["code"]) == (409, "no_trunk")
    assert "--trunk sip:" in answer.json()["detail"]
    assert "--trunk simulated" in answer.json()["detail"]


def test_a_server_that_shuts_down_takes_no_calls(desk: Desk) -> None:
    """503, and when to come back."""
    desk.wire(is_draining=lambda: True)

    answer = desk.place()

    assert (answer.status_code, answer.json()["code"], answer.headers["Retry-After"]) == (503, "shutting_down", "5")


def test_the_project_is_named_by_id_or_name(desk: Desk, office: Office) -> None:
    """Both are the same project; an unknown one is a mistake at its field."""
    assert desk.place(project_id=office.project.id).status_code == 202
    assert desk.place(project_id="appointment").status_code == 202
    desk.rings.clear()
    assert fault(desk, project_id="nobody") == (422, ["project_id"], "project_unknown")


def test_a_version_can_be_chosen(desk: Desk, office: Office) -> None:
    """The project's own, and no other."""
    placed = desk.place(config_version_id=office.version.id).json()["call"]["id"]
    desk.rings.clear()

    assert desk.ask("GET", f"/calls/{placed}").json()["config_version_id"] == office.version.id
    assert fault(desk, config_version_id=desk.stranger.version.id) == (422, ["config_version_id"], "version_unknown")


@pytest.mark.parametrize(
    ("json_data", "loc", "code"),
    [
        ("", ["json_data"], "json_data_invalid"),
        ("{", ["json_data"], "json_data_invalid"),
        ("null", ["json_data"], "json_data_not_object"),
        ("[]", ["json_data"], "json_data_not_object"),
        ('"text"', ["json_data"], "json_data_not_object"),
        ('{"first_name": NaN}', ["json_data"], "json_data_invalid"),
        (r'{"first_name": "\u0000"}', ["json_data"], "json_data_invalid"),
        (r'{"first_name": "\ud800"}', ["json_data"], "json_data_invalid"),
        ('{"a": ' + "[" * 64 + "]" * 64 + "}", ["json_data"], "json_data_invalid"),
        (json.dumps({"a": "x" * 65_530}), ["json_data"], "json_data_too_large"),
        (json.dumps({**ANNA, "first_name": None}), ["json_data", "first_name"], "variables_invalid"),
        (json.dumps({**ANNA, "appointment": "soon"}), ["json_data", "appointment"], "variables_invalid"),
    ],
)
def test_data_that_does_not_fit_is_refused(desk: Desk, json_data: str, loc: list[str], code: str) -> None:
    """No JSON, no object, too large, or not what the project's variables want."""
    assert fault(desk, json_data=json_data) == (422, loc, code)


def test_every_variable_at_fault_is_named_for_itself(desk: Desk) -> None:
    """A form can show each message beside its field."""
    answer = desk.place(json_data=json.dumps({"first_name": 3, "appointment": "soon"}))

    errors = answer.json()["errors"]
    assert [error["loc"] for error in errors] == [["json_data", name] for name in ("first_name", "appointment", "offers")]
    assert all(repr(error["loc"][1]) in error["msg"] for error in errors)


@pytest.mark.parametrize("metadata", [{"a": {"b": 1}}, {"a": [1]}, {"a": "x" * 4090}, {"ä" * 2046: "x"}])
def test_metadata_is_flat_and_small(desk: Desk, metadata: dict[str, object]) -> None:
    """A nested one, or one of more than 4 kB in UTF-8, is refused."""
    assert fault(desk, metadata=metadata) == (422, ["metadata"], "metadata_invalid")


def test_a_zone_that_is_none_is_refused(desk: Desk) -> None:
    """Whether it is needed or not."""
    assert fault(desk, timezone="Mars/Base") == (422, ["timezone"], "timezone_unknown")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "datetime_invalid"),
        ("tomorrow", "datetime_invalid"),
        ("2027-03-04", "datetime_invalid"),
        ("2027-03-04T10:30", "timezone_missing"),
        ((START - timedelta(seconds=61)).isoformat(), "scheduled_in_past"),
        ("2028-01-04T17:00:00.001Z", "scheduled_too_far"),
    ],
)
def test_an_instant_that_cannot_be_is_refused(desk: Desk, text: str, code: str) -> None:
    """Each for its own reason."""
    assert fault(desk, scheduled_for=text) == (422, ["scheduled_for"], code)
