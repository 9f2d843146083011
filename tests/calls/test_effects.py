"""Queued effects and when they are tried again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from ringtrue.calls import effects
from ringtrue.calls.store import Tx
from ringtrue.domain.disposition import Disposition
from ringtrue.domain.effects import QueuedEffect
from ringtrue.domain.facts import LegEnded
from ringtrue.domain.records import EffectRow
from ringtrue.ids import CallId
from ringtrue.testing.clock import START
from ringtrue.testing.office import Office, answered, claimed, happened, placed, ringing

Do = Callable[[Callable[[Tx], object]], object]


@pytest.mark.parametrize(
    ("attempts", "seconds"), [(0, 1), (1, 2), (5, 32), (9, 512), (10, 600), (11, 600), (47, 600), (10_000, 600)]
)
def test_each_failure_waits_twice_as_long_up_to_ten_minutes(attempts: int, seconds: int) -> None:
    """However often it failed."""
    effect = EffectRow(id=1, call_id=CallId("call_1"), kind=QueuedEffect.ANALYSE, due_at=START, attempts=attempts)

    assert effects.next_try(effect, START) == START + timedelta(seconds=seconds)


def test_the_end_of_a_conversation_queues_what_completes_its_record(do: Do, office: Office) -> None:
    """The recording before the analysis, due at once; a call that never connected queues nothing."""

    def check(tx: Tx) -> None:
        call = answered(tx, ringing(tx, claimed(tx, placed(tx, office))))
        refused = claimed(tx, placed(tx, office))
        happened(tx, refused.id, LegEnded(disposition=Disposition.DIAL_BUSY))
        assert effects.due(tx, START) == ()

        happened(tx, call.id, LegEnded(disposition=Disposition.AGENT_HANGUP, duration_ms=1))

        assert [(one.call_id, one.kind, one.attempts) for one in effects.due(tx, START)] == [
            (call.id, QueuedEffect.FINISH_RECORDING, 0),
            (call.id, QueuedEffect.ANALYSE, 0),
        ]

    do(check)


def test_an_effect_that_failed_comes_back_when_it_is_due(do: Do, office: Office) -> None:
    """With its attempt counted."""

    def check(tx: Tx) -> None:
        tx.add_effect(placed(tx, office).id, QueuedEffect.ANALYSE, START)
        (effect,) = effects.due(tx, START)
        later = effects.next_try(effect, START)
        tx.delay_effect(effect.id, later)

        assert effects.due(tx, START) == ()
        assert [one.attempts for one in effects.due(tx, later)] == [1]

    do(check)
