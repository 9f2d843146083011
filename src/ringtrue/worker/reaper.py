"""The reaper: keeps this worker's leases, ends the legs of dead workers, closes what passed its deadline."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta
from functools import partial

from ringtrue import logs
from ringtrue.calls.expire import Orphan, close_lost, close_overdue, orphans, take_over
from ringtrue.calls.store import Store
from ringtrue.clock import Clock
from ringtrue.domain.call import Call
from ringtrue.domain.disposition import Disposition
from ringtrue.domain.records import LegRow
from ringtrue.errors import RingtrueError, StoreUnavailable
from ringtrue.ids import CallId, WorkerId
from ringtrue.worker import snapshots
from ringtrue.worker.calls_in_progress import CallsInProgress
from ringtrue.worker.carrier import Carrier
from ringtrue.worker.dispatch import LEASE

_log = logs.get(__name__)

_EVERY_SECONDS = 5.0
_RETRY_SECONDS = 1.0
_ABANDON_SECONDS = 40.0  # Timer F is 32 s

LastAudio = Callable[[Call], timedelta | None]
"""Where the recording on disk of a call ends; None when there is none."""


class Reaper:
    """Nothing is ever stuck."""

    def __init__(
        self,
        *,
        worker_id: WorkerId,
        carrier: Carrier,
        store: Store,
        clock: Clock,
        calls: CallsInProgress,
        last_audio: LastAudio,
        is_only_worker: bool,
    ) -> None:
        self._worker_id = worker_id
        self._carrier = carrier
        self._store = store
        self._clock = clock
        self._calls = calls
        self._last_audio = last_audio
        self._is_only_worker = is_only_worker
        self._buried: set[CallId] = set()

    async def run(self) -> None:
        """Look every few seconds, at once at first, until cancelled."""
        async with asyncio.TaskGroup() as burials:
            while True:
                try:
                    await self._once(burials)
                except StoreUnavailable as exc:
                    _log.warning("reaper.delayed", reason=exc.sentence)
                await self._clock.sleep(_EVERY_SECONDS)

    async def _once(self, burials: asyncio.TaskGroup) -> None:
        at = self._clock.now()
        if len(self._calls) > 0 or self._buried:
            await self._store.run(lambda tx: tx.renew_leases(self._worker_id, at + LEASE))
        lost = await self._store.run(lambda tx: orphans(tx, self._worker_id, at=at, is_only_worker=self._is_only_worker))
        for orphan in lost:
            if orphan.call.id not in self._buried:
                self._buried.add(orphan.call.id)
                burials.create_task(self._bury(orphan))  # Beside the rest: a dead far end takes its 32 s to give up on.
        if await self._store.read(lambda tx: tx.overdue_calls(at, 1)):
            for call in await self._store.run(lambda tx: close_overdue(tx, at=at)):
                _log.warning("call.overdue", call_id=call.id)
                self._calls.end(call.id, call.disposition or Disposition.ERROR_WORKER_LOST)

    async def _bury(self, orphan: Orphan) -> None:
        """End the legs first, then close the call: should this worker die in between, its successor does both again."""
        call = orphan.call
        try:
            at = self._clock.now()
            if not await self._store.run(lambda tx: take_over(tx, orphan, self._worker_id, at=at, lease_for=LEASE)):
                return
            _log.warning("call.orphaned", call_id=call.id)
            await asyncio.gather(*(self._abandon(leg) for leg in orphan.legs))
            await self._close(call, await self._end_of_audio(call))
        except StoreUnavailable as exc:
            _log.warning("burial.delayed", call_id=call.id, reason=exc.sentence)  # Not taken over: the next look finds it.
        finally:
            self._buried.discard(call.id)

    async def _abandon(self, leg: LegRow) -> None:
        try:
            async with asyncio.timeout(_ABANDON_SECONDS):
                await self._carrier.abandon(snapshots.decode(leg.snapshot), Disposition.ERROR_WORKER_LOST)
        except TimeoutError:
            _log.warning("leg.not_abandoned", call_id=leg.call_id, reason="no answer")
        except Exception:
            # One unreadable snapshot must not keep the other calls of the dead worker open, now or after every restart.
            _log.exception("leg.not_abandoned", call_id=leg.call_id)

    async def _end_of_audio(self, call: Call) -> timedelta | None:
        if call.started_at is None:
            return None
        try:
            return await asyncio.to_thread(self._last_audio, call)
        except (OSError, ValueError, RingtrueError) as exc:
            _log.warning("recording.unreadable", call_id=call.id, reason=str(exc))
            return None

    async def _close(self, call: Call, last_audio: timedelta | None) -> None:
        """Through an outage: the lease is ours now, so nobody else would look for the call before its deadline."""
        while True:
            now = self._clock.now()
            try:
                await self._store.run(partial(close_lost, call_id=call.id, last_audio=last_audio, at=now))
            except StoreUnavailable as exc:
                _log.warning("burial.delayed", call_id=call.id, reason=exc.sentence)
                await self._clock.sleep(_RETRY_SECONDS)
            else:
                return
