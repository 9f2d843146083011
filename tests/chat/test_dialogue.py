"""A conversation in writing: the agent of calls, fed with lines."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

import pytest

from ringtrue.agents.files import agent_for, example
from ringtrue.chat import positions
from ringtrue.chat.dialogue import Expected, Position, answer
from ringtrue.conversation.agent import (
    Act,
    Agent,
    Expect,
    Fill,
    HangUp,
    Input,
    Keys,
    SaidAll,
    Say,
    Settled,
    Span,
    State,
    Words,
)
from ringtrue.testing.agents import PlainAgent
from ringtrue.testing.clock import START
from ringtrue.testing.office import ANNA

YAML = example()


def anna() -> Agent:
    """The shipped example's agent."""
    return agent_for(YAML, json.dumps(dict(ANNA)), None, START, offer_keys="after_unclear")


def talk(agent: Agent, *lines: str) -> tuple[list[str], Position]:
    """What the agent answers to each line, its position kept as text between them."""
    position, said = Position(), []
    for line in lines:
        turn = answer(agent, position, line)
        said.append(turn.said)
        position = turn.position
        if not position.is_over:
            kept = positions.from_json(positions.to_json(position))
            assert (kept.agent, kept.expected, kept.filled) == (position.agent, position.expected, position.filled)
            position = kept
    return said, position


def says(text: str) -> Say:
    """One say."""
    return Say(spans=(Span(written=text, spoken=text.upper()),))


@dataclass
class Told(PlainAgent):
    """An agent that answers by a list, and remembers what it heard."""

    answers: list[Sequence[Act]]

    def __post_init__(self) -> None:
        self.heard: list[Input] = []

    def reply(self, state: State | None, heard: Input) -> Sequence[Act]:
        self.heard.append(heard)
        return [*(self.answers.pop(0) if self.answers else []), Settled(state={"n": len(self.heard)})]


def test_a_script_is_walked_to_its_end() -> None:
    """The opening comes before the answer to the first line; the disclosure, which speaks of a call, is left out."""
    said, position = talk(anna(), "yes", "another day please", "yes", "the second one", "yes")

    assert said == [
        "Am I speaking with Anna? You have an appointment with your doctor on Thursday, March 4 at 10:30 AM. Will you come?",
        "You would like to move it to another day. Is that right?",
        "I can offer Friday, March 5 at 9:00 AM or Monday, March 8 at 2:15 PM. Which suits you?",
        "Monday, March 8 at 2:15 PM. Is that right?",
        "Done, see you on Monday, March 8 at 2:15 PM. Goodbye.",
    ]
    assert position.is_over
    assert position.outcome is not None
    assert (position.outcome.step, position.outcome.successful) == ("moved", True)
    assert position.outcome.fields["outcome"] == "moved"


def test_what_was_affirmed_is_kept_with_its_evidence() -> None:
    """As in a call; and what can be claimed so far is written down each time."""
    _, position = talk(anna(), "yes", "another day please", "yes", "the second one", "yes")

    filled = {one.field: one for one in position.filled}
    assert filled["new_time"].evidence == "the second one"
    kept = json.loads(positions.to_json(position))
    assert kept["outcome"]["fields"]["outcome"] == "moved"


def test_keys_may_be_typed() -> None:
    """The key of a menu answers it, words that only look like one do not."""
    said, _ = talk(anna(), "yes", "2")
    assert said[1] == "You would like to move it to another day. Is that right?"

    text = [Expect(kind="text")]
    agent = Told([[says("Which?"), Expect(kind="choice", whole_keys=("1",))], [Expect(kind="digits")], text, text, text])
    position = Position()
    for line in ("1", "12", "4711#", "5"):
        position = answer(agent, position, line).position
    assert agent.heard[1:] == [Keys(digits="1"), Keys(digits="12"), Words(text="4711#"), Words(text="5")]


def test_an_agent_goes_on_after_what_it_said() -> None:
    """Where it expects nothing, what it said counts as read."""
    agent = Told([[says("One moment.")], [says("Here it is."), Expect(kind="yes_no")], [says("Good.")], [HangUp(outcome=None)]])

    first = answer(agent, Position(), "go on")

    assert first.said == "One moment. Here it is. Good."
    assert [type(one) for one in agent.heard[1:]] == [SaidAll, Words, SaidAll]
    assert first.position.is_over


def test_an_agent_that_never_asks_is_stopped() -> None:
    """It waits for the next line as if it had asked."""
    turn = answer(Told([]), Position(), "hello")

    assert (turn.said, turn.position.is_over) == ("", False)


def test_a_conversation_that_ends_with_its_opening_hears_nothing() -> None:
    """The line is kept, but nobody is there to answer it."""
    agent = Told([[says("We are closed."), HangUp(outcome=None)]])

    turn = answer(agent, Position(), "hello")

    assert (turn.said, turn.heard, len(agent.heard)) == ("We are closed.", "hello", 1)


@pytest.mark.parametrize("line", ["1980-02-01", "12"])
def test_a_secret_is_masked(line: str) -> None:
    """As the transcript of a call would; only the line that answers it."""
    agent = Told([[Expect(kind="digits", sensitive=True)], [Expect(kind="text")], [Expect(kind="text")]])

    first = answer(agent, Position(), line)
    second = answer(agent, first.position, line)

    assert (first.heard, second.heard) == ("****", line)


def test_a_field_that_is_filled_again_has_its_last_value() -> None:
    """The party changed its mind."""
    one, two = Fill(field="a", value=1, evidence="one"), Fill(field="a", value=2, evidence="two")
    agent = Told([[one, Expect(kind="text")], [two, Expect(kind="text")]])

    assert answer(agent, Position(), "x").position.filled == (two,)


def test_nothing_written_is_a_position_too() -> None:
    """The one before anything."""
    assert positions.from_json(None) == Position(expected=Expected())


@pytest.mark.parametrize("greeting", ["hi", "Hello!", "Good morning.", "hey there 👋"])
def test_a_greeting_is_answered_with_the_opening_alone(greeting: str) -> None:
    """And is no answer to what the opening asks; later it is a line like any other."""
    first, again = talk(anna(), greeting, greeting)[0]

    assert first.endswith("Am I speaking with Anna?")
    assert "Sorry" not in first
    assert "Sorry" in again
