"""A conversation with an agent in writing: what it answers to each line, and where it then stands.

Pure, like the agent. What calls need and a chat does not: nothing written can be interrupted, so no disclosure has to be heard
out before the rest counts, and the disclosure itself, which speaks of a call and its recording, is left out. There is no
silence to prompt in, no line to press keys on, and no machine that answers in the party's place.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from ringtrue.conversation.agent import (
    Act,
    Agent,
    Began,
    Expect,
    Fill,
    HangUp,
    Input,
    Keys,
    Outcome,
    SaidAll,
    Say,
    Settled,
    State,
)
from ringtrue.conversation.agent import Words as WordsHeard
from ringtrue.conversation.transcript import MASK

_KEYS = re.compile(r"[0-9*#]{1,64}\Z")
# A greeting opens a conversation as a "hello" does on the telephone: it is no answer to the opening that it brings about.
_GREETING = re.compile(r"\W*(?:hi|hello|hey|good (?:morning|afternoon|evening|day))(?: there)?\W*\Z", re.IGNORECASE)
_MOST_TURNS = 20  # an agent that goes on for ever without asking is stopped here; sensible ones go on once or twice


@dataclass(frozen=True, kw_only=True, slots=True)
class Expected:
    """What of an agent's last `Expect` a chat needs: which lines are keys of a menu, and whether the answer is a secret."""

    takes_digits: bool = False
    whole_keys: tuple[str, ...] = ()
    is_sensitive: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Position:
    """Where a conversation stands: the agent's state, what it expects, what was filled in so far."""

    agent: State | None = None
    expected: Expected = Expected()
    filled: tuple[Fill, ...] = ()
    outcome: Outcome | None = None
    is_over: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Turn:
    """One answer: `heard` is the party's line as it may be kept, masked where it is a secret."""

    heard: str
    said: str
    position: Position


def answer(agent: Agent, position: Position, line: str) -> Turn:
    """What the agent answers to the line. The first one opens the conversation, so that the agent's opening comes before."""
    said: list[str] = []
    if position.agent is None:
        position = _hear(agent, position, Began(), said)
        if _GREETING.match(line):
            return Turn(heard=line, said=" ".join(said), position=position)
    heard = MASK if position.expected.is_sensitive else line
    if not position.is_over:
        position = _hear(agent, position, _input(line, position.expected), said)
    return Turn(heard=heard, said=" ".join(said), position=position)


def _input(line: str, expected: Expected) -> Input:
    """What is typed is words, unless the agent offered it as a key."""
    typed = line.strip()
    if _KEYS.match(typed) and (typed in expected.whole_keys or expected.takes_digits):
        return Keys(digits=typed.removesuffix("#") or typed)
    return WordsHeard(text=line)


def _hear(agent: Agent, position: Position, heard: Input, said: list[str]) -> Position:
    """Let the agent hear it, and go on by itself until it expects something."""
    for _ in range(_MOST_TURNS):
        acts = agent.reply(position.agent, heard)
        said.extend(act.written for act in acts if isinstance(act, Say) and not act.disclosure)
        position = _after(agent, position, acts)
        if position.is_over or any(isinstance(act, Expect) for act in acts):
            break
        heard = SaidAll()
    return position


def _after(agent: Agent, position: Position, acts: Sequence[Act]) -> Position:
    for act in acts:
        if isinstance(act, Expect):
            expected = Expected(takes_digits=act.kind == "digits", whole_keys=act.whole_keys, is_sensitive=act.sensitive)
            position = replace(position, expected=expected)
        elif isinstance(act, Fill):
            position = replace(position, filled=(*(one for one in position.filled if one.field != act.field), act))
        elif isinstance(act, HangUp):
            position = replace(position, is_over=True, outcome=act.outcome, expected=Expected())
        elif isinstance(act, Settled):
            position = replace(position, agent=act.state)
    return position if position.is_over else replace(position, outcome=agent.outcome(position.agent))
