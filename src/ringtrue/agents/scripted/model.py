"""What a valid project file says, as values. Made by `load` only, so that whoever holds one may rely on its rules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Literal

from ringtrue.agents.scripted.template import Template
from ringtrue.conversation.agent import Json
from ringtrue.domain.hours import CallingHours
from ringtrue.errors import ProjectFault

VariableKind = Literal["string", "number", "integer", "boolean", "date", "time", "datetime", "phone", "money", "list"]
FieldKind = Literal["string", "enum", "boolean", "number"]
AskKind = Literal["yes_no", "choice", "digits", "date", "time", "number", "text"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Variable:
    """One name of a call's data. `of` is the kind of a list's entries; without `has_default` the call must bring it."""

    name: str
    kind: VariableKind
    of: VariableKind | None = None
    sensitive: bool = False
    has_default: bool = False
    default: Json = None
    has_example: bool = False
    example: Json = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Limits:
    """How long things may take."""

    ring: timedelta = timedelta(seconds=40)
    silence: timedelta = timedelta(seconds=8)
    total: timedelta = timedelta(minutes=10)


@dataclass(frozen=True, kw_only=True, slots=True)
class Voicemail:
    """What to do when a machine answers."""

    action: Literal["hang_up", "message"] = "hang_up"
    message: Template | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class AnalysisField:
    """One field of the custom analysis."""

    name: str
    kind: FieldKind
    choices: tuple[str, ...] = ()
    required: bool = False
    description: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Option:
    """One answer of a choice; `read` completes "press 1 to ...", None where the file has none."""

    name: str
    phrases: tuple[str, ...] = ()
    key: str | None = None
    read: str | None = None

    @property
    def label(self) -> str:
        """How the option is called in a sentence."""
        return self.read or self.name.replace("_", " ")


@dataclass(frozen=True, kw_only=True, slots=True)
class Ask:
    """What a step asks for. `minimum` and `maximum` count digits for `digits` and bound the value for `number`."""

    kind: AskKind
    options: tuple[Option, ...] = ()
    source: str | None = None
    minimum: float | None = None
    maximum: float | None = None
    sensitive: bool = False
    after: str | Template | None = None
    before: str | Template | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class End:
    """How the script ends here. A field is a constant or a template."""

    successful: bool
    fields: Mapping[str, Json | Template] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """One step: `say`, and exactly one of `ask` with `next`, `goto` or `end`."""

    name: str
    say: Template
    ask: Ask | None = None
    save: str | None = None
    read_back: Template | None = None
    next: Mapping[str, str] = field(default_factory=dict)
    goto: str | None = None
    end: End | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Anywhere:
    """Something understood at every step."""

    name: str
    phrases: tuple[str, ...]
    key: str | None
    next: str
    opts_out: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Unclear:
    """What to do with answers that were not understood."""

    times: int = 2
    say: tuple[Template, ...] = ()
    then: Literal["keypad"] | None = "keypad"
    give_up: str = "gave_up"


@dataclass(frozen=True, kw_only=True, slots=True)
class Script:
    """The agent of a project: its steps, the built-in ends it can reach included."""

    start: str
    steps: Mapping[str, Step]
    anywhere: tuple[Anywhere, ...]
    unclear: Unclear


@dataclass(frozen=True, kw_only=True, slots=True)
class ProjectTest:
    """One conversation the file promises. A turn is typed words, or keys."""

    name: str
    given: Mapping[str, Json]
    turns: tuple[TestTurn, ...]
    end: str | None
    fields: Mapping[str, Json]


@dataclass(frozen=True, kw_only=True, slots=True)
class TestTurn:
    """What the party does when it is its turn: says `words`, or presses `keys`."""

    words: str | None = None
    keys: str | None = None

    __test__ = False


@dataclass(frozen=True, kw_only=True, slots=True)
class LoadedProject:
    """A valid project file."""

    name: str
    language: str
    timezone: str
    voice: str = "default"
    memory: Literal["call", "thread"] = "call"
    recording: Literal["always", "after_consent", "never"] = "always"
    disclosure: Template | None = None
    variables: Mapping[str, Variable] = field(default_factory=dict)
    limits: Limits = field(default_factory=Limits)
    voicemail: Voicemail = field(default_factory=Voicemail)
    calling_hours: tuple[CallingHours, ...] | None = None
    countries: tuple[str, ...] | None = None
    fields: Mapping[str, AnalysisField] = field(default_factory=dict)
    tests: tuple[ProjectTest, ...] = ()
    script: Script
    warnings: Sequence[ProjectFault] = ()
