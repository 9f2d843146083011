"""Leg snapshots survive the store."""

from __future__ import annotations

import json

import pytest

from ringtrue.domain.records import LegRow
from ringtrue.ids import CallId, LegId
from ringtrue.testing.contracts.store_samples import AT
from ringtrue.worker import snapshots
from ringtrue.worker.carrier import LegSnapshot

SNAPSHOT = LegSnapshot(
    leg_id=LegId("leg_1"),
    side="uac",
    state="confirmed",
    sip_call_id="1@us",
    local_uri="sip:us",
    remote_uri="sip:far",
    local_tag="a",
    remote_tag="b",
    local_cseq=7,
    request_uri="sip:far@host",
    branch="z9hG4bK1",
    target="sip:contact",
    route_set=("<sip:one;lr>", "<sip:two;lr>"),
    destination="192.0.2.1 5060",
    had_provisional=True,
)


def test_what_was_stored_comes_back_whole() -> None:
    """Every field."""
    assert snapshots.decode(snapshots.encode(SNAPSHOT)) == SNAPSHOT


def test_fields_of_a_newer_release_are_passed_over() -> None:
    """A successor may be the older program."""
    text = json.dumps({**json.loads(snapshots.encode(SNAPSHOT)), "unheard_of": 1})

    assert snapshots.decode(text) == SNAPSHOT


def test_what_is_no_snapshot_is_refused() -> None:
    """Not taken for a leg without a name."""
    with pytest.raises((KeyError, TypeError)):
        snapshots.decode("{}")


@pytest.mark.parametrize(("side", "is_inbound"), [("uac", False), ("uas", True)])
def test_a_row_says_which_way_the_call_went(side: str, is_inbound: bool) -> None:
    """Inbound ones are found again by Call-ID and tag."""
    fields = {**json.loads(snapshots.encode(SNAPSHOT)), "side": side}
    snapshot = snapshots.decode(json.dumps(fields))

    assert snapshots.row(snapshot, CallId("call_a"), AT) == LegRow(
        id=LegId("leg_1"),
        call_id=CallId("call_a"),
        sip_call_id="1@us",
        remote_tag="b",
        is_inbound=is_inbound,
        snapshot=snapshots.encode(snapshot),
        updated_at=AT,
    )
