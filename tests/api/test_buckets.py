"""Token buckets: a burst at once, a rate in the long run, and no more memory than was set."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ringtrue.api.buckets import Buckets, Level


def admitted(buckets: Buckets, *, asks: int, at: float, name: str = "a") -> int:
    """How many of so many requests at one instant are let in."""
    return sum(buckets.take(name, at=at).is_admitted for _ in range(asks))


def test_a_burst_is_let_in_and_no_more() -> None:
    """Then as many as the time brings."""
    buckets = Buckets(50, 200)

    assert [admitted(buckets, asks=300, at=at) for at in (10.0, 10.5, 11.5, 100.0)] == [200, 25, 50, 200]


def test_polling_at_the_rate_is_never_refused() -> None:
    """Fifty calls looked at each second, all at once, for a day."""
    buckets = Buckets(50, 200)

    assert all(admitted(buckets, asks=50, at=float(second)) == 50 for second in range(86_400))


def test_each_has_a_bucket_of_its_own() -> None:
    """One that is empty stops nobody else."""
    buckets = Buckets(1, 1)

    assert [admitted(buckets, asks=2, at=0.0, name=name) for name in ("a", "b")] == [1, 1]


@pytest.mark.parametrize(
    ("asks", "level"),
    [
        (1, Level(is_admitted=True, remaining=1, wait_seconds=4)),
        (2, Level(is_admitted=True, remaining=0, wait_seconds=4)),
        (3, Level(is_admitted=False, remaining=0, wait_seconds=4)),
    ],
)
def test_a_level_tells_how_long_the_next_token_takes(asks: int, level: Level) -> None:
    """In whole seconds, rounded up."""
    buckets = Buckets(0.25, 2)

    assert [buckets.take("a", at=0.0) for _ in range(asks)][-1] == level


def test_a_wait_is_at_least_a_second() -> None:
    """Retry-After knows no less."""
    assert Buckets(50, 1).take("a", at=0.0).wait_seconds == 1


def test_a_token_that_is_given_back_can_be_taken_again() -> None:
    """But a bucket never holds more than its burst."""
    buckets = Buckets(1, 2)
    buckets.give_back("a", at=0.0)

    taken = admitted(buckets, asks=3, at=0.0)
    buckets.give_back("a", at=0.0)

    assert (taken, admitted(buckets, asks=3, at=0.0)) == (2, 1)


def test_memory_is_bounded_however_many_ask() -> None:
    """Whoever has been idle longest is forgotten, whoever asks all the time is not."""
    buckets = Buckets(1, 2, most=100)
    for number in range(10_000):
        buckets.take("busy", at=0.0)
        buckets.take(f"passing {number}", at=0.0)

    assert len(buckets) == 100
    assert not buckets.take("busy", at=0.0).is_admitted


@given(st.lists(st.floats(0, 2), max_size=60), st.integers(1, 20), st.integers(1, 50))
def test_no_pattern_gets_more_than_burst_and_rate(waits: list[float], rate: int, burst: int) -> None:
    """Over any time."""
    buckets, now, n_admitted = Buckets(rate, burst), 0.0, 0
    for wait in waits:
        now += wait
        n_admitted += admitted(buckets, asks=5, at=now)

    assert n_admitted <= burst + rate * now + 1e-6
