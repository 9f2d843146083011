"""Caps and internal destinations over HTTP."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from ringtrue.calls import rules
from ringtrue.domain.dial_rules import Caps
from ringtrue.testing.office import POLICY

if TYPE_CHECKING:
    from conftest import Desk

CAPPED = replace(POLICY, caps=Caps(per_minute=2, same_callee_per_day=10))


def test_one_call_too_many_is_429(desk: Desk) -> None:
    """It says which cap and when there is room; nothing is stored, nothing rings."""
    desk.wire(policy=CAPPED)
    assert [desk.place().status_code for _ in range(2)] == [202, 202]
    rings = len(desk.rings)

    answer = desk.place()

    assert (answer.status_code, answer.json()["code"]) == (429, "calls_per_minute_reached")
    assert answer.headers["Retry-After"] == "60"
    assert (desk.count("calls"), len(desk.rings)) == (2, rings)


def test_a_check_says_the_same(desk: Desk) -> None:
    """Not allowed, the same code; the check itself counts for nothing."""
    desk.wire(policy=CAPPED)
    for _ in range(3):
        assert desk.ask("POST", "/calls/check", json=desk.body()).json()["allowed"]
    desk.place(), desk.place()

    answer = desk.ask("POST", "/calls/check", json=desk.body())

    assert answer.status_code == 200
    assert (answer.json()["allowed"], answer.json()["code"]) == (False, "calls_per_minute_reached")


def test_the_same_key_may_try_again_when_there_is_room(desk: Desk) -> None:
    """Unlike other refusals, this one is not the answer for good; what is done in the end is done once."""
    desk.wire(policy=CAPPED)
    desk.place(), desk.place()
    key = {"Idempotency-Key": "again"}
    assert desk.place(headers=key).status_code == 429

    desk.clock.advance(timedelta(seconds=60))
    placed = desk.place(headers=key)
    again = desk.place(headers=key)

    assert (placed.status_code, again.status_code, desk.count("calls")) == (202, 202, 3)
    assert placed.json() == again.json()
    assert again.headers["Idempotency-Replayed"] == "true"


@pytest.mark.parametrize(("callee", "shown"), [("203", "203"), ("SIP:anna@PBX.example.com", "sip:anna@pbx.example.com")])
def test_an_internal_destination_is_called_and_shown_as_it_is(desk: Desk, callee: str, shown: str) -> None:
    """In the answer, in the record, in the list; it can be suppressed like any number."""
    desk.store.run_now(lambda tx: rules.allow_internal(tx, desk.office.org.id, ["2XX", "sip:*@pbx.example.com"]))

    answer = desk.place(callee=callee)
    assert answer.status_code == 202, answer.text
    placed = answer.json()["call"]

    assert placed["to_number"] == shown
    assert desk.ask("GET", f"/calls/{placed['id']}").json()["to_number"] == shown
    assert [call["to_number"] for call in desk.ask("GET", "/calls").json()["calls"]] == [shown]
    assert desk.ask("PUT", f"/suppressions/{callee}").json()["number"] == shown
    assert (desk.place(callee=callee).status_code, desk.place(callee=callee).json()["code"]) == (403, "suppressed")
    assert desk.ask("DELETE", f"/suppressions/{callee}").status_code == 204
    assert desk.place(callee=callee).status_code == 202


def test_a_sip_address_that_is_not_internal_is_403(desk: Desk) -> None:
    """None is, by default; a malformed one is 422."""
    answer = desk.place(callee="sip:anna@pbx.example.com")

    assert (answer.status_code, answer.json()["code"]) == (403, "internal_destination_not_allowed")
    assert desk.place(callee="sip:anna@pbx.example.com;x=y").status_code == 422
