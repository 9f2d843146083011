"""The contract of the store port: webhooks, listeners and their deliveries."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from ringtrue.calls.store import Store, Tx
from ringtrue.domain.webhook import Delivery, DeliveryState, Webhook
from ringtrue.errors import Duplicate
from ringtrue.ids import CallId, WebhookId
from ringtrue.testing.contracts.store_samples import AT, ORG, OTHER_ORG, SECOND, add_owners, read, waiting_call, write, write_all

CALL = waiting_call("1")
OTHER_CALL = replace(CALL, id=CallId("call_other"))
WEBHOOK = Webhook(
    id=WebhookId("whk_1"),
    org_id=ORG.id,
    url="https://example.com/hooks",
    events=("call.ended", "call.analyzed"),
    enabled=True,
    secret="whsec_c2VjcmV0",  # noqa: S106 - of nobody
    created_at=AT,
)
LISTENER = replace(WEBHOOK, id=WebhookId("lsn_1"), url=None, seen_at=AT, created_at=AT + SECOND)


def delivery(name: str, sequence: int = 1, **changes: object) -> Delivery:
    """A delivery to the webhook that is due."""
    plain = Delivery(
        id=f"dlv_{name}",
        webhook_id=WEBHOOK.id,
        call_id=CALL.id,
        event_id=f"evt_{name}",
        kind="call.ended",
        sequence=sequence,
        body='{"type":"call.ended","name":"Ann\u00e4"}',
        created_at=AT,
        due_at=AT,
    )
    return replace(plain, **changes)  # type: ignore[arg-type]  # the fields are given by name


def _open(store: Store, *deliveries: Delivery) -> None:
    def work(tx: Tx) -> None:
        add_owners(tx)
        for call in (CALL, OTHER_CALL):
            tx.add_call(call)
        for webhook in (LISTENER, WEBHOOK):
            tx.add_webhook(webhook)
        for one in deliveries:
            tx.add_delivery(one)

    write(store, work)


def _next(store: Store, *, after: timedelta = timedelta(0)) -> str | None:
    found = read(store, lambda tx: tx.due_delivery(WEBHOOK.id, AT + after))
    is_due = WEBHOOK.id in read(store, lambda tx: tx.webhooks_due(AT + after))
    assert is_due == (found is not None)
    return found.id if found is not None else None


class WebhookContract:
    """What holds for webhooks."""

    def test_webhooks_come_oldest_first_and_belong_to_their_organization(self, store: Store) -> None:
        """Listeners among them."""
        _open(store)

        assert list(read(store, lambda tx: tx.webhooks(ORG.id))) == [WEBHOOK, LISTENER]
        assert list(read(store, lambda tx: tx.webhooks(OTHER_ORG.id))) == []
        assert read(store, lambda tx: tx.webhook(ORG.id, WEBHOOK.id)) == WEBHOOK
        assert read(store, lambda tx: tx.webhook(OTHER_ORG.id, WEBHOOK.id)) is None
        assert read(store, lambda tx: tx.webhook_by_id(LISTENER.id)) == LISTENER
        assert read(store, lambda tx: tx.webhook_by_id(WebhookId("none"))) is None

    def test_a_webhook_changes_but_for_its_secret(self, store: Store) -> None:
        """URL, events, whether it is enabled, when it was seen."""
        changed = replace(WEBHOOK, url="http://example.com/", events=("call.started",), enabled=False, seen_at=AT)
        _open(store)

        write(store, lambda tx: tx.put_webhook(replace(changed, secret="x" * 9)))

        assert read(store, lambda tx: tx.webhook(ORG.id, WEBHOOK.id)) == changed

    def test_a_dropped_webhook_takes_its_deliveries_along(self, store: Store) -> None:
        """And no others."""
        kept = delivery("kept", webhook_id=LISTENER.id)
        _open(store, delivery("1"), kept)

        write(store, lambda tx: tx.drop_webhook(ORG.id, WEBHOOK.id))

        assert list(read(store, lambda tx: tx.webhooks(ORG.id))) == [LISTENER]
        assert read(store, lambda tx: tx.delivery(WEBHOOK.id, "dlv_1")) is None
        assert read(store, lambda tx: tx.delivery(LISTENER.id, kept.id)) == kept

    def test_nobody_elses_webhook_is_changed_or_dropped(self, store: Store) -> None:
        """Nor is its delivery found by the id of another webhook."""
        _open(store, delivery("1"))

        write(store, lambda tx: tx.put_webhook(replace(WEBHOOK, org_id=OTHER_ORG.id, enabled=False)))
        write(store, lambda tx: tx.put_delivery(delivery("1", webhook_id=LISTENER.id, attempts=1)))

        assert read(store, lambda tx: tx.webhook(ORG.id, WEBHOOK.id)) == WEBHOOK
        assert read(store, lambda tx: tx.delivery(WEBHOOK.id, "dlv_1")) == delivery("1")
        assert read(store, lambda tx: tx.delivery(LISTENER.id, "dlv_1")) is None

    def test_unseen_listeners_are_dropped(self, store: Store) -> None:
        """Webhooks never are; nor a listener that was seen at that instant."""
        _open(store, delivery("1"), delivery("2", webhook_id=LISTENER.id))

        write(store, lambda tx: tx.drop_listeners(AT))
        assert read(store, lambda tx: tx.webhook_by_id(LISTENER.id)) == LISTENER
        write(store, lambda tx: tx.drop_listeners(AT + SECOND))

        assert list(read(store, lambda tx: tx.webhooks(ORG.id))) == [WEBHOOK]
        assert read(store, lambda tx: tx.delivery(LISTENER.id, "dlv_2")) is None

    def test_a_delivery_comes_back_as_it_was_put(self, store: Store) -> None:
        """Its progress is replaced, its body is not."""
        after = replace(
            delivery("1", behind="call.queued"),
            state=DeliveryState.GIVEN_UP,
            due_at=None,
            claim="someone",
            attempts=3,
            tried_at=AT + SECOND,
            status=500,
            reason="no_answer",
        )
        _open(store, delivery("1", behind="call.queued"))
        assert read(store, lambda tx: tx.delivery(WEBHOOK.id, "dlv_1")) == delivery("1", behind="call.queued")

        write(store, lambda tx: tx.put_delivery(replace(after, body="another")))

        assert read(store, lambda tx: tx.delivery(WEBHOOK.id, "dlv_1")) == after

    def test_an_event_goes_to_a_webhook_once(self, store: Store) -> None:
        """The second row of the same is refused."""
        _open(store, delivery("1"))

        with pytest.raises(Duplicate):
            write(store, lambda tx: tx.add_delivery(delivery("2")))

    def test_what_waits_longest_is_due_first(self, store: Store) -> None:
        """Not before its instant."""
        _open(store, delivery("b", 1), delivery("a", 1, call_id=OTHER_CALL.id, due_at=AT + SECOND))

        assert _next(store, after=-SECOND) is None
        assert _next(store) == "dlv_b"
        write(store, lambda tx: tx.put_delivery(replace(delivery("b"), due_at=None, state=DeliveryState.DELIVERED)))
        assert _next(store) is None
        assert _next(store, after=SECOND) == "dlv_a"

    def test_an_event_waits_for_the_first_try_of_an_earlier_one(self, store: Store) -> None:
        """Of the same call; one that failed is overtaken."""
        first = delivery("1", 1, kind="call.started")
        _open(store, first, delivery("2", 2), delivery("3", 1, call_id=OTHER_CALL.id, due_at=AT + 2 * SECOND))

        write(store, lambda tx: tx.put_delivery(replace(first, claim="someone", due_at=AT + 60 * SECOND)))
        assert _next(store) is None
        assert _next(store, after=2 * SECOND) == "dlv_3"
        write(store, lambda tx: tx.put_delivery(replace(first, attempts=1, due_at=AT + 60 * SECOND)))
        assert _next(store) == "dlv_2"

    def test_an_event_waits_until_what_it_stands_behind_is_settled(self, store: Store) -> None:
        """However often that was tried."""
        ended = delivery("ended", 1, attempts=7, due_at=AT + 60 * SECOND)
        _open(store, ended, delivery("analyzed", 2, kind="call.analyzed", behind="call.ended"))

        assert _next(store) is None
        write(store, lambda tx: tx.put_delivery(replace(ended, due_at=None, state=DeliveryState.GIVEN_UP)))
        assert _next(store) == "dlv_analyzed"

    @pytest.mark.parametrize("changes", [{"enabled": False}, {"url": None}])
    def test_only_enabled_webhooks_with_a_url_are_due(self, store: Store, changes: dict[str, object]) -> None:
        """Listeners fetch what waits for them."""
        _open(store, delivery("1"))
        assert list(read(store, lambda tx: tx.webhooks_due(AT))) == [WEBHOOK.id]

        write(store, lambda tx: tx.put_webhook(replace(WEBHOOK, **changes)))  # type: ignore[arg-type]

        assert list(read(store, lambda tx: tx.webhooks_due(AT))) == []

    def test_waiting_deliveries_come_oldest_first(self, store: Store) -> None:
        """Those that are not settled, in the order of events of one instant, whenever they are due, at most so many."""
        late = delivery("a", 3, created_at=AT + SECOND)
        first, second = delivery("c", 1, due_at=AT + 60 * SECOND), delivery("b", 2)
        _open(store, late, second, first, delivery("d", 4, due_at=None))

        assert list(read(store, lambda tx: tx.waiting_deliveries(WEBHOOK.id, 10))) == [first, second, late]
        assert list(read(store, lambda tx: tx.waiting_deliveries(WEBHOOK.id, 2))) == [first, second]
        assert list(read(store, lambda tx: tx.waiting_deliveries(LISTENER.id, 2))) == []

    def test_what_waits_is_dropped(self, store: Store) -> None:
        """Of that webhook; what is settled stays as it is."""
        done = delivery("done", 1, due_at=None, state=DeliveryState.DELIVERED)
        waiting, other = delivery("waiting", 2, claim="someone"), delivery("other", webhook_id=LISTENER.id)
        _open(store, done, waiting, other)

        write(store, lambda tx: tx.drop_waiting(WEBHOOK.id))

        found = read(store, lambda tx: [tx.delivery(one.webhook_id, one.id) for one in (done, waiting, other)])
        assert found == [done, replace(waiting, state=DeliveryState.DROPPED, due_at=None, claim=None), other]

    def test_what_was_settled_long_ago_is_forgotten(self, store: Store) -> None:
        """What still waits never is."""
        settled = delivery("1", 1, due_at=None, state=DeliveryState.DELIVERED)
        _open(store, settled, delivery("2", 2), replace(settled, id="dlv_3", sequence=3, created_at=AT + SECOND))

        write_all(store, lambda tx: tx.forget_deliveries(AT + SECOND))

        assert read(store, lambda tx: [tx.delivery(WEBHOOK.id, f"dlv_{n}") is None for n in (1, 2, 3)]) == [True, False, False]
