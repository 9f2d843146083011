"""An organization's own rules of dialling."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from ringtrue.calls import rules
from ringtrue.calls.store import Tx
from ringtrue.domain.dial_rules import Caps, DialRules
from ringtrue.errors import InvalidInput, NotFound
from ringtrue.ids import OrgId
from ringtrue.testing.office import Office, placed

Do = Callable[[Callable[[Tx], object]], object]


def test_each_rule_is_set_on_its_own(do: Do, office: Office) -> None:
    """The others stay; None gives the server's back."""

    def check(tx: Tx) -> None:
        org = office.org.id
        rules.allow_countries(tx, org, ["US", "GB"])
        rules.allow_internal(tx, org, ["2XX", "SIP:*@PBX.example.com:5060"])
        kept = rules.cap(tx, org, Caps(per_minute=5))

        assert (
            kept
            == tx.dial_rules(org)
            == DialRules(countries=("US", "GB"), internal_destinations=("2XX", "sip:*@pbx.example.com"), caps=Caps(per_minute=5))
        )
        assert placed(tx, office, callee="+442079460123").to_number == "+442079460123"
        assert placed(tx, office, callee="sip:anna@pbx.example.com").to_number == "sip:anna@pbx.example.com"
        rules.allow_countries(tx, org, None)
        rules.allow_internal(tx, org, None)
        assert tx.dial_rules(org) == DialRules(caps=Caps(per_minute=5))

    do(check)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda tx, org: rules.allow_countries(tx, org, ["US", "Narnia"]), "country_unknown"),
        (lambda tx, org: rules.allow_countries(tx, org, ["001"]), "country_unknown"),
        (lambda tx, org: rules.allow_internal(tx, org, ["2XX", "*"]), "internal_destination_invalid"),
    ],
)
def test_a_rule_that_is_none_changes_nothing(do: Do, office: Office, change: Callable[[Tx, OrgId], object], code: str) -> None:
    """Networks of no country are on no list."""
    with pytest.raises(InvalidInput) as caught:
        do(lambda tx: change(tx, office.org.id))

    assert caught.value.detail_code == code
    assert do(lambda tx: tx.dial_rules(office.org.id)) == DialRules()


def test_nobody_has_no_rules(do: Do) -> None:
    """There is no such organization."""
    with pytest.raises(NotFound):
        do(lambda tx: rules.cap(tx, OrgId("org_none"), Caps()))
