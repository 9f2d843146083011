"""The contract of the rules of dialling, and of counting rings."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest

from ringtrue.calls.store import Store, Tx
from ringtrue.domain.call import Direction, Stage
from ringtrue.domain.dial_rules import Caps, DialRules
from ringtrue.errors import NotFound
from ringtrue.ids import CallId
from ringtrue.testing.contracts.store_samples import AT, ORG, OTHER_ORG, SECOND, add_owners, read, waiting_call, write, write_all

_RULES = DialRules(countries=("US", "GB"), internal_destinations=(), caps=Caps(per_minute=3, per_day=0))
_OUT = waiting_call("1")


def _count(tx: Tx, *, before: datetime, callee: str | None = None, but: CallId | None = None, waiting_too: bool = True) -> int:
    """The greatest number of rings that there are at least, of up to nine."""

    def has(number: int) -> bool:
        return tx.has_rings(ORG.id, number, after=AT, before=before, callee=callee, but=but, waiting_too=waiting_too)

    return max((number for number in range(1, 10) if has(number)), default=0)


class DiallingContract:
    """Rules and rings."""

    def test_an_organization_has_no_rules_of_its_own_at_first(self, store: Store) -> None:
        """Then those that were put last, of nobody else."""
        write(store, add_owners)
        assert read(store, lambda tx: tx.dial_rules(ORG.id)) == DialRules()

        write(store, lambda tx: tx.put_dial_rules(ORG.id, DialRules(countries=("FR",))))
        write(store, lambda tx: tx.put_dial_rules(ORG.id, _RULES))

        assert read(store, lambda tx: tx.dial_rules(ORG.id)) == _RULES
        assert read(store, lambda tx: tx.dial_rules(OTHER_ORG.id)) == DialRules()

    def test_rules_of_nobody_are_refused(self, store: Store) -> None:
        """There is no such organization."""
        with pytest.raises(NotFound):
            write(store, lambda tx: tx.put_dial_rules(ORG.id, _RULES))

    def test_rings_are_counted_by_their_instant(self, store: Store) -> None:
        """Scheduled ones when they are scheduled for, others when they were created; inbound ones never; borders excluded."""
        calls = [
            replace(_OUT, id=CallId("call_border"), created_at=AT),
            replace(_OUT, id=CallId("call_now"), created_at=AT + SECOND),
            replace(_OUT, id=CallId("call_later"), created_at=AT, scheduled_for=AT + 2 * SECOND),
            replace(_OUT, id=CallId("call_much_later"), created_at=AT + SECOND, scheduled_for=AT + 9 * SECOND),
            replace(_OUT, id=CallId("call_other"), created_at=AT + SECOND, to_number="+14155550124"),
            replace(_OUT, id=CallId("call_in"), created_at=AT + SECOND, direction=Direction.INBOUND),
        ]
        write(store, add_owners)
        write_all(store, *(lambda tx, call=call: tx.add_call(call) for call in calls))

        assert read(store, lambda tx: _count(tx, before=AT + 9 * SECOND)) == 3
        assert read(store, lambda tx: _count(tx, before=AT + 2 * SECOND)) == 2
        assert read(store, lambda tx: _count(tx, before=AT + 9 * SECOND, callee="+14155550123")) == 2
        assert read(store, lambda tx: _count(tx, before=AT + 9 * SECOND, but=CallId("call_now"))) == 2
        assert read(store, lambda tx: tx.first_ring(ORG.id, after=AT, callee=None)) == AT + SECOND
        assert read(store, lambda tx: tx.first_ring(ORG.id, after=AT + SECOND, callee="+14155550123")) == AT + 2 * SECOND
        assert read(store, lambda tx: tx.first_ring(OTHER_ORG.id, after=AT, callee=None)) is None

    def test_a_call_that_is_moved_counts_where_it_is(self, store: Store) -> None:
        """And, once it waits no more, as one that rang."""
        call = replace(_OUT, scheduled_for=AT + SECOND)
        write(store, add_owners)
        write(store, lambda tx: tx.add_call(call))
        write(store, lambda tx: tx.put_call(replace(call, scheduled_for=AT + 5 * SECOND)))

        def rung(tx: Tx) -> int:
            return _count(tx, before=AT + 9 * SECOND, waiting_too=False)

        assert read(store, lambda tx: _count(tx, before=AT + 4 * SECOND)) == 0
        assert read(store, lambda tx: _count(tx, before=AT + 9 * SECOND)) == 1
        assert read(store, rung) == 0

        write(store, lambda tx: tx.put_call(replace(call, scheduled_for=AT + 5 * SECOND, stage=Stage.DIALLING)))
        assert read(store, rung) == 1
