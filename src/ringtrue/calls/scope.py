"""For whom a transaction works: one organization, or a door that stands open before anybody is known.

What serves clients has no other way into the database than `ScopedStore`; workers and the start use `Store`, for everybody.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from typing import Protocol, TypeVar

from ringtrue.calls.store import Tx
from ringtrue.ids import OrgId

T = TypeVar("T")


class Door(Enum):
    """What may be read for somebody who named no organization. Each admits the statements that `storage.scope` lists for it."""

    KEY = "whose key this is"
    LINK = "the recording that a signed link names"
    READINESS = "whether the database answers"


Scope = OrgId | Door


class ScopedStore(Protocol):
    """The database as it may be used for a client."""

    async def run_for(self, scope: Scope, work: Callable[[Tx], T]) -> T:
        """`Store.run` within that scope. Raises ScopeBroken for a statement that reaches beyond it; nothing is kept then."""
        ...

    async def read_for(self, scope: Scope, work: Callable[[Tx], T]) -> T:
        """`Store.read` within that scope. Raises ScopeBroken for a statement that reaches beyond it."""
        ...
