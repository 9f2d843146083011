"""What a request under an idempotency key does within its transactions: they note that it was done. See `once`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import BaseModel

from ringtrue.calls import once
from ringtrue.calls.store import Tx
from ringtrue.ids import OrgId

T = TypeVar("T")


@dataclass(kw_only=True)
class AtWork:
    """The request at work. `provisional` makes the answer of what its transaction found, known at the commit."""

    org_id: OrgId
    key: str
    token: str
    provisional: Callable[[Any], once.Told] | None = None
    keeps_answer: bool = True

    def joined(self, work: Callable[[Tx], T]) -> Callable[[Tx], T]:
        """The work, and in its transaction the note that it was done."""

        def both(tx: Tx) -> T:
            found = work(tx)
            told = self.provisional(found) if self.provisional is not None else None
            once.settle(tx, self.org_id, self.key, self.token, told=told)
            return found

        return both


_current: ContextVar[AtWork | None] = ContextVar("_current", default=None)


def joined(work: Callable[[Tx], T]) -> Callable[[Tx], T]:
    """The writing work with the note of the request that it is done for, where that has a key."""
    current = _current.get()
    return work if current is None else current.joined(work)


@contextmanager
def working(request: AtWork | None) -> Iterator[None]:
    """Within, what is written is done for that request."""
    before = _current.set(request)
    try:
        yield
    finally:
        _current.reset(before)


def apart() -> AbstractContextManager[None]:
    """Within, what is written is not what the request was sent for."""
    return working(None)


def tell_at_commit(status: int, render: Callable[[Any], BaseModel | str]) -> None:
    """What a client is told that asks again after this process died behind the commit: `render` of what the work found."""
    current = _current.get()
    if current is None:
        return

    def provisional(found: Any) -> once.Told:
        told = render(found)
        return once.Told(status=status, body=told if isinstance(told, str) else told.model_dump_json())

    current.provisional = provisional


def keep_no_answer() -> None:
    """The answer holds a secret: it is told once."""
    current = _current.get()
    if current is not None:
        current.keeps_answer = False
