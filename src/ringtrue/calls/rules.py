"""Change what an organization may ring: its countries, its internal destinations, its caps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ringtrue.calls import internal, numbers
from ringtrue.calls.store import Tx
from ringtrue.domain.dial_rules import Caps, DialRules
from ringtrue.errors import InvalidInput
from ringtrue.ids import OrgId


def allow_countries(tx: Tx, org_id: OrgId, countries: Sequence[str] | None) -> DialRules:
    """Let the organization call these countries (ISO 3166) and no others; None: those of the server.

    Raises InvalidInput, NotFound. Calls that wait are asked again when they are dialled.
    """
    if countries is not None and not all(numbers.is_country(country) for country in countries):
        raise InvalidInput(
            "There is no such country: write the two capital letters of ISO 3166, such as US.",
            field=("countries",),
            code="country_unknown",
        )
    return _put(tx, org_id, replace(tx.dial_rules(org_id), countries=None if countries is None else tuple(countries)))


def allow_internal(tx: Tx, org_id: OrgId, patterns: Sequence[str] | None) -> DialRules:
    """Let the organization call what matches these patterns besides telephone numbers; None: as the server says.

    Raises InvalidInput saying how a pattern is written, NotFound.
    """
    checked = None if patterns is None else tuple(internal.checked(pattern) for pattern in patterns)
    return _put(tx, org_id, replace(tx.dial_rules(org_id), internal_destinations=checked))


def cap(tx: Tx, org_id: OrgId, caps: Caps) -> DialRules:
    """Let the organization have so many calls; None: as many as the server lets it, 0: as many as it likes. Raises NotFound."""
    return _put(tx, org_id, replace(tx.dial_rules(org_id), caps=caps))


def _put(tx: Tx, org_id: OrgId, rules: DialRules) -> DialRules:
    tx.put_dial_rules(org_id, rules)
    return rules
