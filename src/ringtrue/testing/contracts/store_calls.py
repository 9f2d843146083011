"""The contract of the store port: calls, the queue, leases, legs and dial intents."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ringtrue.calls.store import Store, Tx
from ringtrue.domain.call import Call, CallStatus, Stage
from ringtrue.domain.disposition import Cause, Disposition
from ringtrue.domain.records import IntentRow
from ringtrue.errors import AlreadyDialled, Duplicate, NotFound
from ringtrue.ids import CallId, LegId
from ringtrue.testing.contracts.store_samples import (
    AT,
    ORG,
    OTHER_ORG,
    OTHER_WORKER,
    SECOND,
    WORKER,
    add_owners,
    lease,
    leg,
    read,
    waiting_call,
    write,
    write_all,
)

_OVER = {
    "status": CallStatus.ENDED,
    "stage": Stage.OVER,
    "due_at": None,
    "deadline_at": None,
    "ended_at": AT,
    "disposition": Disposition.DIAL_BUSY,
    "cause": Cause(sip_status=486),
}


def _over(call: Call) -> Call:
    return replace(call, **_OVER)  # type: ignore[arg-type]  # one mapping for fields of several types


def _add(store: Store, *calls: Call) -> None:
    def work(tx: Tx) -> None:
        add_owners(tx)
        for call in calls:
            tx.add_call(call)

    write(store, work)


class CallContract:
    """Calls and what belongs to one while it lives."""

    def test_a_call_reads_back_whole(self, store: Store) -> None:
        """By id alone, and by its organization; to another it does not exist."""
        call = waiting_call("1")
        _add(store, call)

        assert read(store, lambda tx: tx.call(call.id)) == call
        assert read(store, lambda tx: tx.call_of(ORG.id, call.id)) == call
        assert read(store, lambda tx: tx.call_of(OTHER_ORG.id, call.id)) is None
        assert read(store, lambda tx: tx.call(CallId("none"))) is None

    def test_a_call_is_replaced(self, store: Store) -> None:
        """Every changed field is kept."""
        call = waiting_call("1")
        _add(store, call)

        write(store, lambda tx: tx.put_call(_over(call)))

        assert read(store, lambda tx: tx.call(call.id)) == _over(call)

    def test_only_a_known_call_is_replaced(self, store: Store) -> None:
        """Replacing a call that is not there is an error, as is giving it to another organization."""
        call = waiting_call("1")
        _add(store, call)

        with pytest.raises(NotFound):
            write(store, lambda tx: tx.put_call(waiting_call("2")))
        with pytest.raises(NotFound):
            write(store, lambda tx: tx.put_call(replace(call, org_id=OTHER_ORG.id)))

    def test_due_calls_come_earliest_first(self, store: Store) -> None:
        """Those whose instant came, no more than asked for; what was dialled is not due."""
        late, early = waiting_call("1"), waiting_call("2", due_at=AT - SECOND)
        later, gone = waiting_call("3", due_at=AT + SECOND), replace(waiting_call("4"), stage=Stage.DIALLING)
        _add(store, late, early, later, gone)

        assert list(read(store, lambda tx: tx.due_calls(AT, 10))) == [early.id, late.id]
        assert list(read(store, lambda tx: tx.due_calls(AT, 1))) == [early.id]

    def test_the_next_due_instant_is_the_earliest(self, store: Store) -> None:
        """Calls that do not wait and calls without an instant are not counted."""
        _add(
            store,
            waiting_call("1", due_at=AT + SECOND),
            waiting_call("2", due_at=None),
            replace(waiting_call("3"), stage=Stage.RINGING),
        )

        assert read(store, lambda tx: tx.next_due()) == AT + SECOND

    def test_nothing_is_due_in_an_empty_store(self, store: Store) -> None:
        """No waiting call, no instant."""
        assert read(store, lambda tx: tx.next_due()) is None
        assert list(read(store, lambda tx: tx.due_calls(AT, 10))) == []

    def test_overdue_calls_are_past_their_deadline_and_not_over(self, store: Store) -> None:
        """In any state but the terminal ones, the longest overdue first."""
        ongoing = replace(waiting_call("1", deadline_at=AT), status=CallStatus.ONGOING, stage=Stage.ANSWERED)
        scheduled = replace(waiting_call("2", deadline_at=AT - SECOND), status=CallStatus.SCHEDULED)
        in_time, over = waiting_call("3", deadline_at=AT + SECOND), replace(_over(waiting_call("4")), deadline_at=AT)
        _add(store, ongoing, scheduled, in_time, over)

        assert list(read(store, lambda tx: tx.overdue_calls(AT, 10))) == [scheduled.id, ongoing.id]
        assert list(read(store, lambda tx: tx.overdue_calls(AT, 1))) == [scheduled.id]

    def test_a_call_rings_once(self, store: Store) -> None:
        """A second intent is refused and the first stands."""
        call = waiting_call("1")
        first = IntentRow(call_id=call.id, leg_id=LegId("leg_1"), committed_at=AT)
        _add(store, call)
        write(store, lambda tx: tx.add_intent(first))

        with pytest.raises(AlreadyDialled):
            write(store, lambda tx: tx.add_intent(replace(first, leg_id=LegId("leg_2"))))

        assert read(store, lambda tx: tx.intent(call.id)) == first
        assert read(store, lambda tx: tx.intent(CallId("none"))) is None

    def test_a_lease_is_replaced_and_dropped(self, store: Store) -> None:
        """One lease a call; dropping it again is harmless."""
        call = waiting_call("1")
        _add(store, call)

        write(store, lambda tx: tx.put_lease(lease(call)))
        write(store, lambda tx: tx.put_lease(lease(call, worker_id=OTHER_WORKER, fence=2)))
        assert read(store, lambda tx: tx.lease(call.id)) == lease(call, worker_id=OTHER_WORKER, fence=2)

        write(store, lambda tx: tx.drop_lease(call.id))
        write(store, lambda tx: tx.drop_lease(call.id))
        assert read(store, lambda tx: tx.lease(call.id)) is None

    def test_a_worker_renews_its_own_leases(self, store: Store) -> None:
        """All of its own and nobody else's; lost are those that ran out."""
        mine, mine_too, other = waiting_call("1"), waiting_call("2"), waiting_call("3")
        _add(store, mine, mine_too, other)
        write_all(store, *(lambda tx, call=call: tx.put_lease(lease(call)) for call in (mine, mine_too)))
        write(store, lambda tx: tx.put_lease(lease(other, worker_id=OTHER_WORKER)))

        assert write(store, lambda tx: tx.renew_leases(WORKER, AT + SECOND)) == 2

        assert list(read(store, lambda tx: tx.lost_leases(AT))) == [lease(other, worker_id=OTHER_WORKER)]
        assert list(read(store, lambda tx: tx.lost_leases(AT - SECOND))) == []
        assert len(read(store, lambda tx: tx.lost_leases(AT + SECOND))) == 3

    def test_leases_of_others_are_listed_expired_or_not(self, store: Store) -> None:
        """What a restarted server takes over at once."""
        mine, other = waiting_call("1"), waiting_call("2")
        foreign = lease(other, worker_id=OTHER_WORKER, expires_at=AT + 60 * SECOND)
        _add(store, mine, other)
        write_all(store, lambda tx: tx.put_lease(lease(mine)), lambda tx: tx.put_lease(foreign))

        assert list(read(store, lambda tx: tx.leases_not_of(WORKER))) == [foreign]

    def test_a_worker_learns_what_clients_asked(self, store: Store) -> None:
        """Cancel or hang-up, of calls that it holds."""
        cancelled = replace(waiting_call("1"), cancel_asked=True)
        hung_up = replace(waiting_call("2"), hang_up_asked=True)
        quiet, foreign = waiting_call("3"), replace(waiting_call("4"), cancel_asked=True)
        _add(store, cancelled, hung_up, quiet, foreign)
        write_all(store, *(lambda tx, call=call: tx.put_lease(lease(call)) for call in (cancelled, hung_up, quiet)))
        write(store, lambda tx: tx.put_lease(lease(foreign, worker_id=OTHER_WORKER)))

        assert list(read(store, lambda tx: tx.asked_calls(WORKER))) == [cancelled.id, hung_up.id]

    def test_a_leg_is_replaced_by_id(self, store: Store) -> None:
        """Its snapshot and tag as they came to be."""
        call = waiting_call("1")
        grown = replace(leg(call), remote_tag="late", snapshot='{"cseq": 2}', updated_at=AT + SECOND)
        _add(store, call)
        write(store, lambda tx: tx.put_leg(replace(leg(call), remote_tag=None)))
        write(store, lambda tx: tx.put_leg(leg(call, "2")))

        write(store, lambda tx: tx.put_leg(grown))

        assert list(read(store, lambda tx: tx.legs(call.id))) == [grown, leg(call, "2")]

    def test_an_inbound_leg_is_found_by_its_dialog(self, store: Store) -> None:
        """A leg that we dialled is not found so, though its Call-ID and tag be the same."""
        call = waiting_call("1")
        _add(store, call)
        write_all(store, lambda tx: tx.put_leg(leg(call, "1", is_inbound=True)), lambda tx: tx.put_leg(leg(call, "2")))

        assert read(store, lambda tx: tx.inbound_leg("1@example.invalid", "tag 1")) == leg(call, "1", is_inbound=True)
        assert read(store, lambda tx: tx.inbound_leg("2@example.invalid", "tag 2")) is None
        assert read(store, lambda tx: tx.inbound_leg("1@example.invalid", "tag 2")) is None

    def test_one_invite_has_one_inbound_leg(self, store: Store) -> None:
        """A second leg for the same Call-ID and tag is refused."""
        call = waiting_call("1")
        first = leg(call, "1", is_inbound=True)
        _add(store, call)
        write(store, lambda tx: tx.put_leg(first))

        with pytest.raises(Duplicate):
            write(store, lambda tx: tx.put_leg(replace(first, id=LegId("leg_2"))))

        assert list(read(store, lambda tx: tx.legs(call.id))) == [first]
