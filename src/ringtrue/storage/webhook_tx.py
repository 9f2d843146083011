"""The room of webhooks and their deliveries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

import msgspec

from ringtrue.domain.webhook import Delivery, DeliveryState, Webhook
from ringtrue.ids import OrgId, WebhookId
from ringtrue.storage import rows
from ringtrue.storage.sql import Row, Sql, Value

_FORGOTTEN_AT_ONCE = 500  # so that no other writer waits long

# What may be sent now: of each call, nothing before each earlier event was tried once and is in nobody's hand, nor before what
# it stands behind is settled.
_MAY_BE_SENT = """
later.due_at <= :now AND NOT EXISTS (
    SELECT 1 FROM deliveries AS earlier
    WHERE earlier.webhook_id = later.webhook_id AND earlier.call_id = later.call_id AND earlier.sequence < later.sequence
        AND earlier.due_at IS NOT NULL
        AND (earlier.attempts = 0 OR earlier.claim IS NOT NULL OR earlier.kind = later.behind)
)
"""
_BY_ID = "SELECT * FROM deliveries WHERE id = :id AND webhook_id = :webhook_id"
_WEBHOOKS_DUE = f"""
SELECT id FROM webhooks
WHERE enabled = 1 AND url IS NOT NULL
    AND EXISTS (SELECT 1 FROM deliveries AS later WHERE later.webhook_id = webhooks.id AND {_MAY_BE_SENT})
ORDER BY id
"""  # noqa: S608 - a constant of this file
_DUE = f"""
SELECT * FROM deliveries AS later WHERE later.webhook_id = :webhook_id AND {_MAY_BE_SENT}
ORDER BY later.due_at, later.id LIMIT 1
"""  # noqa: S608 - a constant of this file
_UNSEEN = "SELECT id, org_id FROM webhooks WHERE url IS NULL AND seen_at < :since"
_FORGET = """
DELETE FROM deliveries WHERE id IN (
    SELECT id FROM deliveries WHERE due_at IS NULL AND created_at < :before ORDER BY created_at LIMIT :limit
)
"""


class WebhookRoom:
    """Webhooks, listeners, deliveries."""

    def __init__(self, sql: Sql) -> None:
        self._sql = sql

    def add_webhook(self, webhook: Webhook) -> None:
        """Insert it."""
        self._sql.change(
            """
            INSERT INTO webhooks (id, org_id, url, events, enabled, secret, created_at, seen_at)
            VALUES (:id, :org_id, :url, :events, :enabled, :secret, :created_at, :seen_at)
            """,
            {
                "id": webhook.id,
                "org_id": webhook.org_id,
                "secret": webhook.secret,
                "created_at": rows.micros(webhook.created_at),
                **_changing(webhook),
            },
        )

    def put_webhook(self, webhook: Webhook) -> None:
        """Replace its URL, its events, whether it is enabled, and when it was seen."""
        self._sql.change(
            """
            UPDATE webhooks SET url = :url, events = :events, enabled = :enabled, seen_at = :seen_at
            WHERE id = :id AND org_id = :org_id
            """,
            {"id": webhook.id, "org_id": webhook.org_id, **_changing(webhook)},
        )

    def webhook(self, org_id: OrgId, webhook_id: WebhookId) -> Webhook | None:
        """The organization's webhook or listener."""
        found = "SELECT * FROM webhooks WHERE id = :id AND org_id = :org_id"
        row = self._sql.one(found + self._sql.locked, id=webhook_id, org_id=org_id)
        return _webhook(row) if row else None

    def webhook_by_id(self, webhook_id: WebhookId) -> Webhook | None:
        """Whosever it is."""
        row = self._sql.one("SELECT * FROM webhooks WHERE id = :id", id=webhook_id)
        return _webhook(row) if row else None

    def webhooks(self, org_id: OrgId) -> Sequence[Webhook]:
        """All of the organization, oldest first."""
        found = self._sql.all("SELECT * FROM webhooks WHERE org_id = :org_id ORDER BY created_at, id", org_id=org_id)
        return [_webhook(row) for row in found]

    def drop_webhook(self, org_id: OrgId, webhook_id: WebhookId) -> None:
        """The organization's webhook, with every delivery to it."""
        self._sql.change("DELETE FROM deliveries WHERE webhook_id = :id", {"id": webhook_id})
        self._sql.change("DELETE FROM webhooks WHERE id = :id AND org_id = :org_id", {"id": webhook_id, "org_id": org_id})

    def drop_listeners(self, unseen_since: datetime) -> None:
        """Those that were not seen since, with their deliveries."""
        found = self._sql.all(_UNSEEN, since=rows.micros(unseen_since))
        for row in found:
            self.drop_webhook(row["org_id"], row["id"])

    def add_delivery(self, delivery: Delivery) -> None:
        """Insert it; each event goes to a webhook once."""
        self._sql.change(
            """
            INSERT INTO deliveries (id, webhook_id, call_id, event_id, kind, sequence, body, created_at, behind, due_at, state,
                claim, attempts, tried_at, status, reason)
            VALUES (:id, :webhook_id, :call_id, :event_id, :kind, :sequence, :body, :created_at, :behind, :due_at, :state,
                :claim, :attempts, :tried_at, :status, :reason)
            """,
            {
                "webhook_id": delivery.webhook_id,
                "call_id": delivery.call_id,
                "event_id": delivery.event_id,
                "kind": delivery.kind,
                "sequence": delivery.sequence,
                "body": delivery.body,
                "created_at": rows.micros(delivery.created_at),
                "behind": delivery.behind,
                **_progress(delivery),
            },
        )

    def put_delivery(self, delivery: Delivery) -> None:
        """Replace what changes."""
        self._sql.change(
            """
            UPDATE deliveries SET due_at = :due_at, state = :state, claim = :claim, attempts = :attempts, tried_at = :tried_at,
                status = :status, reason = :reason
            WHERE id = :id AND webhook_id = :webhook_id
            """,
            {"webhook_id": delivery.webhook_id, **_progress(delivery)},
        )

    def delivery(self, webhook_id: WebhookId, delivery_id: str) -> Delivery | None:
        """The delivery of that id when it is one to the webhook."""
        row = self._sql.one(_BY_ID + self._sql.locked, id=delivery_id, webhook_id=webhook_id)
        return _delivery(row) if row else None

    def webhooks_due(self, now: datetime) -> Sequence[WebhookId]:
        """Enabled webhooks with a URL that may be told something now."""
        return [row["id"] for row in self._sql.all(_WEBHOOKS_DUE, now=rows.micros(now))]

    def due_delivery(self, webhook_id: WebhookId, now: datetime) -> Delivery | None:
        """What the webhook is to be told next."""
        row = self._sql.one(_DUE + self._sql.skip_locked, webhook_id=webhook_id, now=rows.micros(now))
        return _delivery(row) if row else None

    def waiting_deliveries(self, webhook_id: WebhookId, limit: int) -> Sequence[Delivery]:
        """Those that are not settled, oldest first; of one call in the order of its events."""
        found = self._sql.all(
            """
            SELECT * FROM deliveries WHERE webhook_id = :webhook_id AND due_at IS NOT NULL
            ORDER BY created_at, sequence, id LIMIT :limit
            """,
            webhook_id=webhook_id,
            limit=limit,
        )
        return [_delivery(row) for row in found]

    def drop_waiting(self, webhook_id: WebhookId) -> None:
        """None of its deliveries waits any more."""
        self._sql.change(
            """
            UPDATE deliveries SET state = :state, due_at = NULL, claim = NULL
            WHERE webhook_id = :webhook_id AND due_at IS NOT NULL
            """,
            {"webhook_id": webhook_id, "state": DeliveryState.DROPPED.value},
        )

    def forget_deliveries(self, before: datetime) -> None:
        """Delete some of those of earlier events that are settled, oldest first."""
        self._sql.change(_FORGET, {"before": rows.micros(before), "limit": _FORGOTTEN_AT_ONCE})


