"""Calls that ring us: committed before they are accepted, refused with a reason, one never harming another."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest

from ringtrue.calls.project_file import ProjectTerms
from ringtrue.domain.call import CallStatus, Direction
from ringtrue.domain.disposition import Disposition
from ringtrue.domain.records import Number
from ringtrue.errors import InvalidInput, SpeechError
from ringtrue.ids import CallId
from ringtrue.telephony.rtp.ports import PortsExhausted
from ringtrue.testing.carrier import FakeArrival
from ringtrue.testing.contracts.store_samples import AT, ORG, PROJECT
from ringtrue.worker.answer import Answerer

OURS = "+14155550100"


class Files:
    """The port to project files; `fault` makes every file unreadable."""

    fault: Exception | None = None

    def read(self, yaml: str) -> ProjectTerms:
        """The same terms for all."""
        if self.fault is not None:
            raise self.fault
        minute = timedelta(minutes=1)
        return ProjectTerms(
            name="appointment",
            language="en",
            timezone="UTC",
            ring=minute,
            total=10 * minute,
            recording="always",
            countries=None,
            calling_hours=None,
            analysis_fields=(),
        )

    def from_json(self, value: object) -> str:
        """Unused here."""
        raise NotImplementedError

    def same(self, one: str, other: str) -> bool:
        """Unused here."""
        raise NotImplementedError

    def check_variables(self, yaml: str, json_data: Mapping[str, object]) -> None:
        """Unused here."""


class Desk:
    """A worker that answers."""

    def __init__(self, worker: Any) -> None:
        self.worker = worker
        self.files = Files()
        self.answerer = Answerer(
            worker_id=worker.id,
            carrier=worker.carrier,
            scripts=worker.scripts,
            studio=worker.studio,
            admission=worker.admission,
            calls=worker.calls,
            files=self.files,
            home_country="US",
        )

    def rings(self, name: str = "in-1", *, dialled: str = OURS) -> FakeArrival:
        """A party rings us."""
        arrival: FakeArrival = self.worker.carrier.ring_us(dialled=dialled, sip_call_id=name)
        return arrival

    async def settled(self) -> None:
        """Everything that can happen at once has."""
        await self.worker.clock.sleep(0.01)

    def call_id(self, arrival: FakeArrival) -> CallId | None:
        """The call of the arrival, once it is in the store."""
        row = self.worker.store.now(lambda tx: tx.inbound_leg(arrival.sip_call_id, arrival.remote_tag))
        return row.call_id if row is not None else None


@pytest.fixture
def answering(worker: Any) -> Callable[[], Any]:
    """Runs the answerer beside a test."""

    @asynccontextmanager
    async def run() -> AsyncIterator[Desk]:
        number = Number(e164=OURS, org_id=ORG.id, project_id=PROJECT.id, created_at=AT)
        worker.store.now(lambda tx: tx.put_number(number))
        desk = Desk(worker)
        task = asyncio.create_task(desk.answerer.run())
        yield desk
        if task.done():
            task.result()
        task.cancel()

    return run


@pytest.mark.parametrize("dialled", [OURS, OURS[1:]])
def test_a_call_to_one_of_our_numbers_is_answered(play: Any, answering: Any, dialled: str) -> None:
    """With or without the plus sign; its row, leg and lease stand before, its record afterwards."""

    async def test(worker: Any) -> None:
        async with answering() as desk:
            arrival = desk.rings(dialled=dialled)
            await desk.settled()
            call_id = desk.call_id(arrival)
            assert arrival.is_accepted
            assert worker.store.now(lambda tx: tx.lease(call_id)).worker_id == worker.id

            arrival.leg.answer(worker.clock.now())
            await worker.clock.sleep(5)
            arrival.leg.press("1")
            over = await worker.over(call_id)

        assert (over.direction, over.from_number, over.to_number) == (Direction.INBOUND, "+14155550123", OURS)
        assert (over.status, over.disposition) == (CallStatus.ENDED, Disposition.AGENT_HANGUP)
        assert worker.store.kinds(call_id) == ["call.queued", "call.ringing", "call.started", "call.ended"]

    play(test)


def test_nothing_is_accepted_before_its_row_stands(play: Any, answering: Any) -> None:
    """While the store is down the trunk is told to try elsewhere."""

    async def test(worker: Any) -> None:
        async with answering() as desk:
            worker.store.down = True
            arrival = desk.rings()
            await desk.settled()
            worker.store.down = False

        assert (arrival.is_accepted, arrival.rejected) == (False, 503)
        assert desk.call_id(arrival) is None

    play(test)


def test_a_repeated_invite_is_one_call(play: Any, answering: Any) -> None:
    """One that comes again to a carrier that does not know it (its process died) is refused, and not left ringing."""

    async def test(worker: Any) -> None:
        async with answering() as desk:
            first = desk.rings()
            await desk.settled()
            again = desk.rings()
            await desk.settled()
            assert (first.is_accepted, again.is_accepted, again.rejected) == (True, False, 480)
            first.leg.party_hangs_up()
            await worker.over(desk.call_id(first))

    play(test)


def test_a_number_that_is_not_ours_is_unknown(play: Any, answering: Any) -> None:
    """404, and no call."""

    async def test(worker: Any) -> None:
        async with answering() as desk:
            arrival = desk.rings(dialled="+14155550999")
            await desk.settled()

        assert (arrival.rejected, desk.call_id(arrival)) == (404, None)

    play(test)


def test_a_full_worker_refuses(play: Any, answering: Any) -> None:
    """Also those that arrive at the same instant; calls in progress are not touched."""

    async def test(worker: Any) -> None:
        async with answering() as desk:
            worker.store.slow = 0.01
            arrivals = [desk.rings(f"in-{n}") for n in range(25)]
            await worker.clock.sleep(1)
            worker.store.slow = 0.0
            assert [one.rejected for one in arrivals] == [None] * 20 + [503] * 5
            assert [one.is_accepted for one in arrivals] == [True] * 20 + [False] * 5
            for one in arrivals[:20]:
                one.leg.party_hangs_up()
            await worker.over(desk.call_id(arrivals[0]))

    play(test)


def test_a_project_that_cannot_be_read_is_refused(play: Any, answering: Any) -> None:
    """Temporarily unavailable, and no call."""

    async def test(worker: Any) -> None:
        async with answering() as desk:
            desk.files.fault = InvalidInput("not a project")
            arrival = desk.rings()
            await desk.settled()

        assert (arrival.rejected, desk.call_id(arrival)) == (480, None)

    play(test)


@pytest.mark.parametrize(("fault", "sip_status"), [(SpeechError("no such voice"), 480), (ZeroDivisionError("a bug"), 500)])
def test_a_call_that_cannot_be_spoken_is_refused_and_closed(play: Any, answering: Any, fault: Exception, sip_status: int) -> None:
    """Its row does not wait for a deadline, and the next caller is answered."""

    async def test(worker: Any) -> None:
        script_for = worker.scripts.script_for

        def broken(_tx: Any, _call: Any) -> None:
            raise fault

        async with answering() as desk:
            worker.scripts.script_for = broken
            first = desk.rings()
            await desk.settled()
            worker.scripts.script_for = script_for
            second = desk.rings("in-2")
            await desk.settled()

            assert (first.rejected, first.is_accepted, second.is_accepted) == (sip_status, False, True)
            closed = worker.store.call(desk.call_id(first))
            assert (closed.status, closed.disposition) == (CallStatus.ERROR, Disposition.ERROR_UNKNOWN)
            second.leg.party_hangs_up()
            await worker.over(desk.call_id(second))

    play(test)


def test_no_media_port_closes_the_call(play: Any, answering: Any) -> None:
    """The carrier refused it itself; its row is closed at once, with what it lacked."""

    async def test(worker: Any) -> None:
        async with answering() as desk:
            arrival = worker.carrier.ring_us(dialled=OURS)
            arrival.fail_with = PortsExhausted("All ports are in use.")
            await desk.settled()
            closed = await worker.over(desk.call_id(arrival))

        assert closed.disposition is Disposition.CONCURRENCY_LIMIT_REACHED

    play(test)


def test_a_caller_who_gives_up_ends_the_call(play: Any, answering: Any) -> None:
    """Before it was answered: no duration, no recording."""

    async def test(worker: Any) -> None:
        async with answering() as desk:
            arrival = desk.rings()
            await desk.settled()
            arrival.leg.party_hangs_up()
            over = await worker.over(desk.call_id(arrival))

        assert (over.status, over.disposition, over.duration_ms) == (CallStatus.ENDED, Disposition.USER_HANGUP, None)

    play(test)
