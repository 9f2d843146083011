"""Leg snapshots as JSON text, the form in which they are stored."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime

from ringtrue.domain.records import LegRow
from ringtrue.ids import CallId, LegId
from ringtrue.worker.carrier import LegSnapshot


def row(snapshot: LegSnapshot, call_id: CallId, at: datetime) -> LegRow:
    """The snapshot as a row of its call."""
    return LegRow(
        id=snapshot.leg_id,
        call_id=call_id,
        sip_call_id=snapshot.sip_call_id,
        remote_tag=snapshot.remote_tag,
        is_inbound=snapshot.side == "uas",
        snapshot=encode(snapshot),
        updated_at=at,
    )


def encode(snapshot: LegSnapshot) -> str:
    """The snapshot as JSON."""
    return json.dumps(asdict(snapshot))


def decode(text: str) -> LegSnapshot:
    """The snapshot of that JSON, as written by `encode`; fields of a newer release are passed over."""
    fields = json.loads(text)
    known = {key: value for key, value in fields.items() if key in LegSnapshot.__slots__}
    return LegSnapshot(**{**known, "leg_id": LegId(known["leg_id"]), "route_set": tuple(known.get("route_set", ()))})
