"""Every value of the turn machine goes into JSON and comes back the same; nothing else does."""

from __future__ import annotations

import json
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ringtrue.conversation import agent, turns
from ringtrue.conversation.turn_codec import TurnLogInvalid, decode_any, encode

numbers = st.integers(min_value=-(2**40), max_value=2**40)
free = st.recursive(
    st.none() | st.booleans() | numbers | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
confidences = st.floats(min_value=0, max_value=1)
spans = st.builds(agent.Span)
says = st.builds(agent.Say, spans=st.lists(spans, max_size=3).map(tuple))
acts_of_agents = st.one_of(
    says,
    st.builds(agent.Expect),
    st.builds(agent.Fill, value=free),
    st.builds(agent.SendDigits),
    st.builds(agent.HangUp, outcome=st.none() | st.builds(agent.Outcome, fields=st.dictionaries(st.text(), free, max_size=3))),
    st.builds(agent.Settled, state=st.dictionaries(st.text(max_size=5), free, max_size=3)),
)
happened = st.one_of(
    st.builds(turns.Answered, message=st.none() | says),
    st.builds(turns.Replied, acts=st.lists(acts_of_agents, max_size=4).map(tuple)),
    st.builds(turns.WordsHeard, confidence=confidences),
    *(st.builds(kind) for kind in get_args(turns.Happened) if kind not in (turns.Answered, turns.Replied, turns.WordsHeard)),
)
inputs = st.one_of(
    st.builds(agent.Words, confidence=confidences),
    *(st.builds(kind) for kind in get_args(agent.Input) if kind is not agent.Words),
)
acts = st.one_of(
    st.builds(turns.Ask, heard=inputs),
    st.builds(turns.Render, text=says),
    *(st.builds(kind) for kind in get_args(turns.TurnAct) if kind not in (turns.Ask, turns.Render)),
)


def there_and_back(value: object) -> object:
    """The value after JSON text."""
    document = json.loads(json.dumps(encode(value)))
    return decode_any(document, (*get_args(turns.Happened), *get_args(turns.TurnAct)))


@given(happened)
def test_whatever_happens_round_trips(value: turns.Happened) -> None:
    """With the agent's acts, words and spans within it."""
    assert there_and_back(value) == value


@given(acts)
def test_every_act_round_trips(value: turns.TurnAct) -> None:
    """With notes and what the agent was given."""
    assert there_and_back(value) == value


def test_a_tick_is_one_word() -> None:
    """Most of a log are ticks."""
    assert encode(turns.Tick()) == "Tick"


def test_fields_at_their_defaults_are_left_out() -> None:
    """A field that is added with a default reads older logs."""
    assert encode(agent.Words(text="Yes.")) == {"is": "Words", "text": "Yes."}


@pytest.mark.parametrize(
    "document",
    [
        None,
        1,
        [],
        {},
        "Nothing",
        "Span",  # ours, but nothing that happens
        "Utterance",
        {"is": "Tick", "more": 1},
        "KeyPressed",
        {"is": "KeyPressed", "digit": "1"},
        {"is": "KeyPressed", "digit": 1, "began": 1},
        {"is": "KeyPressed", "digit": "1", "began": True},
        {"is": "KeyPressed", "digit": "1", "began": 1.0},
        {"is": "Replied", "acts": "Tick"},
        {"is": "Replied", "acts": ["Tick"]},
        {"is": "Replied", "acts": [{"is": "Expect", "kind": "riddle"}]},
        {"is": "Replied", "acts": [{"is": "HangUp", "outcome": 1}]},
        {"is": "Replied", "acts": [{"is": "HangUp", "outcome": "Tick"}]},
        {"is": "Answered", "hears": 1},
    ],
)
def test_anything_else_is_refused(document: Any) -> None:
    """Unknown kinds, surplus or missing fields, wrong types."""
    with pytest.raises(TurnLogInvalid):
        decode_any(document, get_args(turns.Happened))


@pytest.mark.parametrize("value", [object(), {1, 2}, float("nan"), float("inf"), turns.Line])
def test_what_is_no_value_of_the_machine_is_not_written(value: object) -> None:
    """A log that could not be read back is none."""
    with pytest.raises(TurnLogInvalid):
        encode(value)
