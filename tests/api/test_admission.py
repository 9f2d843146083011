"""Who may ask how often: keys apart, everybody else by their address."""

from __future__ import annotations

import math
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from ringtrue.api.admission import MOST_BUCKETS, Admission, Visitor
from ringtrue.api.doors import RequestStore
from ringtrue.api.entrance import address_of
from ringtrue.api.problems import Problem
from ringtrue.calls import keys
from ringtrue.errors import StoreUnavailable
from ringtrue.settings import Settings

if TYPE_CHECKING:
    from conftest import Desk

RATE, BURST = 50, 200
HERE, ELSEWHERE = "192.0.2.1", "192.0.2.2"


@pytest.fixture
def guarded(desk: Desk) -> Desk:
    """A desk that limits requests as a server does by default."""
    desk.wire(admission=Admission(rate=RATE, burst=BURST))
    return desk


def asked(desk: Desk, path: str = "/projects", *, by: str = HERE, **options: Any) -> httpx.Response:
    """The answer to one request from that address."""
    return desk.ask("GET", path, address=by, **options)


def exhaust(desk: Desk, **options: Any) -> list[int]:
    """The statuses of as many requests as a burst has."""
    return [asked(desk, **options).status_code for _ in range(BURST)]


def test_the_defaults_let_fifty_calls_be_polled_each_second() -> None:
    """What is tested here is what a server does."""
    assert (Settings().request_rate, Settings().request_burst) == (RATE, BURST)


def test_more_than_a_burst_is_refused(guarded: Desk) -> None:
    """With a problem that says when to come back; then it is served again."""
    statuses = exhaust(guarded)

    refused = asked(guarded)
    guarded.clock.advance(timedelta(seconds=int(refused.headers["Retry-After"])))

    assert statuses == [200] * BURST
    assert (refused.status_code, refused.json()["code"], refused.headers["Retry-After"]) == (429, "rate_limited", "1")
    assert refused.headers["Content-Type"] == "application/problem+json"
    assert asked(guarded).status_code == 200


def test_every_answer_to_a_key_says_where_it_stands(guarded: Desk) -> None:
    """draft-ietf-httpapi-ratelimit-headers-10: the policy, and what is left of it; refusals of the request too."""
    first, second = asked(guarded), asked(guarded, "/calls/call_unknown")
    for _ in range(BURST - 2):
        asked(guarded)
    last = asked(guarded)

    assert [one.headers["RateLimit-Policy"] for one in (first, second, last)] == [f'"requests";q={BURST};w=4'] * 3
    assert [one.headers["RateLimit"] for one in (first, second, last)] == [
        '"requests";r=199;t=1', '"requests";r=198;t=1', '"requests";r=0;t=1',
    ]  # fmt: skip
    assert (second.status_code, last.status_code) == (404, 429)


def test_keys_have_buckets_apart(guarded: Desk) -> None:
    """One that asks too much slows no other, of the same organization or another, at the same address."""
    exhaust(guarded)

    assert asked(guarded).status_code == 429
    assert [asked(guarded, key=key).status_code for key in ("rt_read", "rt_other")] == [200, 200]


def test_a_key_has_one_bucket_wherever_it_is_used(guarded: Desk) -> None:
    """Many addresses buy no more requests."""
    exhaust(guarded)

    assert asked(guarded, by=ELSEWHERE).status_code == 429


@pytest.mark.parametrize("key", [None, "rt_wrong", "rt_revoked", "Bearer rt_wrong"])
def test_without_a_valid_key_the_address_is_limited(guarded: Desk, key: str | None) -> None:
    """Keys cannot be guessed faster; what is refused is not looked up."""
    statuses = exhaust(guarded, key=key)

    assert statuses == [401] * BURST
    assert asked(guarded, key=key).status_code == 429
    assert asked(guarded, key="rt_full").status_code == 429
    assert asked(guarded, key=key, by=ELSEWHERE).status_code == 401


def test_a_guesser_slows_no_key_from_elsewhere(guarded: Desk) -> None:
    """Nor one at the same address that was in use before."""
    asked(guarded, key="rt_read")
    exhaust(guarded, key="rt_wrong")

    assert asked(guarded, by=ELSEWHERE).status_code == 200
    assert exhaust(guarded, key="rt_read")[:-1] == [200] * (BURST - 1)


