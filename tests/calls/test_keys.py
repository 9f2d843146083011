"""API keys: shown once, kept as a hash."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import fields, replace
from datetime import timedelta

import pytest

from ringtrue.calls import keys
from ringtrue.calls.store import Tx
from ringtrue.domain.records import ApiKey
from ringtrue.ids import OrgId
from ringtrue.testing.clock import START
from ringtrue.testing.office import Office

Do = Callable[[Callable[[Tx], object]], object]


def test_a_key_is_found_by_its_secret(do: Do, office: Office) -> None:
    """As it was issued."""

    def check(tx: Tx) -> None:
        issued = keys.issue(tx, office.org.id, "laptop", "full", secret=keys.new_secret(), at=START)
        assert keys.find(tx, issued.secret) == issued.key
        assert issued.key == ApiKey(
            id=issued.key.id,
            org_id=office.org.id,
            name="laptop",
            scope="full",
            key_hash=keys.hashed(issued.secret),
            created_at=START,
        )

    do(check)


def test_only_the_hash_of_a_key_is_kept(do: Do, office: Office) -> None:
    """The secret is in no field of what is stored."""

    def check(tx: Tx) -> None:
        issued = keys.issue(tx, office.org.id, "laptop", "full", secret="rt_secret", at=START)
        kept = tx.api_key_by_hash(keys.hashed("rt_secret"))
        assert kept == issued.key
        assert not any("rt_secret" in str(getattr(kept, one.name)) for one in fields(ApiKey))

    do(check)


def test_the_hash_is_sha256_for_ever() -> None:
    """Another function would lock everybody out."""
    assert keys.hashed("rt_secret") == hashlib.sha256(b"rt_secret").hexdigest()


@pytest.mark.parametrize("secret", ["", "rt_other", "rt_secret ", "RT_SECRET", "\ud800", "rt_secret\x00", "x" * 100_000])
def test_no_other_secret_opens(do: Do, office: Office, secret: str) -> None:
    """Whatever was sent, lone surrogates too."""

    def check(tx: Tx) -> None:
        keys.issue(tx, office.org.id, "laptop", "full", secret="rt_secret", at=START)
        assert keys.find(tx, secret) is None

    do(check)


def test_a_revoked_key_opens_nothing(do: Do, office: Office) -> None:
    """Though it is still known."""

    def check(tx: Tx) -> None:
        key = ApiKey(
            id="key_1",
            org_id=office.org.id,
            name="old",
            scope="read",
            key_hash=keys.hashed("rt_old"),
            created_at=START,
            revoked_at=START,
        )
        tx.add_api_key(key)
        assert keys.find(tx, "rt_old") is None
        assert tx.api_key_by_hash(key.key_hash) == key

    do(check)


def test_secrets_are_long_and_never_the_same() -> None:
    """256 random bits under a prefix that scanners know."""
    secrets = {keys.new_secret() for _ in range(100)}

    assert len(secrets) == 100
    assert all(secret.startswith("rt_") and len(secret) == 3 + 43 for secret in secrets)


def test_the_last_use_is_written_once_a_minute_at_most() -> None:
    """And the first time."""
    key = ApiKey(id="key_1", org_id=OrgId("org_1"), name="", scope="full", key_hash="", created_at=START)
    used = replace(key, last_used_at=START)

    assert keys.is_touch_due(key, at=START)
    assert not keys.is_touch_due(used, at=START + timedelta(seconds=60))
    assert keys.is_touch_due(used, at=START + timedelta(seconds=61))
