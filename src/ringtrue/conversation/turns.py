"""What goes into the turn machine and what comes out: its inputs, its acts, and where the line stands with each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from ringtrue.conversation.agent import Act, Input, Say
from ringtrue.conversation.leg import Position
from ringtrue.conversation.speech import SpokenWord
from ringtrue.domain.utterance import Utterance


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """Where the line stands: the next sample goes out at `at`, and the leg's queue has given `consumed` samples in all."""

    at: Position
    consumed: int


# --- inputs -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True, slots=True)
class Answered:
    """The conversation begins."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Replied:
    """The agent's acts on what it was last given."""

    acts: Sequence[Act]


@dataclass(frozen=True, kw_only=True, slots=True)
class PartPlayed:
    """A rendered part of a say was handed to the leg: it follows `queue_offset` samples and starts at `start`."""

    say: int
    queue_offset: int
    samples: int
    start: Position
    words: tuple[SpokenWord, ...]
    is_last: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class KeyPressed:
    """The party pressed a key; its tone began at `began`."""

    digit: str
    began: Position


@dataclass(frozen=True, kw_only=True, slots=True)
class HoldBegan:
    """The party holds the line."""


@dataclass(frozen=True, kw_only=True, slots=True)
class HoldEnded:
    """The party is back."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Tick:
    """Time passed."""


@dataclass(frozen=True, kw_only=True, slots=True)
class LineGone:
    """The leg is over; nothing more was or will be sent."""


Happened = Answered | Replied | PartPlayed | KeyPressed | HoldBegan | HoldEnded | Tick | LineGone


# --- acts ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True, slots=True)
class Ask:
    """Give this to the agent and feed back what it `Replied`."""

    heard: Input


@dataclass(frozen=True, kw_only=True, slots=True)
class Render:
    """Have this say spoken and play its parts as they come."""

    say: int
    text: Say


@dataclass(frozen=True, kw_only=True, slots=True)
class Flush:
    """Stop rendering and drop what the leg has not sent."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Note:
    """The utterance at this place of the transcript now reads so."""

    index: int
    utterance: Utterance


@dataclass(frozen=True, kw_only=True, slots=True)
class EndCall:
    """Hang up: all was said and heard."""

    reason: Literal["agent_hangup", "inactivity"]


TurnAct = Ask | Render | Flush | Note | EndCall
