"""The dispatcher: claims due calls from the calls table and rings them; carries out what clients asked of calls it holds."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta

from ringtrue import ids, logs
from ringtrue.calls.claim import Claim, Refusal, claim_due
from ringtrue.calls.expire import refuse_waiting
from ringtrue.calls.numbers import masked
from ringtrue.calls.store import Store, Tx
from ringtrue.clock import Clock
from ringtrue.domain.call import Call
from ringtrue.domain.disposition import Disposition
from ringtrue.domain.records import LegRow
from ringtrue.errors import RingtrueError, StoreUnavailable
from ringtrue.ids import CallId, WorkerId
from ringtrue.worker import snapshots
from ringtrue.worker.admission import Admission
from ringtrue.worker.calls_in_progress import CallsInProgress
from ringtrue.worker.carrier import Carrier, DialIntent
from ringtrue.worker.closing import close_broken
from ringtrue.worker.doorbell import Doorbell
from ringtrue.worker.phone_call import PhoneCall, Scripts, Studio

_log = logs.get(__name__)

LEASE = timedelta(seconds=30)
_CLAIM_AT_ONCE = 10  # one commit per ten intents: p99 lateness 0.69 s for 1,000 due at one instant, 1.7 s one by one
_POLL_SECONDS = 0.5
_OUTAGE_SECONDS = 1.0
_ROOM_PATIENCE = timedelta(seconds=60)  # about two calls long: one that finds no room by then had better be placed elsewhere


@dataclass(frozen=True, kw_only=True, slots=True)
class _Seen:
    is_due: bool
    next_due: datetime | None
    asked: tuple[tuple[CallId, bool], ...]


class Dispatcher:
    """Rings what is due, never before and never twice."""

    def __init__(
        self,
        *,
        worker_id: WorkerId,
        carrier: Carrier,
        scripts: Scripts,
        studio: Studio,
        admission: Admission,
        calls: CallsInProgress,
        doorbell: Doorbell,
        refusal: Refusal,
    ) -> None:
        self._worker_id = worker_id
        self._carrier = carrier
        self._scripts = scripts
        self._studio = studio
        self._admission = admission
        self._calls = calls
        self._doorbell = doorbell
        self._refusal = refusal

    @property
    def _store(self) -> Store:
        return self._studio.store

    @property
    def _clock(self) -> Clock:
        return self._studio.clock

    async def run(self) -> None:
        """Look, claim and ring, until cancelled."""
        while True:
            try:
                wait = await self._once()
            except StoreUnavailable as exc:
                _log.warning("dispatch.delayed", reason=exc.sentence)
                wait = _OUTAGE_SECONDS
            if wait > 0:
                await self._doorbell.wait(wait)

    async def _once(self) -> float:
        """One look at the table; how long to wait before the next."""
        now = self._clock.now()
        seen = await self._store.read(lambda tx: self._look(tx, now))
        for call_id, is_cancel in seen.asked:
            self._calls.end(call_id, Disposition.CANCELLED if is_cancel else Disposition.MANUAL_STOPPED)
        free = self._admission.free()
        if seen.is_due and free > 0:
            await self._claim(min(free, _CLAIM_AT_ONCE))
            return 0.0
        if seen.is_due and not self._admission.is_draining:
            await self._refuse(now - _ROOM_PATIENCE)
        if seen.next_due is None or seen.is_due:
            return _POLL_SECONDS
        return min(_POLL_SECONDS, max(0.001, (seen.next_due - self._clock.now()).total_seconds()))

    def _look(self, tx: Tx, now: datetime) -> _Seen:
        next_due = tx.next_due()
        asked = []
        for call_id in tx.asked_calls(self._worker_id):
            call = tx.call(call_id)
            asked += [(call_id, call.cancel_asked)] if call is not None else []
        return _Seen(is_due=next_due is not None and next_due <= now, next_due=next_due, asked=tuple(asked))

    async def _refuse(self, due_before: datetime) -> None:
        """Refuse what waited too long for room."""
        now = self._clock.now()
        if await self._store.read(lambda tx: tx.due_calls(due_before, 1)):
            refused = await self._store.run(lambda tx: refuse_waiting(tx, due_before=due_before, at=now))
            if refused:
                _log.warning("calls.refused", reason="concurrency_limit_reached", calls=refused)

    async def _claim(self, limit: int) -> None:
        intents: dict[CallId, DialIntent] = {}
        at = self._clock.now()

        def intend(call: Call) -> LegRow:
            intent = self._carrier.intend(
                leg_id=ids.new_leg(at), to_number=call.to_number or "", from_number=call.from_number or "", ring=call.limits.ring
            )
            intents[call.id] = intent
            return snapshots.row(intent.snapshot, call.id, at)

        claims = await self._store.run(
            lambda tx: claim_due(tx, self._worker_id, intend, self._refusal, at=at, limit=limit, lease_for=LEASE)
        )
        for claim in claims:
            await self._ring(claim, intents[claim.call.id], claimed_at=at)

    async def _ring(self, claim: Claim, intent: DialIntent, *, claimed_at: datetime) -> None:
        call = claim.call
        try:
            script = await self._store.read(lambda tx: self._scripts.script_for(tx, call))
        except RingtrueError as exc:
            _log.error("dial.failed", call_id=call.id, code=exc.code)
            await self.close(call)
            return
        except Exception:
            # A bug met by one project's file must not keep the others from ringing.
            _log.exception("dial.failed", call_id=call.id)
            await self.close(call)
            return
        if self._clock.now() - claimed_at > LEASE / 2:  # An outage came between: whoever took it over may have closed it.
            _log.error("dial.failed", call_id=call.id, code="claim_too_old")
            await self.close(call)
            return
        _log.info("call.dialling", call_id=call.id, to=masked(call.to_number))
        phone_call = PhoneCall(call, script, self._studio)

        async def carry() -> None:
            try:
                leg = self._carrier.dial(intent, phone_call.keep_snapshot)
            except RingtrueError as exc:
                _log.error("dial.failed", call_id=call.id, code=exc.code, reason=exc.sentence)
                await self.close(call, Disposition.CONCURRENCY_LIMIT_REACHED)
                return
            await phone_call.carry(leg)

        self._calls.start(phone_call, carry)
        await asyncio.sleep(0)  # Ten INVITEs in a row would hold the media clock: let it tick between them.

    async def close(self, call: Call, disposition: Disposition = Disposition.ERROR_UNKNOWN) -> None:
        """Close a call that broke on our side."""
        await close_broken(call, store=self._store, clock=self._clock, disposition=disposition)
