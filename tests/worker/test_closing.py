"""Calls that broke on our side are closed, by those who hold them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from ringtrue.domain.call import Call, CallStatus, Stage
from ringtrue.domain.disposition import Disposition
from ringtrue.testing.clock import LoopClock, run_virtual
from ringtrue.testing.contracts.store_samples import AT, SECOND, waiting_call
from ringtrue.worker.closing import close_broken

RINGING = replace(waiting_call("a"), stage=Stage.RINGING, fence=3)
ONGOING = replace(RINGING, status=CallStatus.ONGOING, stage=Stage.ANSWERED, started_at=AT - 7 * SECOND)
OVER = replace(
    ONGOING,
    status=CallStatus.ENDED,
    stage=Stage.OVER,
    deadline_at=None,
    ended_at=AT,
    duration_ms=7000,
    disposition=Disposition.USER_HANGUP,
)


def close(store: Any, call: Call, *, stored: Call) -> Call:
    """What the store has after closing `call`."""
    store.now(lambda tx: tx.add_call(stored))

    async def run() -> None:
        await close_broken(call, store=store, clock=LoopClock(AT))

    run_virtual(run())
    found: Call = store.call(call.id)
    return found


@pytest.mark.parametrize(("call", "duration_ms"), [(RINGING, None), (ONGOING, 7000)])
def test_it_ends_in_error(store: Any, call: Call, duration_ms: int | None) -> None:
    """With its duration when it was answered."""
    closed = close(store, call, stored=call)

    assert (closed.status, closed.disposition) == (CallStatus.ERROR, Disposition.ERROR_UNKNOWN)
    assert closed.duration_ms == duration_ms


def test_what_is_over_stays_as_it_is(store: Any) -> None:
    """Its own reason stands."""
    assert close(store, ONGOING, stored=OVER) == OVER


def test_what_another_worker_holds_is_left_to_it(store: Any) -> None:
    """The lease moved on."""
    taken = replace(ONGOING, fence=4)

    assert close(store, ONGOING, stored=taken) == taken
