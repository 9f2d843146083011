"""The calls that this worker carries now: one owned task each; a fault of one harms no other."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from ringtrue import logs
from ringtrue.domain.call import Call
from ringtrue.domain.disposition import Disposition
from ringtrue.ids import CallId
from ringtrue.worker.admission import Admission
from ringtrue.worker.phone_call import PhoneCall

_log = logs.get(__name__)


class CallsInProgress:
    """Starts calls, finds them again, and ends them all."""

    def __init__(self, admission: Admission, on_broken: Callable[[Call], Awaitable[None]]) -> None:
        self._admission = admission
        self._on_broken = on_broken
        self._calls: dict[CallId, PhoneCall] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def __len__(self) -> int:
        return len(self._calls)

    def start(self, phone_call: PhoneCall, carry: Callable[[], Awaitable[None]]) -> None:
        """Carry the call in a task of its own."""
        self._calls[phone_call.call.id] = phone_call
        self._admission.calls = len(self._calls)
        task = asyncio.create_task(self._guard(phone_call, carry), name=phone_call.call.id)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _guard(self, phone_call: PhoneCall, carry: Callable[[], Awaitable[None]]) -> None:
        try:
            await carry()
        except Exception:
            # A bug in one call must not take the other calls down: it is logged whole and the call is closed.
            _log.exception("call.broken", call_id=phone_call.call.id)
            await self._on_broken(phone_call.call)
        finally:
            self._calls.pop(phone_call.call.id, None)
            self._admission.calls = len(self._calls)

    def end(self, call_id: CallId, disposition: Disposition) -> None:
        """End the call when it is carried here."""
        phone_call = self._calls.get(call_id)
        if phone_call is not None:
            phone_call.end(disposition)

    def end_all(self, disposition: Disposition) -> None:
        """End every call that is carried here."""
        for phone_call in list(self._calls.values()):
            phone_call.end(disposition)

    def voice_lost(self) -> None:
        """The speech process died: every conversation that depends on it ends."""
        for phone_call in list(self._calls.values()):
            phone_call.voice_lost()

    async def idle(self) -> None:
        """Return when no call is in progress."""
        while self._tasks:
            await asyncio.wait(self._tasks)
