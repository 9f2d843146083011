"""Deliveries are in one hand at a time, and settled by what came of the try."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from ringtrue.calls import deliveries, webhooks
from ringtrue.calls.deliveries import CLAIMED_FOR, Claimed, Tried
from ringtrue.calls.store import Tx
from ringtrue.domain.webhook import CALL_EVENTS, Delivery, DeliveryState, Webhook
from ringtrue.testing.clock import START
from ringtrue.testing.office import Office, placed

Do = Callable[[Callable[[Tx], Any]], Any]
SECOND = timedelta(seconds=1)


@pytest.fixture
def webhook(do: Do, office: Office) -> Webhook:
    """A webhook with one delivery."""

    def work(tx: Tx) -> Webhook:
        made = webhooks.create(
            tx, office.org.id, url="https://a.example/", events=CALL_EVENTS, enabled=True, secret="whsec_eA==", at=START
        )
        placed(tx, office)
        return made

    made: Webhook = do(work)
    return made


def claim(do: Do, webhook: Webhook, *, by: str = "one", at: timedelta = timedelta(0)) -> Claimed | None:
    """What the webhook is to be told next, in that hand."""
    found: Claimed | None = do(lambda tx: deliveries.claim(tx, webhook.id, by, START + at))
    return found


def settle(do: Do, claimed: Claimed | None, tried: Tried, *, at: timedelta = timedelta(0)) -> Delivery | None:
    """The delivery after that."""
    assert claimed is not None
    found: Delivery | None = do(lambda tx: deliveries.settle(tx, claimed.delivery, tried, START + at, jitter=0.5))
    return found


def test_a_claim_keeps_others_off_until_it_ends(do: Do, webhook: Webhook) -> None:
    """Whoever takes it up then is the only one whose try counts."""
    first = claim(do, webhook)

    assert claim(do, webhook, by="two", at=CLAIMED_FOR - SECOND) is None
    assert do(lambda tx: list(deliveries.due(tx, START))) == []
    second = claim(do, webhook, by="two", at=CLAIMED_FOR)
    assert first is not None
    assert second is not None
    assert (second.delivery.id, second.delivery.body) == (first.delivery.id, first.delivery.body)
    assert settle(do, first, Tried(status=200), at=CLAIMED_FOR) is None
    after = settle(do, second, Tried(status=200), at=CLAIMED_FOR)
    assert after is not None
    assert (after.state, after.attempts) == (DeliveryState.DELIVERED, 1)


@pytest.mark.parametrize("status", [200, 201, 204, 299])
def test_any_2xx_is_taken(do: Do, webhook: Webhook, status: int) -> None:
    """And is never sent again."""
    after = settle(do, claim(do, webhook), Tried(status=status))

    assert after is not None
    assert (after.state, after.due_at, after.status, after.tried_at) == (DeliveryState.DELIVERED, None, status, START)
    assert claim(do, webhook, at=timedelta(days=9)) is None


@pytest.mark.parametrize(
    "tried",
    [Tried(status=status) for status in (101, 199, 300, 301, 302, 307, 308, 400, 401, 404, 409, 429, 500, 503)]
    + [Tried(reason=reason) for reason in ("timed_out", "no_answer", "target_refused", "name_unknown", "connection_failed")],
)
def test_everything_else_is_tried_again(do: Do, webhook: Webhook, tried: Tried) -> None:
    """A refused target as well: its name may be mended."""
    after = settle(do, claim(do, webhook), tried)

    assert after is not None
    assert (after.state, after.due_at) == (DeliveryState.WAITING, START + 5 * SECOND)
    assert (after.attempts, after.status, after.reason, after.claim) == (1, tried.status, tried.reason, None)
    assert claim(do, webhook, at=4 * SECOND) is None
    assert claim(do, webhook, at=5 * SECOND) is not None


def test_a_wait_that_was_asked_for_is_granted(do: Do, webhook: Webhook) -> None:
    """Retry-After."""
    after = settle(do, claim(do, webhook), Tried(status=503, retry_after=timedelta(minutes=9)))

    assert after is not None
    assert after.due_at == START + timedelta(minutes=9)


def test_it_is_given_up_after_75_hours(do: Do, webhook: Webhook) -> None:
    """With the last status, for those who look."""
    end = timedelta(hours=75)

    after = settle(do, claim(do, webhook, at=end), Tried(status=500), at=end)

    assert after is not None
    assert (after.state, after.due_at, after.status) == (DeliveryState.GIVEN_UP, None, 500)


def test_a_receiver_that_is_gone_is_told_nothing_more(do: Do, office: Office, webhook: Webhook) -> None:
    """410 disables the webhook and drops what waits."""
    do(lambda tx: placed(tx, office))

    after = settle(do, claim(do, webhook), Tried(status=410))

    assert after is not None
    assert (after.state, after.due_at) == (DeliveryState.GIVEN_UP, None)
    assert [one.enabled for one in do(lambda tx: webhooks.of(tx, office.org.id))] == [False]
    assert do(lambda tx: list(tx.waiting_deliveries(webhook.id, 10))) == []
    assert claim(do, webhook, at=timedelta(days=1)) is None


def test_a_try_of_what_was_dropped_meanwhile_does_not_count(do: Do, office: Office, webhook: Webhook) -> None:
    """Disabled or deleted while it was in hand."""
    claimed = claim(do, webhook)
    do(lambda tx: webhooks.change(tx, office.org.id, webhook.id, url=None, events=None, enabled=False))
    assert settle(do, claimed, Tried(status=200)) is None

    do(lambda tx: webhooks.delete(tx, office.org.id, webhook.id))
    assert settle(do, claimed, Tried(status=410)) is None
    assert claim(do, webhook) is None


def test_settled_deliveries_are_kept_for_a_month(do: Do, webhook: Webhook) -> None:
    """Then they are forgotten."""
    after = settle(do, claim(do, webhook), Tried(status=200))
    assert after is not None

    do(lambda tx: deliveries.forget(tx, START + timedelta(days=30)))
    assert do(lambda tx: tx.delivery(after.webhook_id, after.id)) == after
    do(lambda tx: deliveries.forget(tx, START + timedelta(days=31)))
    assert do(lambda tx: tx.delivery(after.webhook_id, after.id)) is None