def test_valid_keys_take_nothing_of_their_address(guarded: Desk) -> None:
    """Whoever has forgotten theirs is still told so."""
    exhaust(guarded)

    assert exhaust(guarded, key=None) == [401] * BURST


def test_a_key_that_is_revoked_is_a_stranger_again(guarded: Desk) -> None:
    """It was known at this address: from now on it takes of the address as any guess does."""
    guarded.store.run_now(lambda tx: keys.issue(tx, guarded.office.org.id, "k", "admin", secret="rt_k", at=guarded.clock.now()))
    asked(guarded, key="rt_k")
    found = guarded.store.read_now(lambda tx: keys.find(tx, "rt_k"))
    assert found is not None
    guarded.store.run_now(lambda tx: tx.revoke_api_key(guarded.office.org.id, found.id, guarded.clock.now()))

    assert exhaust(guarded, key="rt_k") == [401] * BURST
    assert asked(guarded, key="rt_k").status_code == 429


@pytest.mark.parametrize("path", ["/livez", "/readyz", "/recordings/x.wav"])
def test_probes_and_links_are_never_refused(guarded: Desk, path: str) -> None:
    """A server that is busy must not be taken for one that is dead, and what is wrong with a link is always answered the same."""
    exhaust(guarded, key=None)

    assert asked(guarded, path, key=None).status_code in (200, 403)


@pytest.mark.parametrize("path", ["/docs", "/openapi.json", "/nowhere"])
def test_what_needs_no_key_counts_for_the_address(guarded: Desk, path: str) -> None:
    """The documentation, and what is nowhere."""
    exhaust(guarded, key=None)

    assert asked(guarded, path, key=None).status_code == 429


def test_a_body_is_not_read_before_its_sender_is_let_in(guarded: Desk) -> None:
    """Who may not ask may not make us parse either."""
    exhaust(guarded, key=None)

    refused = guarded.ask("POST", "/threads", address=HERE, key=None, content=b"[" * 1000)

    assert refused.status_code == 429


def test_a_database_that_is_away_is_said(guarded: Desk) -> None:
    """As anywhere else."""

    class Away:
        async def read_for(self, _scope: object, _work: object) -> None:
            raise StoreUnavailable("The disk is full: free some space.")

    guarded.wire(store=RequestStore(Away()))

    assert (asked(guarded).status_code, asked(guarded).json()["code"]) == (503, "store_unavailable")


@pytest.mark.parametrize(("rate", "burst"), [(0, 200), (50, 0)])
def test_zero_is_no_limit(desk: Desk, rate: int, burst: int) -> None:
    """And then nothing is said of one."""
    desk.wire(admission=Admission(rate=rate, burst=burst))

    answers = [asked(desk) for _ in range(BURST + 1)]

    assert {one.status_code for one in answers} == {200}
    assert "RateLimit" not in answers[0].headers


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::"),
        ("unknown", "unknown"),
        ("x" * 1000, "x" * 64),
    ],
)
def test_an_address_of_ipv6_stands_for_its_network(host: str, address: str) -> None:
    """Whoever has one has 2^64 of them."""
    assert address_of({"client": (host, 1)}) == address


def test_a_client_without_an_address_has_a_bucket_too() -> None:
    """All of them one."""
    assert address_of({"client": None}) == ""


def test_memory_is_bounded_however_many_come() -> None:
    """Known keys as well as addresses."""
    admission = Admission(rate=RATE, burst=BURST)
    for number in range(MOST_BUCKETS + 500):
        visitor = Visitor.of(f"{number}", "rt_full")
        admission.knock(visitor, at=0.0)
        admission.let_in(visitor, "key_1", at=float(number))

    assert len(admission._known) == MOST_BUCKETS
    assert len(admission._addresses) == MOST_BUCKETS


def test_a_rate_below_one_waits_for_whole_seconds() -> None:
    """Retry-After says so."""
    admission = Admission(rate=1, burst=1)
    visitor = Visitor.of(HERE, "")
    admission.knock(visitor, at=0.0)

    with pytest.raises(Problem) as refused:
        admission.knock(visitor, at=0.25)
    assert refused.value.headers["Retry-After"] == str(math.ceil(0.75))
