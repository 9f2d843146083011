"""When a delivery that failed is tried again."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise

import pytest

from ringtrue.domain.webhook import Delivery, next_try
from ringtrue.ids import CallId, WebhookId
from ringtrue.testing.clock import START

HOUR = timedelta(hours=1)
PLAIN = Delivery(
    id="dlv_1",
    webhook_id=WebhookId("whk_1"),
    call_id=CallId("call_1"),
    event_id="evt_1",
    kind="call.ended",
    sequence=1,
    body="{}",
    created_at=START,
    due_at=START,
)


def tries(jitter: float) -> list[datetime]:
    """The instants at which a dead receiver is tried, each try taking no time."""
    at: list[datetime] = [START]
    while (again := next_try(replace(PLAIN, attempts=len(at) - 1), at[-1], jitter=jitter, asked=None)) is not None:
        at.append(again)
    return at


@pytest.mark.parametrize("jitter", [0.0, 0.5, 0.999])
def test_a_dead_receiver_is_tried_for_75_hours(jitter: float) -> None:
    """The last try is then, whatever the jitter; waits grow from seconds to hours."""
    at = tries(jitter)
    waits = [later - earlier for earlier, later in pairwise(at)]

    assert at[-1] == START + 75 * HOUR
    assert 12 <= len(at) <= 20
    assert timedelta(seconds=3.75) <= waits[0] <= timedelta(seconds=6.25)
    assert waits[:-1] == sorted(waits[:-1])
    assert max(waits) <= 15 * HOUR


def test_jitter_spreads_the_tries() -> None:
    """So that many deliveries which failed together do not come back together."""
    assert next_try(PLAIN, START, jitter=0.0, asked=None) == START + timedelta(seconds=3.75)
    assert next_try(PLAIN, START, jitter=0.5, asked=None) == START + timedelta(seconds=5)


@pytest.mark.parametrize(
    ("asked", "granted"),
    [
        (timedelta(seconds=2), timedelta(seconds=5)),
        (timedelta(seconds=-90), timedelta(seconds=5)),
        (timedelta(minutes=7), timedelta(minutes=7)),
        (timedelta(days=3000), 12 * HOUR),
    ],
)
def test_a_receiver_may_ask_for_a_longer_wait(asked: timedelta, granted: timedelta) -> None:
    """Within bounds; never for a shorter one."""
    assert next_try(PLAIN, START, jitter=0.5, asked=asked) == START + granted


def test_no_wait_goes_beyond_the_end() -> None:
    """It is tried once more then, and given up."""
    late = START + 70 * HOUR

    assert next_try(PLAIN, late, jitter=0.5, asked=12 * HOUR) == START + 75 * HOUR
    assert next_try(PLAIN, START + 75 * HOUR, jitter=0.5, asked=None) is None
    assert next_try(PLAIN, START + 200 * HOUR, jitter=0.5, asked=None) is None
