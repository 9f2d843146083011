"""Signatures, checked by the reference library."""

from __future__ import annotations

import base64
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from ringtrue import ids
from ringtrue.clock import SystemClock
from ringtrue.webhooks import signing


def test_the_example_of_the_specification_comes_out() -> None:
    """Secret, id, time and body of its text; the signature that it prints."""
    at = datetime.fromtimestamp(1614265330, UTC)

    signed = signing.headers(
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek", b'{"test": 2432232314}', at
    )

    assert signed == {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }


@given(key=st.binary(min_size=24, max_size=64), text=st.text(st.characters(codec="utf-8")))
def test_the_reference_library_verifies_what_was_signed(key: bytes, text: str) -> None:
    """With any secret of the allowed lengths and any text."""
    secret = f"whsec_{base64.b64encode(key).decode()}"

    signed = signing.headers(secret, "evt_1", text.encode(), SystemClock().now())

    Webhook(secret).verify(text.encode(), signed, json_parse=False)


def test_the_reference_library_refuses_what_was_changed() -> None:
    """Body, id, time or secret."""
    secret, now = ids.webhook_secret(), SystemClock().now()
    signed = signing.headers(secret, "evt_1", b"{}", now)
    Webhook(secret).verify(b"{}", signed)

    forgeries = [
        (secret, b"{} ", signed),
        (secret, b"{}", {**signed, "webhook-id": "evt_2"}),
        (secret, b"{}", {**signed, "webhook-timestamp": str(int(now.timestamp()) + 1)}),
        (ids.webhook_secret(), b"{}", signed),
    ]
    for key, body, headers in forgeries:
        with pytest.raises(WebhookVerificationError):
            Webhook(key).verify(body, headers)
