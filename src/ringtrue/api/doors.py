"""The database as one request may use it: for nobody until it is known who asks, then for that organization alone.

This is the only way from a route to the database. `auth` admits the organization, a socket that of its token; a route that
forgot to ask who is there finds every door shut. What is served to whoever asks has a method of its own here, each through a
door that opens nothing else.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from ringtrue.api.joining import joined
from ringtrue.calls import keys
from ringtrue.calls.scope import Door, ScopedStore
from ringtrue.calls.store import Tx
from ringtrue.domain.records import ApiKey, Recording
from ringtrue.errors import ScopeBroken
from ringtrue.ids import CallId, OrgId

T = TypeVar("T")


class RequestStore:
    """The store port, for one request or socket. Its writing transactions carry the note of an idempotency key (`joining`)."""

    def __init__(self, store: ScopedStore) -> None:
        self._store = store
        self._org_id: OrgId | None = None

    def for_request(self) -> RequestStore:
        """The same database for another request, which has admitted nobody yet."""
        return RequestStore(self._store)

    def admit(self, org_id: OrgId) -> None:
        """From here on the request is this organization's. Raises ScopeBroken when it is another's already."""
        if self._org_id not in (None, org_id):
            raise ScopeBroken("One request cannot serve two organizations.")
        self._org_id = org_id

    async def run(self, work: Callable[[Tx], T]) -> T:
        """See `Store`. Raises ScopeBroken before anybody was admitted."""
        return await self._store.run_for(self._admitted(), joined(work))

    async def read(self, work: Callable[[Tx], T]) -> T:
        """See `Store`. Raises ScopeBroken before anybody was admitted."""
        return await self._store.read_for(self._admitted(), work)

    async def key_of(self, secret: str) -> ApiKey | None:
        """The key of that secret when it is not revoked, whosever it is."""
        return await self._store.read_for(Door.KEY, lambda tx: keys.find(tx, secret))

    async def linked_recording(self, call_id: CallId) -> Recording | None:
        """The recording of a call whose id came under our signature."""
        return await self._store.read_for(Door.LINK, lambda tx: tx.recording(call_id))

    async def answers(self) -> None:
        """Returns when the database can be read. Raises StoreUnavailable."""
        await self._store.read_for(Door.READINESS, lambda tx: tx.next_due())

    def _admitted(self) -> OrgId:
        if self._org_id is None:
            raise ScopeBroken("A request used the database before it was known whose request it is.")
        return self._org_id
