"""Listeners fetch in order what waits for them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from ringtrue.calls import deliveries, listeners
from ringtrue.calls.listeners import Done
from ringtrue.calls.store import Tx
from ringtrue.domain.webhook import CALL_EVENTS, DeliveryState, Webhook
from ringtrue.errors import Conflict
from ringtrue.testing.clock import START
from ringtrue.testing.office import Office, claimed, open_office, placed, ringing

Do = Callable[[Callable[[Tx], Any]], Any]
DAY = timedelta(hours=24)


def make(tx: Tx, office: Office, **changes: Any) -> Webhook:
    """A listener of the office."""
    return listeners.create(tx, office.org.id, **{"events": CALL_EVENTS, "secret": "whsec_eA==", "at": START, **changes})


def test_what_is_not_done_is_handed_out_again(do: Do, office: Office) -> None:
    """In the order of the events; what is done is not, however often that is said."""

    def work(tx: Tx) -> None:
        listener = make(tx, office)
        ringing(tx, claimed(tx, placed(tx, office)))

        def proceed(*done: Done) -> list[str]:
            return [one.id for one in listeners.proceed(tx, office.org.id, listener.id, done, at=START)]

        first, second = proceed()
        assert proceed() == [first, second]
        assert [tx.delivery(listener.id, one).kind for one in (first, second)] == ["call.queued", "call.ringing"]  # type: ignore[union-attr]
        for _ in range(2):
            assert proceed(Done(id=first, status=200), Done(id="dlv_none", status=200)) == [second]
        assert proceed(Done(id=second, status=None)) == []

        taken, lost = (tx.delivery(listener.id, one) for one in (first, second))
        assert taken is not None
        assert lost is not None
        assert (taken.state, taken.status, taken.attempts) == (DeliveryState.DELIVERED, 200, 1)
        assert (lost.state, lost.status, lost.reason) == (DeliveryState.GIVEN_UP, None, "connection_failed")

    do(work)


def test_a_listener_cannot_be_done_with_what_is_anothers(do: Do, office: Office) -> None:
    """Its own deliveries only."""

    def work(tx: Tx) -> None:
        one, other = make(tx, office), make(tx, office)
        placed(tx, office)
        (foreign,) = tx.waiting_deliveries(other.id, 10)

        listeners.proceed(tx, office.org.id, one.id, [Done(id=foreign.id, status=200)], at=START)

        assert list(tx.waiting_deliveries(other.id, 10)) == [foreign]

    do(work)


def test_asking_keeps_a_listener(do: Do, office: Office) -> None:
    """One that nobody asked for a day makes room for others."""

    def work(tx: Tx) -> None:
        made = [make(tx, office) for _ in range(listeners.MOST)]
        with pytest.raises(Conflict) as refused:
            make(tx, office)
        assert refused.value.reason == "too_many_listeners"

        listeners.proceed(tx, office.org.id, made[0].id, [], at=START + timedelta(hours=1))
        new = make(tx, office, at=START + DAY + timedelta(seconds=1))

        assert [one.id for one in tx.webhooks(office.org.id)] == [made[0].id, new.id]

    do(work)


def test_making_room_leaves_another_organizations_listeners_alone(do: Do, office: Office) -> None:
    """Whoever delivers forgets those, of every organization."""

    def work(tx: Tx) -> None:
        other = open_office(tx, name="Other Clinic", number=None)
        theirs = make(tx, other)
        at = START + DAY + timedelta(seconds=1)
        own = make(tx, office, at=at)
        assert [one.id for one in tx.webhooks(other.org.id)] == [theirs.id]

        deliveries.forget(tx, START + DAY)
        assert [one.id for one in tx.webhooks(other.org.id)] == [theirs.id]
        deliveries.forget(tx, at)

        assert list(tx.webhooks(other.org.id)) == []
        assert [one.id for one in tx.webhooks(office.org.id)] == [own.id]

    do(work)
