"""The journal of one call: its facts and its record, written to the store in order, behind the media and through an outage."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from ringtrue import logs
from ringtrue.calls.advance import advance
from ringtrue.calls.store import Store, Tx
from ringtrue.clock import Clock
from ringtrue.domain.facts import Fact
from ringtrue.domain.lifecycle import Decision
from ringtrue.errors import Fenced, StoreUnavailable
from ringtrue.ids import CallId

_log = logs.get(__name__)

Work = Callable[[Tx], Decision | None]
Then = Callable[[Decision], None]

_RETRY_SECONDS = 1.0


@dataclass(frozen=True, kw_only=True, slots=True)
class _Entry:
    work: Work
    then: Then | None = None


class Journal:
    """One call's writer. `put` and `fact` never block; what waits is written together, in order, in one transaction."""

    def __init__(self, store: Store, call_id: CallId, *, fence: int, clock: Clock, on_fenced: Callable[[], None]) -> None:
        self._store = store
        self._call_id = call_id
        self._fence = fence
        self._clock = clock
        self._on_fenced = on_fenced
        self._waiting: dict[object, _Entry] = {}
        self._wake = asyncio.Event()
        self._is_closing = False

    def put(self, work: Work, *, key: object | None = None) -> None:
        """Write this behind what waits. An entry that still waits under the same key is replaced in its place."""
        self._waiting[object() if key is None else key] = _Entry(work=work)
        self._wake.set()

    def fact(self, make: Callable[[Tx], Fact], then: Then | None = None) -> None:
        """Advance the call by a fact that happened now; `then` sees the decision once it is committed."""
        at = self._clock.now()

        def work(tx: Tx) -> Decision:
            return advance(tx, self._call_id, make(tx), at=at, fence=self._fence)

        self._waiting[object()] = _Entry(work=work, then=then)
        self._wake.set()

    async def run(self) -> None:
        """Write until `close`, then the rest. An outage of the store delays it and loses nothing."""
        while True:
            while self._waiting:
                await self._write()
            if self._is_closing:
                return
            self._wake.clear()
            await self._wake.wait()

    def close(self) -> None:
        """Let `run` end when everything is written."""
        self._is_closing = True
        self._wake.set()

    async def _write(self) -> None:
        batch = list(self._waiting.items())

        def work(tx: Tx) -> list[Decision | None]:
            self._check_fence(tx)
            return [entry.work(tx) for _, entry in batch]

        try:
            decisions = await self._store.run(work)
        except StoreUnavailable as exc:
            _log.warning("journal.delayed", call_id=self._call_id, waiting=len(batch), reason=exc.sentence)
            await self._clock.sleep(_RETRY_SECONDS)
            return
        except Fenced:
            _log.warning("journal.fenced", call_id=self._call_id)
            self._waiting.clear()
            self._on_fenced()
            return
        for (key, entry), decision in zip(batch, decisions, strict=True):
            if self._waiting.get(key) is entry:
                del self._waiting[key]
            if entry.then is not None and decision is not None:
                entry.then(decision)

    def _check_fence(self, tx: Tx) -> None:
        """Not a word of the record is written by a worker whose lease moved on. Raises Fenced."""
        call = tx.call(self._call_id)
        if call is not None and call.fence != self._fence:
            raise Fenced(f"The lease of {self._call_id} moved on from fence {self._fence} to {call.fence}.")
