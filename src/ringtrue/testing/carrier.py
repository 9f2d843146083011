"""A carrier for tests: every ring is noted, and the party behind it is a `FakeLeg` that the test plays."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import timedelta

from ringtrue.conversation.leg import Leg
from ringtrue.domain.disposition import Cause, Disposition
from ringtrue.errors import RingtrueError
from ringtrue.ids import LegId
from ringtrue.testing.leg import FakeLeg
from ringtrue.worker.carrier import Arrival, DialIntent, LegSnapshot, OnSnapshot


@dataclass(frozen=True, kw_only=True, slots=True)
class Ring:
    """One ring: what was intended, and the party's phone."""

    intent: DialIntent
    to_number: str
    leg: FakeLeg
    on_snapshot: OnSnapshot

    def confirm(self) -> None:
        """The dialog stands: tell what a successor must know of it."""
        self.on_snapshot(replace(self.intent.snapshot, state="confirmed", remote_tag="far"))


class FakeArrival:
    """One INVITE of a party that rings us."""

    def __init__(self, *, dialled: str, caller: str | None, sip_call_id: str) -> None:
        self.sip_call_id = sip_call_id
        self.remote_tag = f"tag of {sip_call_id}"
        self.dialled = dialled
        self.caller = caller
        self.leg = FakeLeg(f"leg of {sip_call_id}")
        self.is_accepted = False
        self.rejected: int | None = None
        self.fail_with: RingtrueError | None = None

    def snapshot(self) -> LegSnapshot:
        """The leg as it stands."""
        return LegSnapshot(
            leg_id=self.leg.id,
            side="uas",
            state="early",
            sip_call_id=self.sip_call_id,
            local_uri=f"sip:{self.dialled}@us.invalid",
            remote_uri=f"sip:{self.caller}@far.invalid",
            local_tag="us",
            remote_tag=self.remote_tag,
        )

    async def accept(self, on_snapshot: OnSnapshot) -> Leg:
        """Answer; the leg's first event is the test's to give. Raises what `fail_with` says."""
        if self.fail_with is not None:
            raise self.fail_with
        self.is_accepted = True
        on_snapshot(replace(self.snapshot(), state="confirmed"))
        return self.leg

    async def reject(self, sip_status: int) -> None:
        """Refuse with the status."""
        assert self.rejected is None, "an INVITE gets one final response"
        self.rejected = sip_status


class FakeCarrier:
    """See `ringtrue.worker.carrier.Carrier`. `rings` and `abandoned` keep what was done, in order."""

    def __init__(self) -> None:
        self.rings: list[Ring] = []
        self.abandoned: list[tuple[LegSnapshot, Disposition]] = []
        self.fail_dial_with: RingtrueError | None = None
        self.abandon_seconds = 0.0
        self._intended: dict[LegId, str] = {}
        self._arrivals: asyncio.Queue[Arrival] = asyncio.Queue()

    def intend(self, *, leg_id: LegId, to_number: str, from_number: str, ring: timedelta) -> DialIntent:
        """An intent with identifiers of its own."""
        self._intended[leg_id] = to_number
        return DialIntent(
            snapshot=LegSnapshot(
                leg_id=leg_id,
                side="uac",
                state="intended",
                sip_call_id=f"{leg_id}@us.invalid",
                local_uri=f"sip:{from_number}@us.invalid",
                remote_uri=f"sip:{to_number}@far.invalid",
                local_tag=f"tag of {leg_id}",
            ),
            ring=ring,
        )

    def dial(self, intent: DialIntent, on_snapshot: OnSnapshot) -> Leg:
        """Ring. A second ring of the same intent is a failure of whoever asks for it. Raises what `fail_dial_with` says, once."""
        failure, self.fail_dial_with = self.fail_dial_with, None
        if failure is not None:
            raise failure
        leg_id = intent.snapshot.leg_id
        assert all(one.intent.snapshot.leg_id != leg_id for one in self.rings), "an intent rings once"
        leg = FakeLeg(leg_id)
        self.rings.append(Ring(intent=intent, to_number=self._intended[leg_id], leg=leg, on_snapshot=on_snapshot))
        on_snapshot(replace(intent.snapshot, state="inviting"))
        return leg

    async def abandon(self, snapshot: LegSnapshot, disposition: Disposition) -> Cause | None:
        """Note it, and wait as long as the far end takes to answer."""
        self.abandoned.append((snapshot, disposition))
        await asyncio.sleep(self.abandon_seconds)
        return None

    async def arrivals(self) -> AsyncIterator[Arrival]:
        """Whoever rings us, in order."""
        while True:
            yield await self._arrivals.get()

    def ring_us(self, *, dialled: str, caller: str | None = "+14155550123", sip_call_id: str = "in-1") -> FakeArrival:
        """A party rings us."""
        arrival = FakeArrival(dialled=dialled, caller=caller, sip_call_id=sip_call_id)
        self._arrivals.put_nowait(arrival)
        return arrival
