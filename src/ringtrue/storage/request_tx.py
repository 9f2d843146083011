"""The room of requests under idempotency keys."""

from __future__ import annotations

from datetime import datetime

from ringtrue.domain.records import KeyedRequest
from ringtrue.ids import OrgId
from ringtrue.storage import rows
from ringtrue.storage.sql import Sql

FORGET = "DELETE FROM requests WHERE begun_at < :before"


class RequestRoom:
    """Requests that clients may send again."""

    def __init__(self, sql: Sql) -> None:
        self._sql = sql

    def keyed_request(self, org_id: OrgId, key: str) -> KeyedRequest | None:
        """The organization's request under that key, locked against other writers until the transaction ends."""
        found = "SELECT * FROM requests WHERE org_id = :org_id AND key = :key"
        row = self._sql.one(found + self._sql.locked, org_id=org_id, key=key)
        if row is None:
            return None
        return KeyedRequest(
            org_id=row["org_id"],
            key=row["key"],
            fingerprint=row["fingerprint"],
            token=row["token"],
            begun_at=rows.instant(row["begun_at"]),
            is_done=bool(row["is_done"]),
            is_answered=bool(row["is_answered"]),
            status=row["status"],
            body=row["body"],
        )

    def put_keyed_request(self, request: KeyedRequest) -> None:
        """Insert or replace it."""
        self._sql.change(
            """
            INSERT INTO requests (org_id, key, fingerprint, token, begun_at, is_done, is_answered, status, body)
            VALUES (:org_id, :key, :fingerprint, :token, :begun_at, :is_done, :is_answered, :status, :body)
            ON CONFLICT (org_id, key) DO UPDATE
            SET fingerprint = excluded.fingerprint, token = excluded.token, begun_at = excluded.begun_at,
                is_done = excluded.is_done, is_answered = excluded.is_answered, status = excluded.status, body = excluded.body
            """,
            {
                "org_id": request.org_id,
                "key": request.key,
                "fingerprint": request.fingerprint,
                "token": request.token,
                "begun_at": rows.micros(request.begun_at),
                "is_done": int(request.is_done),
                "is_answered": int(request.is_answered),
                "status": request.status,
                "body": request.body,
            },
        )

    def drop_keyed_request(self, org_id: OrgId, key: str) -> None:
        """As if it had never been sent."""
        self._sql.change("DELETE FROM requests WHERE org_id = :org_id AND key = :key", {"org_id": org_id, "key": key})

    def drop_keyed_requests(self, before: datetime) -> None:
        """Forget those that began earlier, whosever they are."""
        self._sql.change(FORGET, {"before": rows.micros(before)})
