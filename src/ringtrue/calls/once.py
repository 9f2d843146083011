"""A request that clients may send again under one key: done once, answered the same (api.md 2.7).

Theory. `begin` reserves the key before anything is done, so that a second sender waits; `settle` is called in the transaction
of the effect itself, so that there is no instant at which the effect is committed and the key does not know; `answer` keeps what
the client was told. A process that dies before `settle` has done nothing, and the next sender begins anew; one that dies after
it leaves the answer that was known at the commit. Whoever lost its reservation to another cannot settle: its effect is undone.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

from ringtrue.calls.store import Tx
from ringtrue.domain.records import KeyedRequest
from ringtrue.errors import Conflict, InvalidInput
from ringtrue.ids import OrgId

KEPT = timedelta(hours=24)
ABANDONED = timedelta(seconds=60)  # many times what the slowest request may take


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """What the first sender was told, or would have been."""

    status: int
    body: str


def begin(tx: Tx, wanted: KeyedRequest) -> Told | None:
    """Reserve the key for `wanted`; what was told before where it was done already.

    Tokens are "process.request". A database on this machine has one process: what another began is abandoned.
    Raises InvalidInput for a key of another request, Conflict while that is in flight, or when its answer was not kept.
    """
    tx.drop_keyed_requests(wanted.begun_at - KEPT)
    there = tx.keyed_request(wanted.org_id, wanted.key)
    if there is None:
        tx.put_keyed_request(wanted)
        return None
    if there.fingerprint != wanted.fingerprint:
        raise InvalidInput(
            "This idempotency key was used for another request: draw a new one for each.",
            field=("Idempotency-Key",),
            code="idempotency_key_reused",
        )
    is_at_work = _process(there) == _process(wanted) and wanted.begun_at - there.begun_at < ABANDONED
    if not there.is_answered and is_at_work:
        raise Conflict("The first request under this idempotency key is still in flight.", reason="idempotency_in_flight")
    if not there.is_done and not there.is_answered:
        tx.put_keyed_request(wanted)
        return None
    if there.status is None:
        raise Conflict("The request was carried out, but its answer was not kept.", reason="idempotency_answer_not_kept")
    return Told(status=there.status, body=there.body or "")


def settle(tx: Tx, org_id: OrgId, key: str, token: str, *, told: Told | None) -> None:
    """Note that the effect is part of this transaction. Raises Conflict when the key went to another sender."""
    there = tx.keyed_request(org_id, key)
    if there is None or there.token != token:
        raise Conflict("Another request took this idempotency key over.", reason="idempotency_in_flight")
    status, body = (told.status, told.body) if told is not None else (there.status, there.body)
    tx.put_keyed_request(replace(there, is_done=True, status=status, body=body))


def answer(tx: Tx, org_id: OrgId, key: str, token: str, *, told: Told | None) -> None:
    """Keep what the client is told; None where that is a secret. A lost reservation keeps what the other tells."""
    there = tx.keyed_request(org_id, key)
    if there is not None and there.token == token:
        status, body = (told.status, told.body) if told is not None else (None, None)
        tx.put_keyed_request(replace(there, is_answered=True, status=status, body=body))


def release(tx: Tx, org_id: OrgId, key: str, token: str) -> None:
    """Nothing was done: the key is free again. What was done stays."""
    there = tx.keyed_request(org_id, key)
    if there is not None and there.token == token and not there.is_done:
        tx.drop_keyed_request(org_id, key)


def _process(request: KeyedRequest) -> str:
    return request.token.partition(".")[0]
