"""Webhooks are made, changed and deleted; their addresses are looked at."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from ringtrue.calls import listeners, webhooks
from ringtrue.calls.store import Tx
from ringtrue.domain.webhook import CALL_EVENTS, EVENTS, DeliveryState, Webhook
from ringtrue.errors import Conflict, InvalidInput, NotFound
from ringtrue.ids import WebhookId
from ringtrue.testing.clock import START
from ringtrue.testing.office import Office, open_office, placed

Do = Callable[[Callable[[Tx], Any]], Any]
SECRET = "whsec_eA=="

GOOD = [
    "https://example.com",
    "http://example.com:8080/hooks?tenant=a%20b&x=[1]",
    "https://xn--bcher-kva.example/",
    "https://192.0.2.7/hooks",
    "http://[2001:db8::7]:99/",
    "http://under_score.example/",
    "HTTPS://EXAMPLE.COM/Hooks",
    "https://example.com/~a;b,c=d@e",
]
BAD = [
    "",
    "example.com",
    "/hooks",
    "ftp://example.com/",
    "file:///etc/passwd",
    "javascript:alert(1)",
    "https://",
    "https:///hooks",
    "https://:8080/",
    "https://user@example.com/",
    "https://user:secret@example.com/",
    "https://@example.com/",
    "https://example.com:0/",
    "https://example.com:65536/",
    "https://example.com:port/",
    "https://example.com:/",
    "https://example.com/#part",
    "https://exa mple.com/",
    "https://example.com/a b",
    "https://example.com/\n",
    "https://example.com\\@10.0.0.1/",
    "https://b\u00fccher.example/",
    "https://example.com/\u00fc",
    "https://[::1/",
    "https://[fe80::1%25eth0]/",
    "https://[v1.x]/",
    "https://-a.example/",
    "https://a..%00/",
    "https://example.com/" + "a" * 2100,
]


def make(tx: Tx, office: Office, url: str = "https://example.com/", *events: str) -> Webhook:
    """A webhook of the office."""
    return webhooks.create(tx, office.org.id, url=url, events=events or CALL_EVENTS, enabled=True, secret=SECRET, at=START)


@pytest.mark.parametrize("url", GOOD)
def test_an_address_is_kept_as_it_was_given(url: str) -> None:
    """Whether it may be reached is seen at each connect."""
    assert webhooks.checked_url(url) == url


@pytest.mark.parametrize("url", BAD)
def test_what_is_no_address_is_refused_without_repeating_it(url: str) -> None:
    """One sentence on the field."""
    with pytest.raises(InvalidInput) as refused:
        webhooks.checked_url(url)

    assert refused.value.field == ("url",)
    assert "secret" not in refused.value.sentence.replace("webhook's secret", "")


def test_events_come_once_in_one_order(do: Do, office: Office) -> None:
    """None is no choice."""
    assert webhooks.in_order(["call.ended", "transcript.updated", "call.queued", "call.ended"]) == (
        "call.queued",
        "call.ended",
        "transcript.updated",
    )
    with pytest.raises(InvalidInput, match="Name at least one"):
        webhooks.in_order([])


def test_an_organization_has_fifty_at_most(do: Do, office: Office) -> None:
    """Listeners and others' do not count; a deleted one makes room."""

    def work(tx: Tx) -> None:
        stranger = open_office(tx, name="Other", number=None)
        make(tx, stranger)
        listeners.create(tx, office.org.id, events=EVENTS, secret=SECRET, at=START)
        made = [make(tx, office) for _ in range(webhooks.MOST)]
        with pytest.raises(Conflict) as refused:
            make(tx, office)
        assert refused.value.reason == "too_many_webhooks"
        webhooks.delete(tx, office.org.id, made[0].id)
        assert len({one.id for one in (*made, make(tx, office))}) == webhooks.MOST + 1

    do(work)


def test_a_change_leaves_the_rest(do: Do, office: Office) -> None:
    """Each field alone, or none."""

    def work(tx: Tx) -> None:
        made = make(tx, office)

        def changed(**changes: Any) -> Webhook:
            fields = {"url": None, "events": None, "enabled": None, **changes}
            return webhooks.change(tx, office.org.id, made.id, **fields)

        assert changed() == made
        assert changed(url="http://example.net/").url == "http://example.net/"
        assert changed(events=["call.ended"]).events == ("call.ended",)
        last = changed(enabled=False)
        assert (last.url, last.events, last.enabled, last.secret) == ("http://example.net/", ("call.ended",), False, SECRET)
        assert tx.webhook(office.org.id, made.id) == last
        with pytest.raises(InvalidInput):
            changed(url="nowhere")

    do(work)


def test_what_waits_for_a_disabled_webhook_is_dropped_for_good(do: Do, office: Office) -> None:
    """Enabled again, it is told what happens from then on."""

    def work(tx: Tx) -> None:
        made = make(tx, office)
        placed(tx, office)
        (one,) = tx.waiting_deliveries(made.id, 10)
        for enabled in (False, True):
            webhooks.change(tx, office.org.id, made.id, url=None, events=None, enabled=enabled)

        stored = tx.delivery(made.id, one.id)
        assert stored is not None
        assert (stored.state, stored.due_at) == (DeliveryState.DROPPED, None)
        placed(tx, office)
        assert len(tx.waiting_deliveries(made.id, 10)) == 1

    do(work)


def test_nobody_elses_webhook_can_be_touched(do: Do, office: Office) -> None:
    """Nor can a listener as if it were one, nor the other way round."""

    def work(tx: Tx) -> None:
        stranger = open_office(tx, name="Other", number=None)
        made = make(tx, office)
        listener = listeners.create(tx, office.org.id, events=EVENTS, secret=SECRET, at=START)
        attempts: list[Callable[[], object]] = [
            lambda: webhooks.delete(tx, stranger.org.id, made.id),
            lambda: webhooks.delete(tx, office.org.id, listener.id),
            lambda: webhooks.delete(tx, office.org.id, WebhookId("whk_none")),
            lambda: webhooks.change(tx, stranger.org.id, made.id, url=None, events=None, enabled=False),
            lambda: webhooks.change(tx, office.org.id, listener.id, url=None, events=None, enabled=False),
            lambda: listeners.delete(tx, office.org.id, made.id),
            lambda: listeners.delete(tx, stranger.org.id, listener.id),
            lambda: listeners.proceed(tx, stranger.org.id, listener.id, [], at=START),
        ]
        for attempt in attempts:
            with pytest.raises(NotFound):
                attempt()
        assert webhooks.of(tx, office.org.id) == [made]

    do(work)
