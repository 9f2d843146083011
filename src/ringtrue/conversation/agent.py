"""The agent port: a reducer from (state, what was heard) to acts.

The state is JSON, so that voice and chat share one agent and a call can be replayed. An agent never waits, never sees a
clock, and is never told anything but this call's own data.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

from ringtrue.conversation.speech import Reading

Json = None | bool | int | float | str | Sequence["Json"] | Mapping[str, "Json"]
State = Mapping[str, Json]


# --- what an agent hears ------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True, slots=True)
class Began:
    """The conversation begins: the party answered (or a chat opened)."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Words:
    """The party said (or typed) this."""

    text: str
    confidence: float = 1.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Keys:
    """The party pressed these keys, gathered by the rules of the last `Expect` (its terminator already removed)."""

    digits: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Silence:
    """`limits.silence` passed without speech or key, for the `count`-th time in a row (from 1)."""

    count: int


@dataclass(frozen=True, kw_only=True, slots=True)
class SaidAll:
    """Everything said so far was heard by the party to its last word."""


@dataclass(frozen=True, kw_only=True, slots=True)
class DisclosureHeard:
    """Whether the disclosure was heard in full; given once, when it ended or the party left."""

    in_full: bool


Input = Began | Words | Keys | Silence | SaidAll | DisclosureHeard


# --- what an agent does -------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True, slots=True)
class Span:
    """A piece of an utterance: as the transcript writes it and as the voice says it. Plain text has both the same."""

    written: str
    spoken: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Say:
    """Speak one utterance. Spans join with a space; `fixed` text has no call data in it and may be cached."""

    spans: tuple[Span, ...]
    interruptible: bool = True
    fixed: bool = False
    disclosure: bool = False

    @property
    def written(self) -> str:
        """The utterance as the transcript writes it."""
        return " ".join(span.written for span in self.spans if span.written)

    @property
    def spoken(self) -> str:
        """The utterance as the voice says it."""
        return " ".join(span.spoken for span in self.spans if span.spoken)


@dataclass(frozen=True, kw_only=True, slots=True)
class Expect:
    """What may come next; replaces the last one. Without it the agent expects nothing and goes on after `SaidAll`.

    Keys: gathering ends at once when the digits equal one of `whole_keys` and no longer one begins so, at `max_digits`, at
    `terminator`, or after a pause between keys. `sensitive` masks keys and words in the transcript. `options` is what a
    recogniser may be told to expect: the texts of a closed list of names or menu entries, and nothing for digits, numbers,
    dates or free words, whose examples would leak into what it writes.
    """

    kind: Literal["yes_no", "choice", "digits", "date", "time", "number", "text"]
    whole_keys: tuple[str, ...] = ()
    max_digits: int = 1
    terminator: str | None = None
    sensitive: bool = False
    phrases: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    silence_ms: int = 8000


@dataclass(frozen=True, kw_only=True, slots=True)
class Fill:
    """A field of the analysis got its value; `evidence` is what the party said or pressed, as the transcript shows it."""

    field: str
    value: Json
    evidence: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class SendDigits:
    """Press keys towards the party."""

    digits: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """How the script ended: the end step's name, whether it counts as success, and every field (null where nothing was said)."""

    step: str
    successful: bool
    fields: Mapping[str, Json] = field(default_factory=dict)
    opt_out: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class HangUp:
    """End the call once everything said was sent. `reason` is a disposition: `agent_hangup` or `inactivity`."""

    outcome: Outcome | None
    reason: Literal["agent_hangup", "inactivity", "voicemail_reached"] = "agent_hangup"


@dataclass(frozen=True, kw_only=True, slots=True)
class Settled:
    """The state after this reply; always the last act."""

    state: State


Act = Say | Expect | Fill | SendDigits | HangUp | Settled


class Agent(Protocol):
    """One agent bound to one project version and one call's data."""

    def reply(self, state: State | None, heard: Input) -> Sequence[Act]:
        """The acts that follow, `Settled` last. Pure: same state and input, same acts. `None` is the state before anything."""
        ...

    def is_whole(self, state: State | None, text: str) -> bool:
        """Whether these words answer what is expected in full, so that no more need be waited for. Pure."""
        ...

    def preferred(self, state: State | None, readings: Sequence[Reading]) -> int:
        """Which of the ways to read what was heard, the likeliest first, it takes: the first, where no other makes more sense as
        an answer. Pure."""
        ...

    def foreseen(self, state: State | None) -> Sequence[Say]:
        """What it would say first after each of the likeliest answers, so that it can be rendered ahead; empty where nobody can
        know. Pure."""
        ...

    def outcome(self, state: State | None) -> Outcome | None:
        """What can be claimed if the party left now: fields that were affirmed, null for the rest.

        Never successful unless an end was reached.
        """
        ...
