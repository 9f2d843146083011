"""An organization's webhooks: made, listed, changed, deleted. Their secrets are shown once, when they are made."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from urllib.parse import urlsplit

from ringtrue import ids
from ringtrue.calls.store import Tx
from ringtrue.domain.webhook import EVENTS, Webhook
from ringtrue.errors import Conflict, InvalidInput, NotFound
from ringtrue.ids import OrgId, WebhookId

MOST = 50
_MOST_CHARACTERS = 2048
_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,252})")
_IPV6 = re.compile(r"[0-9A-Fa-f:.]{2,45}")


def create(tx: Tx, org_id: OrgId, *, url: str, events: Iterable[str], enabled: bool, secret: str, at: datetime) -> Webhook:
    """A new webhook, whose secret the caller drew. Raises InvalidInput for a bad URL, Conflict when there are too many."""
    if len(of(tx, org_id)) >= MOST:
        raise Conflict(f"There are {MOST} webhooks already: delete one first.", reason="too_many_webhooks")
    webhook = Webhook(
        id=ids.new_webhook(at),
        org_id=org_id,
        url=checked_url(url),
        events=in_order(events),
        enabled=enabled,
        secret=secret,
        created_at=at,
    )
    tx.add_webhook(webhook)
    return webhook


def of(tx: Tx, org_id: OrgId) -> list[Webhook]:
    """The organization's webhooks, oldest first; listeners are not among them."""
    return [one for one in tx.webhooks(org_id) if one.url is not None]


def change(
    tx: Tx,
    org_id: OrgId,
    webhook_id: WebhookId,
    *,
    url: str | None,
    events: Iterable[str] | None,
    enabled: bool | None,
) -> Webhook:
    """The webhook, changed as given. Disabled, it is told nothing more, not even what waits. Raises NotFound, InvalidInput."""
    found = _found(tx, org_id, webhook_id)
    changed = replace(
        found,
        url=checked_url(url) if url is not None else found.url,
        events=in_order(events) if events is not None else found.events,
        enabled=enabled if enabled is not None else found.enabled,
    )
    tx.put_webhook(changed)
    if not changed.enabled:
        tx.drop_waiting(webhook_id)
    return changed


def delete(tx: Tx, org_id: OrgId, webhook_id: WebhookId) -> None:
    """The webhook is gone, with every delivery to it. Raises NotFound."""
    tx.drop_webhook(org_id, _found(tx, org_id, webhook_id).id)


def in_order(events: Iterable[str]) -> tuple[str, ...]:
    """Each event once, in the order of the contract's list. Raises InvalidInput when there is none."""
    wanted = set(events)
    if not wanted:
        raise InvalidInput(f"Name at least one of {', '.join(EVENTS)}.", field=("events",), code="events_missing")
    return tuple(event for event in EVENTS if event in wanted)


def checked_url(url: str) -> str:
    """The URL, when it is one that could be reached. Raises InvalidInput, which does not repeat it: it may hold a secret.

    Whether its host may be reached is seen when it is: a name can come to mean another address.
    """
    if len(url) > _MOST_CHARACTERS:
        raise _bad(f"The URL is longer than {_MOST_CHARACTERS} characters: use a shorter one.")
    if not re.fullmatch(r"[!-\[\]-~]+", url):  # visible ASCII without the backslash, which some take for a slash
        raise _bad("The URL holds characters that must be encoded: use ASCII without spaces, and xn-- for other names.")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as exc:
        raise _bad("This is not a URL: give one such as https://example.com/hooks.") from exc
    if parts.scheme not in ("http", "https"):
        raise _bad("The URL must begin with https:// or http://.")
    if "@" in parts.netloc:
        raise _bad("The URL must hold no user name or password: deliveries are signed with the webhook's secret.")
    host = parts.hostname or ""
    is_host = _IPV6.fullmatch(host) if "[" in parts.netloc else _NAME.fullmatch(host)
    if is_host is None or port == 0 or parts.netloc.endswith(":"):
        raise _bad("The URL names no host that could be reached: give one such as https://example.com/hooks.")
    if "#" in url:
        raise _bad("The URL must have no fragment: it would not be sent.")
    return url


def _bad(sentence: str) -> InvalidInput:
    return InvalidInput(sentence, field=("url",), code="url_invalid")


def _found(tx: Tx, org_id: OrgId, webhook_id: WebhookId) -> Webhook:
    found = tx.webhook(org_id, webhook_id)
    if found is None or found.url is None:
        raise NotFound("There is no such webhook.")
    return found
