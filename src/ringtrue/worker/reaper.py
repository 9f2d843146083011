"""The reaper: keeps this worker's leases, ends the legs of dead workers, closes what passed its deadline."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta

from ringtrue import logs
from ringtrue.calls.expire import Orphan, close_lost, close_overdue, orphans, take_over
from ringtrue.calls.store import Store
from ringtrue.clock import Clock
from ringtrue.domain.call import Call
from ringtrue.domain.disposition import Disposition
from ringtrue.errors import StoreUnavailable
from ringtrue.ids import WorkerId
from ringtrue.worker import snapshots
from ringtrue.worker.calls_in_progress import CallsInProgress
from ringtrue.worker.carrier import Carrier
from ringtrue.worker.dispatch import LEASE

_log = logs.get(__name__)

_EVERY_SECONDS = 5.0

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

    async def run(self) -> None:
        """Look every few seconds, at once at first, until cancelled."""
        while True:
            try:
                await self._once()
            except StoreUnavailable as exc:
                _log.warning("reaper.delayed", reason=exc.sentence)
            await self._clock.sleep(_EVERY_SECONDS)

    async def _once(self) -> None:
        at = self._clock.now()
        if len(self._calls) > 0:
            await self._store.run(lambda tx: tx.renew_leases(self._worker_id, at + LEASE))
        lost = await self._store.run(lambda tx: orphans(tx, self._worker_id, at=at, is_only_worker=self._is_only_worker))
        if lost:
            await asyncio.gather(*(self._bury(orphan) for orphan in lost))
        if await self._store.read(lambda tx: tx.overdue_calls(at, 1)):
            for call in await self._store.run(lambda tx: close_overdue(tx, at=at)):
                _log.warning("call.overdue", call_id=call.id)
                self._calls.end(call.id, call.disposition or Disposition.ERROR_WORKER_LOST)

    async def _bury(self, orphan: Orphan) -> None:
        """End the legs first, then close the call: should this worker die in between, its successor does both again."""
        call = orphan.call
        at = self._clock.now()
        if not await self._store.run(lambda tx: take_over(tx, orphan, self._worker_id, at=at, lease_for=LEASE)):
            return
        _log.warning("call.orphaned", call_id=call.id)
        async with asyncio.TaskGroup() as tasks:
            for leg in orphan.legs:
                tasks.create_task(self._carrier.abandon(snapshots.decode(leg.snapshot), Disposition.ERROR_WORKER_LOST))
            last_audio = await asyncio.to_thread(self._last_audio, call) if call.started_at else None
            now = self._clock.now()
            await self._store.run(lambda tx: close_lost(tx, call.id, last_audio=last_audio, at=now))
