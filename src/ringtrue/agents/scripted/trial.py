"""Talks to an agent as text: for `ringtrue try`, and for the tests in a project file."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from ringtrue.agents.scripted.agent import ScriptAgent
from ringtrue.agents.scripted.model import LoadedProject, ProjectTest, TestTurn
from ringtrue.conversation.agent import (
    Agent,
    Began,
    Fill,
    HangUp,
    Input,
    Json,
    Keys,
    Outcome,
    Say,
    Settled,
    Silence,
    State,
    Words,
)

TEST_DAY = datetime(2027, 1, 4, 17, 0, tzinfo=UTC)
"""The day on which a file's tests are held, so that they mean the same every day: Monday, January 4, 2027."""

_KEYS = re.compile(r"\s*([0-9*#]+(?: [0-9*#]+)*)\s*\Z")


class TextConversation:
    """A conversation by typed lines. Digits, stars and pounds are keys; an empty line is silence; the rest is speech."""

    def __init__(self, agent: Agent) -> None:
        self._agent = agent
        self._state: State | None = None
        self._silences = 0
        self.ended: HangUp | None = None
        self.filled: list[Fill] = []

    @property
    def is_over(self) -> bool:
        """Whether the agent hung up."""
        return self.ended is not None

    @property
    def outcome(self) -> Outcome | None:
        """What can be claimed if the conversation stopped here."""
        return self.ended.outcome if self.ended is not None else self._agent.outcome(self._state)

    def begin(self) -> Sequence[Say]:
        """What the agent says first."""
        return self._feed(Began())

    def line(self, text: str) -> Sequence[Say]:
        """What the agent says to a typed line."""
        if not text.strip():
            self._silences += 1
            return self._feed(Silence(count=self._silences))
        keys = _KEYS.match(text) if len(text) < 100 else None
        return self.press(keys[1].replace(" ", "")) if keys else self.say(text)

    def say(self, words: str) -> Sequence[Say]:
        """What the agent says to these words."""
        self._silences = 0
        return self._feed(Words(text=words))

    def press(self, keys: str) -> Sequence[Say]:
        """What the agent says to these keys; a closing pound key is the terminator."""
        self._silences = 0
        return self._feed(Keys(digits=keys.removesuffix("#") or keys))

    def _feed(self, heard: Input) -> Sequence[Say]:
        if self.ended is not None:
            return []
        said: list[Say] = []
        for act in self._agent.reply(self._state, heard):
            if isinstance(act, Say):
                said.append(act)
            elif isinstance(act, Fill):
                self.filled.append(act)
            elif isinstance(act, HangUp):
                self.ended = act
            elif isinstance(act, Settled):
                self._state = act.state
        return said


@dataclass(frozen=True, kw_only=True, slots=True)
class TestResult:
    """How one test of a file went; `problems` is empty when it passed. The transcript has a line per utterance."""

    name: str
    problems: tuple[str, ...]
    transcript: tuple[str, ...]

    __test__ = False

    @property
    def passed(self) -> bool:
        """Whether the conversation kept the promise."""
        return not self.problems


def run_tests(project: LoadedProject, *, now: datetime = TEST_DAY) -> list[TestResult]:
    """The results of the file's tests, in its order."""
    return [_run(project, test, now) for test in project.tests]


def _run(project: LoadedProject, test: ProjectTest, now: datetime) -> TestResult:
    talk = TextConversation(ScriptAgent(project, test.given, timezone=None, now=now))
    lines = [f"Agent: {say.written}" for say in talk.begin()]
    problems: list[str] = []
    for number, turn in enumerate(test.turns, 1):
        if talk.is_over:
            problems.append(f"The call was over before turn {number}.")
            break
        lines.append(f"User: {turn.words if turn.keys is None else f'[keys {turn.keys}]'}")
        lines.extend(f"Agent: {say.written}" for say in _take(talk, turn))
    problems += _compare(test, talk)
    return TestResult(name=test.name, problems=tuple(problems), transcript=tuple(lines))


def _take(talk: TextConversation, turn: TestTurn) -> Sequence[Say]:
    return talk.press(turn.keys) if turn.keys is not None else talk.line(turn.words or "")


def _compare(test: ProjectTest, talk: TextConversation) -> list[str]:
    outcome = talk.outcome
    problems = []
    step = outcome.step if outcome is not None else None
    if test.end is not None and not talk.is_over:
        problems.append(f"Expected the end {test.end!r}, but the call still waits at {step!r}.")
    elif test.end is not None and step != test.end:
        problems.append(f"Expected the end {test.end!r}, but the call ended at {step!r}.")
    said = outcome.fields if outcome is not None else {}
    for name, wanted in test.fields.items():
        if _text(said.get(name)) != _text(wanted):
            problems.append(f"Expected {name} = {wanted!r}, got {said.get(name)!r}.")
    return problems


def _text(value: Json) -> Json:
    """For comparison: a file may write an enum's 1 or a text's true without quotes."""
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:g}" if isinstance(value, (int, float)) else value
