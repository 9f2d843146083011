"""Policy is asked once more in the moment of dialling."""

from __future__ import annotations

from typing import Any

from ringtrue.domain.call import CallStatus
from ringtrue.domain.disposition import Disposition
from ringtrue.testing.contracts.store_samples import waiting_call


def test_what_is_forbidden_by_now_does_not_ring_and_holds_nobody_up(play: Any) -> None:
    """It is closed with the reason; the call that is due behind it rings."""

    async def test(worker: Any) -> None:
        refused, allowed = waiting_call("a"), waiting_call("b")
        worker.forbidden[refused.id] = "suppressed"
        worker.add(refused, allowed)
        await worker.ring()

        after = worker.store.call(refused.id)
        assert (after.status, after.disposition) == (CallStatus.ERROR, Disposition.POLICY_REFUSED)
        assert worker.store.kinds(refused.id) == ["call.refused", "call.ended"]
        assert len(worker.carrier.rings) == 1
        assert worker.store.kinds(allowed.id) == ["call.dialling"]

    play(test)
