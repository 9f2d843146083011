"""What the script agent would say next, known before the answer."""

from __future__ import annotations

import json
from collections.abc import Sequence

import pytest

from ringtrue.agents.files import agent_for, example
from ringtrue.conversation.agent import Agent, Began, HangUp, Keys, Say, Settled, State, Words
from ringtrue.testing.clock import START
from ringtrue.testing.conversing import ANNA, anna

TEXTS = """
name: texts
language: en-US
timezone: America/New_York
agent:
  type: script
  start: why
  steps:
    why: {say: "Why do you call?", ask: {type: text}, next: {any: when}}
    when: {say: "Since when?", ask: {type: date}, next: {any: over}}
    over: {say: "Goodbye.", end: {successful: true, fields: {}}}
"""


def after(agent: Agent, *answers: str) -> State | None:
    """The state behind these answers; None before anything."""
    state: State | None = None
    for heard in (Began(), *(Words(text=answer) for answer in answers)):
        settled = agent.reply(state, heard)[-1]
        assert isinstance(settled, Settled)
        state = settled.state
    return state


def first(agent: Agent, state: State | None, heard: Words | Keys) -> Say:
    """What is said first to that."""
    return next(act for act in agent.reply(state, heard) if isinstance(act, Say))


def foreseen(agent: Agent, *answers: str) -> list[str]:
    """As the transcript would write it."""
    return [say.written for say in agent.foreseen(after(agent, *answers))]


@pytest.mark.parametrize(
    ("answers", "likely"),
    [
        ((), ("yes", "no")),
        (("yes",), ("yes", "another day")),
        (("yes", "yes"), ("yes", "no")),
        (("yes", "another day"), ("yes", "no")),
        (("yes", "another day", "yes"), ("the first one", "the second one")),
    ],
)
def test_the_first_answers_of_a_menu_are_foreseen(answers: Sequence[str], likely: tuple[str, str]) -> None:
    """To the word: yes and no, the first two options, the first two entries of a list, a read-back."""
    agent = anna()
    state = after(agent, *answers)

    assert list(agent.foreseen(state)) == [first(agent, state, Words(text=text)) for text in likely]


def test_free_words_lead_on_whatever_they_are() -> None:
    """And a date cannot be known before."""
    agent = agent_for(TEXTS, "{}", None, START)

    assert foreseen(agent) == ["Since when?"]
    assert foreseen(agent, "my knee hurts") == []


def test_nothing_is_foreseen_before_and_after() -> None:
    """Nobody was asked anything."""
    agent = anna()
    state = after(agent, "yes", "yes", "yes")

    assert any(isinstance(act, HangUp) for act in agent.reply(after(agent, "yes", "yes"), Words(text="yes")))
    assert agent.foreseen(None) == ()
    assert agent.foreseen(state) == ()


def test_a_list_of_one_is_foreseen_with_its_way_out() -> None:
    """Its only entry, and that it does not suit."""
    data = {**ANNA, "offers": ["2027-03-05T09:00"]}
    agent = agent_for(example(), json.dumps(data), None, START)
    state = after(agent, "yes", "another day", "yes")

    assert [say.written for say in agent.foreseen(state)] == [
        first(agent, state, Words(text="the first one")).written,
        first(agent, state, Words(text="neither")).written,
    ]
