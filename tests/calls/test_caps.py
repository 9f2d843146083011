"""Caps: how many calls may ring in a minute and in a day, and how often one callee."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from ringtrue.calls import control
from ringtrue.calls.dial_policy import DialPolicy
from ringtrue.calls.store import Tx
from ringtrue.clock import SystemClock
from ringtrue.domain.call import Call
from ringtrue.domain.dial_rules import Caps, DialRules
from ringtrue.errors import TooManyCalls
from ringtrue.storage.database import SqliteStore
from ringtrue.testing.clock import START
from ringtrue.testing.office import FILES, POLICY, Office, claimed, open_office, placed, refusal

Do = Callable[[Callable[[Tx], object]], object]
SECOND = timedelta(seconds=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def capped(**caps: int) -> DialPolicy:
    """A policy with these caps."""
    return replace(POLICY, caps=Caps(**caps))


def rings(tx: Tx, office: Office, policy: DialPolicy, number: int = 0, *, at: datetime = START, **changes: object) -> Call:
    """A call to the callee of that number."""
    return placed(tx, office, policy=policy, at=at, callee=f"+1415555{1000 + number:04d}", **changes)


def reason(tx: Tx, office: Office, policy: DialPolicy, number: int = 0, **options: object) -> tuple[str, int | None]:
    """Why one more is too many, and when there is room."""
    with pytest.raises(TooManyCalls) as caught:
        rings(tx, office, policy, number, **options)  # type: ignore[arg-type]  # the options are given by name
    return caught.value.reason, caught.value.retry_after


def test_no_minute_has_more_calls_than_the_cap(do: Do, office: Office) -> None:
    """Whoever comes too early is told when there is room; nothing is stored of it."""
    policy = capped(per_minute=3)

    def check(tx: Tx) -> None:
        for second in (0, 10, 20):
            rings(tx, office, policy, second, at=START + second * SECOND)
        assert reason(tx, office, policy, 30, at=START + 30 * SECOND) == ("calls_per_minute_reached", 30)
        assert reason(tx, office, policy, 30, at=START + 59.2 * SECOND) == ("calls_per_minute_reached", 1)
        rings(tx, office, policy, 30, at=START + 60 * SECOND)
        assert reason(tx, office, policy, 31, at=START + 60 * SECOND) == ("calls_per_minute_reached", 10)
        assert len(tx.due_calls(START + HOUR, 100)) == 4

    do(check)


def test_calls_for_later_count_when_they_ring(do: Do, office: Office) -> None:
    """As many as the cap for one instant, whenever they are asked for; no retry time is promised for the others."""
    policy = capped(per_minute=2)

    def check(tx: Tx) -> None:
        for number in range(2):
            rings(tx, office, policy, number, scheduled_for=START + HOUR)
        assert reason(tx, office, policy, 2, scheduled_for=START + HOUR) == ("calls_per_minute_reached", None)
        assert reason(tx, office, policy, 2, scheduled_for=START + HOUR + 59 * SECOND) == ("calls_per_minute_reached", None)
        rings(tx, office, policy, 2)
        rings(tx, office, policy, 3, scheduled_for=START + HOUR + 60 * SECOND)
        assert reason(tx, office, policy, 4, at=START + HOUR - 30 * SECOND) == ("calls_per_minute_reached", None)

    do(check)


def test_no_day_has_more_calls_than_the_cap(do: Do, office: Office) -> None:
    """24 hours from any instant, not from midnight."""
    policy = capped(per_day=2)

    def check(tx: Tx) -> None:
        rings(tx, office, policy, 0)
        rings(tx, office, policy, 1, at=START + 23 * HOUR)
        assert reason(tx, office, policy, 2, at=START + 23 * HOUR) == ("calls_per_day_reached", 3600)
        rings(tx, office, policy, 2, at=START + DAY)

    do(check)


def test_one_callee_is_not_rung_again_and_again(do: Do, office: Office) -> None:
    """A client that repeats itself without end rings somebody as often as the cap; others are called all the same."""
    policy = capped(same_callee_per_day=3)

    def check(tx: Tx) -> None:
        for second in range(3):
            rings(tx, office, policy, at=START + second * SECOND)
        for _ in range(100):
            assert reason(tx, office, policy, at=START + 3 * SECOND) == ("calls_to_callee_reached", 24 * 3600 - 3)
        rings(tx, office, policy, 1, at=START + 3 * SECOND)
        rings(tx, office, policy, at=START + DAY)

    do(check)


def test_internal_destinations_count_as_well(do: Do, office: Office) -> None:
    """They skip the rules of numbering plans only."""
    policy = replace(capped(same_callee_per_day=1), internal_destinations=("2XX",))

    def check(tx: Tx) -> None:
        placed(tx, office, policy=policy, callee="203")
        with pytest.raises(TooManyCalls):
            placed(tx, office, policy=policy, callee=" 203")
        placed(tx, office, policy=policy, callee="204")

    do(check)


def test_an_organization_has_its_own_count_and_its_own_caps(do: Do, office: Office) -> None:
    """A cap of 0 is none; what it has no cap for, the server's holds."""
    policy = capped(per_minute=1, same_callee_per_day=2)

    def check(tx: Tx) -> None:
        other = open_office(tx, name="Other", number=None)
        rings(tx, office, policy)
        rings(tx, other, policy)
        assert reason(tx, office, policy, 1)[0] == "calls_per_minute_reached"

        tx.put_dial_rules(office.org.id, DialRules(caps=Caps(per_minute=0)))
        rings(tx, office, policy)
        assert reason(tx, office, policy)[0] == "calls_to_callee_reached"
        assert reason(tx, other, policy, 1)[0] == "calls_per_minute_reached"

    do(check)


