"""What is told of a call, written in the transaction of the change itself: a crash after the commit loses nothing.

The body is made here and kept, not when it is sent. So it says what was true at that instant, however late the webhook is
reached; it is the same bytes at every try; and `call.ended` cannot wait for a recording or an analysis.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime, timedelta

from ringtrue import ids
from ringtrue.calls import call_document, read
from ringtrue.calls.store import Tx
from ringtrue.clock import rfc3339
from ringtrue.domain.call import Call
from ringtrue.domain.event import Event
from ringtrue.domain.webhook import BEHIND, CALL_EVENTS, Delivery, Webhook

LISTENED_FOR = timedelta(hours=24)  # how long a listener that does not ask is kept, with what waits for it


def put(tx: Tx, call: Call, events: Sequence[Event], *, at: datetime) -> None:
    """Queue the events of a call that was just written for every webhook and listener that wants them now."""
    public = [event for event in events if event.kind in CALL_EVENTS]
    if not public:
        return
    listening = [one for one in tx.webhooks(call.org_id) if one.enabled and not is_forgotten(one, at)]
    for event in public:
        wanting = [one for one in listening if event.kind in one.events]
        body = _body(tx, call, event) if wanting else ""
        for webhook in wanting:
            tx.add_delivery(
                Delivery(
                    id=ids.new_delivery(at),
                    webhook_id=webhook.id,
                    call_id=call.id,
                    event_id=event.id,
                    kind=event.kind,
                    sequence=event.sequence,
                    body=body,
                    created_at=at,
                    due_at=at,
                    behind=BEHIND.get(event.kind),
                )
            )


def is_forgotten(webhook: Webhook, at: datetime) -> bool:
    """Whether this is a listener that has not asked for so long that nobody seems to be there."""
    return webhook.url is None and at - (webhook.seen_at or webhook.created_at) > LISTENED_FOR


def _body(tx: Tx, call: Call, event: Event) -> str:
    document = {
        "type": event.kind,
        "id": event.id,
        "timestamp": rfc3339(event.at),
        "sequence": event.sequence,
        "data": {"call": call_document.told(read.call_record(tx, call.org_id, call.id))},
    }
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"))
