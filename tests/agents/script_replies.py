"""The shipped example's agent for Anna, and what its replies say, expect and end with."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime

from ringtrue.agents.files import agent_for, example
from ringtrue.agents.scripted.agent import ScriptAgent
from ringtrue.conversation.agent import Act, Expect, HangUp, Input, Say, Settled, State

NOW = datetime(2027, 1, 4, 17, 0, tzinfo=UTC)
ANNA = {"first_name": "Anna", "appointment": "2027-03-04T10:30", "offers": ["2027-03-05T09:00", "2027-03-08T14:15"]}


def appointment(**changes: object) -> ScriptAgent:
    """The example's agent for Anna."""
    return agent_for(example(), json.dumps({**ANNA, **changes}), None, NOW)


def run(agent: ScriptAgent, *heard: Input) -> tuple[Sequence[Act], State]:
    """The acts of the last reply and the state, each state taken through JSON."""
    state: State | None = None
    acts: Sequence[Act] = ()
    for one in heard:
        acts = agent.reply(state, one)
        settled = acts[-1]
        assert isinstance(settled, Settled)
        assert sum(isinstance(act, Settled) for act in acts) == 1
        state = json.loads(json.dumps(settled.state))
    assert state is not None
    return acts, state


def written(acts: Sequence[Act]) -> list[str]:
    """What is said, as the transcript writes it."""
    return [act.written for act in acts if isinstance(act, Say)]


def hang_up(acts: Sequence[Act]) -> HangUp:
    """The one hang-up."""
    (found,) = [act for act in acts if isinstance(act, HangUp)]
    return found


def expected(acts: Sequence[Act]) -> Expect:
    """The one expectation."""
    (found,) = [act for act in acts if isinstance(act, Expect)]
    return found
