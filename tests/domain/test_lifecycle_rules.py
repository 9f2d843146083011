"""What holds of every cell of THE table, and of a call in whatever order facts come."""

from __future__ import annotations

import importlib.util
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ringtrue.domain import deadlines
from ringtrue.domain.call import Call, CallStatus, Direction, Stage
from ringtrue.domain.effects import Dial
from ringtrue.domain.facts import FACTS, Fact
from ringtrue.domain.lifecycle import TABLE, Decision, arrived, decide

from .lifecycle_samples import ENDED, ERROR, NOW, SAMPLE_FACTS, STATES, WAITING, event

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("fact", SAMPLE_FACTS, ids=lambda fact: type(fact).__name__)
@pytest.mark.parametrize("call", [ENDED, ERROR], ids=lambda call: call.status.value)
def test_a_call_that_is_over_never_moves_again(call: Call, fact: Fact) -> None:
    """Whatever comes late."""
    assert decide(call, fact, at=NOW) == Decision(call=call, ignored="the call is over")


def test_every_cell_is_filled() -> None:
    """Every status meets every fact, and nothing else stands in the table."""
    assert set(TABLE) == {(status, fact) for status in CallStatus for fact in FACTS}
    assert {type(fact) for fact in SAMPLE_FACTS} == set(FACTS)


@pytest.mark.parametrize("call", STATES, ids=lambda call: f"{call.status.value}-{call.stage.value}")
@pytest.mark.parametrize("fact", SAMPLE_FACTS, ids=lambda fact: type(fact).__name__)
def test_a_cell_does_no_more_than_it_says(call: Call, fact: Fact) -> None:
    """`moves` names every status it may lead to, `stays` keeps the status, `ignored` keeps all."""
    cell = TABLE[call.status, type(fact)]
    after = decide(call, fact, at=NOW)

    if cell.does == "ignored":
        assert after == Decision(call=call, ignored=cell.says)
    elif cell.does == "stays":
        assert after.call.status is call.status
    else:
        assert after.call.status in (call.status, *cell.to)


ANY_FACTS = st.lists(st.sampled_from(SAMPLE_FACTS), max_size=12)


@given(start=st.sampled_from(STATES), happened=ANY_FACTS)
def test_no_call_is_ever_stuck(start: Call, happened: list[Fact]) -> None:
    """In whatever order facts come: a call has a deadline until it is over, then an end, a reason and its right status."""
    call = start
    for fact in happened:
        call = decide(call, fact, at=NOW).call

    if call.status.is_terminal:
        assert call.disposition is not None
        assert call.status is (CallStatus.ERROR if call.disposition.is_error else CallStatus.ENDED)
        assert (call.stage, call.deadline_at, call.due_at) == (Stage.OVER, None, None)
        assert call.ended_at is not None
        assert (call.duration_ms is None) is (call.started_at is None)
    else:
        assert call.deadline_at is not None
        assert (call.due_at is not None) is (call.stage is Stage.WAITING)


@given(start=st.sampled_from(STATES[:2]), happened=ANY_FACTS)
def test_a_call_is_dialled_at_most_once(start: Call, happened: list[Fact]) -> None:
    """However often facts are repeated."""
    call, dialled = start, 0
    for fact in happened:
        decision = decide(call, fact, at=NOW)
        call, dialled = decision.call, dialled + decision.effects.count(Dial())

    assert dialled <= 1


def test_an_inbound_call_begins_queued_and_rings() -> None:
    """It waits for our answer, never for the dispatcher."""
    inbound = replace(WAITING, direction=Direction.INBOUND, due_at=None, deadline_at=None)

    assert arrived(inbound, at=NOW) == Decision(
        call=replace(inbound, stage=Stage.RINGING, deadline_at=NOW + deadlines.OFFERED),
        events=(event("call.queued"), event("call.ringing")),
    )


def test_the_page_is_drawn_from_the_table() -> None:
    """docs/lifecycle.md is what `python tools/draw_lifecycle.py` writes."""
    spec = importlib.util.spec_from_file_location("draw_lifecycle", ROOT / "tools" / "draw_lifecycle.py")
    assert spec is not None
    assert spec.loader is not None
    drawing = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(drawing)

    assert (ROOT / "docs" / "lifecycle.md").read_text(encoding="utf-8") == drawing.page()
