"""Answer calls that ring us: the row with its leg is committed, then the call is accepted."""

from __future__ import annotations

import asyncio

from ringtrue import logs
from ringtrue.calls.project_file import ProjectFiles
from ringtrue.calls.receive import Arrived, receive
from ringtrue.domain.call import Call
from ringtrue.domain.disposition import Disposition
from ringtrue.errors import NotFound, RingtrueError, StoreUnavailable
from ringtrue.ids import WorkerId
from ringtrue.worker import snapshots
from ringtrue.worker.admission import Admission
from ringtrue.worker.calls_in_progress import CallsInProgress
from ringtrue.worker.carrier import Arrival, Carrier
from ringtrue.worker.closing import close_broken
from ringtrue.worker.dispatch import LEASE
from ringtrue.worker.phone_call import PhoneCall, Script, Scripts, Studio

_log = logs.get(__name__)


class Answerer:
    """Takes what the carrier hears of."""

    def __init__(
        self,
        *,
        worker_id: WorkerId,
        carrier: Carrier,
        scripts: Scripts,
        studio: Studio,
        admission: Admission,
        calls: CallsInProgress,
        files: ProjectFiles,
        home_country: str,
    ) -> None:
        self._worker_id = worker_id
        self._carrier = carrier
        self._scripts = scripts
        self._studio = studio
        self._admission = admission
        self._calls = calls
        self._files = files
        self._home_country = home_country
        self._offered = 0  # taken from the line, not yet counted as calls

    async def run(self) -> None:
        """Take arrivals until cancelled; each in a task of its own, so that a slow one delays no other."""
        async with asyncio.TaskGroup() as tasks:
            async for arrival in self._carrier.arrivals():
                tasks.create_task(self._take(arrival))

    async def _take(self, arrival: Arrival) -> None:
        if self._admission.free() <= self._offered:
            _log.warning("call.refused", reason="concurrency_limit_reached")
            await arrival.reject(503)  # RFC 3261 section 21.5.4: overload; the trunk may try another server
            return
        self._offered += 1
        try:
            await self._offer(arrival)
        except Exception:
            # A bug met by one caller must not keep the others from being answered.
            _log.exception("call.refused")
            await arrival.reject(500)
        finally:
            self._offered -= 1

    async def _offer(self, arrival: Arrival) -> None:
        try:
            call = await self._commit(arrival)
        except NotFound:
            await arrival.reject(404)
            return
        except StoreUnavailable:
            await arrival.reject(503)
            return
        except RingtrueError as exc:
            _log.error("call.refused", reason=exc.code)
            await arrival.reject(480)
            return
        if call is None:
            # Sent again to the successor of a worker that died with it: that call is over, and no transaction waits here.
            await arrival.reject(480)
            return
        await self._answer(arrival, call)

    async def _answer(self, arrival: Arrival, call: Call) -> None:
        try:
            script = await self._studio.store.read(lambda tx: self._scripts.script_for(tx, call))
        except RingtrueError as exc:
            _log.error("call.refused", call_id=call.id, reason=exc.code)
            await arrival.reject(480)
            await close_broken(call, store=self._studio.store, clock=self._studio.clock)
            return
        except Exception:
            await close_broken(call, store=self._studio.store, clock=self._studio.clock)
            raise
        self._accept(arrival, call, script)

    async def _commit(self, arrival: Arrival) -> Call | None:
        snapshot = arrival.snapshot()
        arrived = Arrived(
            leg_id=snapshot.leg_id,
            sip_call_id=arrival.sip_call_id,
            remote_tag=arrival.remote_tag,
            dialled=arrival.dialled,
            caller=arrival.caller,
            snapshot=snapshots.encode(snapshot),
        )
        at = self._studio.clock.now()
        return await self._studio.store.run(
            lambda tx: receive(
                tx,
                arrived,
                self._worker_id,
                files=self._files,
                home_country=self._home_country,
                at=at,
                lease_for=LEASE,
            )
        )

    def _accept(self, arrival: Arrival, call: Call, script: Script) -> None:
        phone_call = PhoneCall(call, script, self._studio)

        async def carry() -> None:
            try:
                leg = await arrival.accept(phone_call.keep_snapshot)
            except RingtrueError as exc:
                _log.error("call.refused", call_id=call.id, code=exc.code, reason=exc.sentence)
                reason = Disposition.CONCURRENCY_LIMIT_REACHED
                await close_broken(call, store=self._studio.store, clock=self._studio.clock, disposition=reason)
                return
            await phone_call.carry(leg)

        _log.info("call.arrived", call_id=call.id)
        self._calls.start(phone_call, carry)