def _changing(webhook: Webhook) -> Mapping[str, Value]:
    return {
        "url": webhook.url,
        "events": msgspec.json.encode(webhook.events).decode(),
        "enabled": int(webhook.enabled),
        "seen_at": rows.maybe_micros(webhook.seen_at),
    }


def _webhook(row: Row) -> Webhook:
    return Webhook(
        id=row["id"],
        org_id=row["org_id"],
        url=row["url"],
        events=msgspec.json.decode(row["events"], type=tuple[str, ...]),
        enabled=bool(row["enabled"]),
        secret=row["secret"],
        created_at=rows.instant(row["created_at"]),
        seen_at=rows.maybe_instant(row["seen_at"]),
    )


def _progress(delivery: Delivery) -> dict[str, Value]:
    return {
        "id": delivery.id,
        "due_at": rows.maybe_micros(delivery.due_at),
        "state": delivery.state.value,
        "claim": delivery.claim,
        "attempts": delivery.attempts,
        "tried_at": rows.maybe_micros(delivery.tried_at),
        "status": delivery.status,
        "reason": delivery.reason,
    }


def _delivery(row: Row) -> Delivery:
    return Delivery(
        id=row["id"],
        webhook_id=row["webhook_id"],
        call_id=row["call_id"],
        event_id=row["event_id"],
        kind=row["kind"],
        sequence=row["sequence"],
        body=row["body"],
        created_at=rows.instant(row["created_at"]),
        due_at=rows.maybe_instant(row["due_at"]),
        behind=row["behind"],
        state=DeliveryState(row["state"]),
        claim=row["claim"],
        attempts=row["attempts"],
        tried_at=rows.maybe_instant(row["tried_at"]),
        status=row["status"],
        reason=row["reason"],
    )
