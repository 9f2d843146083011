"""Policy of dialling: what a callee stands for, and what is asked again in the moment of dialling."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from ringtrue.agents.files import example
from ringtrue.calls import claim, dial_policy, projects
from ringtrue.calls.dial_policy import DialPolicy
from ringtrue.calls.store import Tx
from ringtrue.domain.call import Call, CallStatus
from ringtrue.domain.dial_rules import DialRules
from ringtrue.domain.disposition import Disposition
from ringtrue.errors import InvalidInput, NotAllowed, RingtrueError
from ringtrue.testing.clock import START
from ringtrue.testing.office import FILES, LEASE, POLICY, WORKER, Office, leg_row, open_office, placed, refusal

Do = Callable[[Callable[[Tx], object]], object]
PBX = "pbx.example.com"
INSIDE = replace(POLICY, internal_destinations=("2XX", "9XX", "9XXX", "1XX", f"sip:*@{PBX}"), outside_prefix="9")
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("callee", "kept"),
    [
        ("203", "203"),
        ("988", "988"),  # a short code outside, an extension inside
        (f"sip:anna@{PBX}", f"sip:anna@{PBX}"),
        ("+1 415 555 0123", "+14155550123"),
    ],
)
def test_internal_destinations_skip_the_rules_of_numbering(do: Do, office: Office, callee: str, kept: str) -> None:
    """The record and the thread have them as they are dialled."""

    def check(tx: Tx) -> None:
        call = placed(tx, office, callee=callee, policy=INSIDE)
        thread = tx.thread(office.org.id, call.thread_id)

        assert thread is not None
        assert (call.to_number, thread.party) == (kept, kept)
        assert placed(tx, office, callee=callee, policy=INSIDE).thread_id == call.thread_id
        assert refusal(tx, call, policy=INSIDE) is None

    do(check)


@pytest.mark.parametrize(
    ("callee", "error", "code"),
    [
        ("911", NotAllowed, "emergency_number"),  # however wide the patterns are
        ("112", NotAllowed, "emergency_number"),
        ("9911", NotAllowed, "emergency_number"),  # as one dials it through the PBX
        (f"sip:9112@{PBX}", NotAllowed, "emergency_number"),
        (f"sip:911@{PBX}", NotAllowed, "emergency_number"),
        (f"sip:+112@{PBX}", NotAllowed, "emergency_number"),
        ("sip:anna@example.com", NotAllowed, "internal_destination_not_allowed"),
        (f"sip:+19005550123@{PBX}", NotAllowed, "internal_destination_not_allowed"),
        (f"sip:anna@{PBX};maddr=192.0.2.66", InvalidInput, "number_invalid"),
        (f"sip:anna@{PBX}?Route=%3Csip:192.0.2.66%3E", InvalidInput, "number_invalid"),
        (f"sips:anna@{PBX}", InvalidInput, "number_invalid"),
        ("611", NotAllowed, "short_number"),
        ("303", InvalidInput, "number_invalid"),
    ],
)
def test_what_no_pattern_lets_through(do: Do, office: Office, callee: str, error: type[RingtrueError], code: str) -> None:
    """Emergency services are rung by nobody."""
    with pytest.raises(error) as caught:
        do(lambda tx: placed(tx, office, callee=callee, policy=INSIDE))

    assert code == (caught.value.reason if isinstance(caught.value, NotAllowed) else caught.value.detail_code)  # type: ignore[attr-defined]


def test_the_operators_patterns_are_the_first_organizations(do: Do, office: Office) -> None:
    """Another has its own or none: its 203 may be somebody else's telephone."""

    def check(tx: Tx) -> None:
        other = open_office(tx, name="Other", number=None, at=START + HOUR)
        with pytest.raises(InvalidInput):
            placed(tx, other, callee="203", policy=INSIDE)
        tx.put_dial_rules(other.org.id, DialRules(internal_destinations=("3XX",)))
        assert placed(tx, other, callee="303", policy=INSIDE).to_number == "303"
        tx.put_dial_rules(office.org.id, DialRules(internal_destinations=()))
        with pytest.raises(InvalidInput):
            placed(tx, office, callee="203", policy=INSIDE)

    do(check)


def test_an_extension_has_the_hours_of_its_project(do: Do, office: Office) -> None:
    """No number says in which zone it is."""
    file = example().replace("calling_hours: null", 'calling_hours: ["mon-fri 09:00-18:00"]')

    def check(tx: Tx) -> None:
        projects.apply(tx, office.org.id, "appointment", file, files=FILES, at=START)
        with pytest.raises(NotAllowed) as caught:
            placed(tx, office, callee="203", policy=INSIDE, at=START.replace(hour=5))
        assert caught.value.reason == "outside_calling_hours"

    do(check)


def suppress(tx: Tx, office: Office, call: Call) -> DialPolicy:
    """Somebody asked not to be called."""
    tx.suppress(office.org.id, call.to_number or "", "asked", START)
    return INSIDE


def leave_the_country(tx: Tx, office: Office, call: Call) -> DialPolicy:
    """The organization calls another country by now."""
    tx.put_dial_rules(office.org.id, DialRules(countries=("GB",)))
    return INSIDE


def close_the_extensions(tx: Tx, office: Office, call: Call) -> DialPolicy:
    """The operator took the patterns away."""
    return POLICY


@pytest.mark.parametrize(
    ("callee", "change", "code"),
    [
        ("+14155550123", suppress, "suppressed"),
        ("203", suppress, "suppressed"),
        ("+14155550123", leave_the_country, "country_not_allowed"),
        ("203", close_the_extensions, "internal_destination_not_allowed"),
        (f"sip:anna@{PBX}", close_the_extensions, "internal_destination_not_allowed"),
    ],
)
def test_what_changed_meanwhile_is_asked_again_at_dialling(
    do: Do, office: Office, callee: str, change: Callable[[Tx, Office, Call], DialPolicy], code: str
) -> None:
    """`error`, `policy_refused`, the rule in the event, and no intent that could ring."""

    def check(tx: Tx) -> None:
        call = placed(tx, office, callee=callee, policy=INSIDE, scheduled_for=START + HOUR)
        policy = change(tx, office, call)
        claims = claim.claim_due(
            tx,
            WORKER,
            leg_row,
            lambda tx, call: dial_policy.refusal(tx, call, files=FILES, policy=policy),
            at=START + HOUR,
            limit=10,
            lease_for=LEASE,
        )

        after = tx.call(call.id)
        assert after is not None
        assert claims == ()
        assert (after.status, after.disposition) == (CallStatus.ERROR, Disposition.POLICY_REFUSED)
        assert [event.data.get("code") for event in tx.events(call.id) if event.kind == "call.refused"] == [code]
        assert tx.intent(call.id) is None

    do(check)