def test_a_call_is_moved_only_to_where_there_is_room(do: Do, office: Office) -> None:
    """It does not stand in its own way."""
    policy = capped(per_minute=1)

    def check(tx: Tx) -> None:
        rings(tx, office, policy, 0, scheduled_for=START + HOUR)
        call = rings(tx, office, policy, 1, scheduled_for=START + 2 * HOUR)

        def move(when: datetime) -> None:
            control.reschedule(tx, office.org.id, call.id, when, files=FILES, policy=policy, at=START)

        move(START + 2 * HOUR + 10 * SECOND)
        with pytest.raises(TooManyCalls):
            move(START + HOUR + 10 * SECOND)
        rings(tx, office, policy, 2, scheduled_for=START + 2 * HOUR + 70 * SECOND)

    do(check)


def test_what_was_accepted_is_refused_at_dialling_only_when_the_cap_shrank(do: Do, office: Office) -> None:
    """Then as many ring as are allowed by now."""
    policy = capped(per_minute=3)

    def check(tx: Tx) -> None:
        first, second, third = (rings(tx, office, policy, number) for number in range(3))
        assert [refusal(tx, call, policy=policy) for call in (first, second, third)] == [None] * 3
        claimed(tx, first)
        assert refusal(tx, second, policy=capped(per_minute=2)) is None
        claimed(tx, second)
        assert refusal(tx, third, policy=policy) is None
        assert refusal(tx, third, policy=capped(per_minute=2)) == "calls_per_minute_reached"

    do(check)


def test_a_call_that_was_called_off_does_not_stand_in_the_way_of_one_before_it(do: Do, office: Office) -> None:
    """Its neighbours on both sides were more than the cap together, and never in one minute."""
    policy = capped(per_minute=2)

    def check(tx: Tx) -> None:
        claimed(tx, rings(tx, office, policy, 0))
        middle = rings(tx, office, policy, 1, scheduled_for=START + 50 * SECOND)
        last = rings(tx, office, policy, 2, scheduled_for=START + 100 * SECOND)
        control.cancel(tx, office.org.id, last.id, at=START)

        assert refusal(tx, middle, policy=policy) is None

    do(check)


def test_several_processes_cannot_pass_a_cap_together(store: SqliteStore, office: Office, tmp_path: Path) -> None:
    """Each counts in the transaction that accepts: of forty at once, five are."""
    policy = capped(per_minute=5)
    second = SqliteStore.open(tmp_path / "ringtrue.db", SystemClock())

    def one(number: int) -> bool:
        try:
            (store, second)[number % 2].run_now(lambda tx: rings(tx, office, policy, number))
        except TooManyCalls:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        accepted = list(pool.map(one, range(40)))
    second.close()

    assert sum(accepted) == 5
