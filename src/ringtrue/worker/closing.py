"""Close calls that broke on our side, through an outage of the store: no fault of ours leaves a call stuck."""

from __future__ import annotations

from ringtrue import logs
from ringtrue.calls.advance import advance
from ringtrue.calls.store import Store, Tx
from ringtrue.clock import Clock
from ringtrue.domain import facts
from ringtrue.domain.call import Call
from ringtrue.domain.disposition import Disposition
from ringtrue.errors import Fenced, StoreUnavailable

_log = logs.get(__name__)

_RETRY_SECONDS = 1.0


async def close_broken(call: Call, *, store: Store, clock: Clock, disposition: Disposition = Disposition.ERROR_UNKNOWN) -> None:
    """End the call in error for that reason, answered or not. Harmless when it is over or another worker took it over."""
    at = clock.now()

    def work(tx: Tx) -> None:
        current = tx.call(call.id)
        started_at = current.started_at if current is not None else None
        duration = int((at - started_at).total_seconds() * 1000) if started_at is not None else None
        fact = facts.LegEnded(disposition=disposition, duration_ms=duration)
        advance(tx, call.id, fact, at=at, fence=call.fence)

    while True:
        try:
            await store.run(work)
        except StoreUnavailable as exc:
            _log.warning("close.delayed", call_id=call.id, reason=exc.sentence)
            await clock.sleep(_RETRY_SECONDS)
        except Fenced:
            _log.warning("close.fenced", call_id=call.id)
            return
        else:
            return
