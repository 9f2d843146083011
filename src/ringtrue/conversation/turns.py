"""What goes into the turn machine and what comes out: its inputs, its acts, and where the line stands with each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from ringtrue.conversation.agent import Act, Input, Say
from ringtrue.conversation.leg import Position
from ringtrue.conversation.speech import HeardWord, SpokenWord
from ringtrue.domain.utterance import Utterance


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """Where the line stands: the next sample goes out at `at`, and the leg's queue has given `consumed` samples in all."""

    at: Position
    consumed: int


# --- inputs -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True, slots=True)
class Answered:
    """The conversation begins. `hears`: the party's words reach us; `greets_first`: we called, so a greeting is waited for;
    `message` is left on an answering machine, None where we hang up on one."""

    hears: bool = False
    greets_first: bool = False
    message: Say | None = None


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
class VoiceBegan:
    """The party's voice began at `began`."""

    began: Position


@dataclass(frozen=True, kw_only=True, slots=True)
class VoicePaused:
    """The party's voice stopped at `ended`; it may go on."""

    ended: Position


@dataclass(frozen=True, kw_only=True, slots=True)
class WordsHeard:
    """What the party said from `start` to the pause at `end`, "" for no words. `is_whole`: the agent needs to hear no more."""

    start: Position
    end: Position
    text: str
    confidence: float
    words: tuple[HeardWord, ...] = ()
    is_whole: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Beeped:
    """A tone, as answering machines give, ended."""

    ended: Position


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


Happened = (
    Answered
    | Replied
    | PartPlayed
    | KeyPressed
    | VoiceBegan
    | VoicePaused
    | WordsHeard
    | Beeped
    | HoldBegan
    | HoldEnded
    | Tick
    | LineGone
)


# --- acts ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True, slots=True)
class Ask:
    """Give this to the agent and feed back what it `Replied`. `anew`: in place of the words it was given last, as if it had not
    been given those."""

    heard: Input
    anew: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Render:
    """Have this say spoken and play its parts as they come."""

    say: int
    text: Say


@dataclass(frozen=True, kw_only=True, slots=True)
class Flush:
    """Stop rendering and drop what the leg has not sent."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Hush:
    """Send no more of what waits, but keep it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class GoOn:
    """Send on what was kept, and before it the last `back` samples that were sent: a word cut short is said again whole."""

    back: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class ListenFor:
    """Tell the ear which closed list may be said next; empty where anything may."""

    options: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Settle:
    """What was said up to `at` was taken or dropped."""

    at: Position


@dataclass(frozen=True, kw_only=True, slots=True)
class Note:
    """The utterance at this place of the transcript now reads so."""

    index: int
    utterance: Utterance


@dataclass(frozen=True, kw_only=True, slots=True)
class EndCall:
    """Hang up: all was said and heard."""

    reason: EndReason


EndReason = Literal["agent_hangup", "inactivity", "voicemail_reached"]
TurnAct = Ask | Render | Flush | Hush | GoOn | ListenFor | Settle | Note | EndCall
