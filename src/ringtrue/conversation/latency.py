"""How long each answer of the agent took and where the time went, from a call's turn log alone.

All instants are milliseconds of audio since the answer, so they lie on the recording. A turn begins when the party's speech
ended (or its last key was pressed) and is answered with the first sample of what the agent replied.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from ringtrue.conversation import agent
from ringtrue.conversation.turn_masking import Fed
from ringtrue.conversation.turns import (
    Ask,
    Flush,
    KeyPressed,
    PartPlayed,
    Render,
    Replied,
    Settle,
    VoicePaused,
    WordsHeard,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class TurnTimes:
    """One turn of the party and its answer.

    `ended_ms`: the party's speech or last key; `transcribed_ms`: its words were known (None for keys); `decided_ms`: its turn
    was over; `replied_ms`: the agent knew what to do; `produced_ms`: the first audio of it was there; `sent_ms`: its first
    sample went out. The last two are None where the agent said nothing or was not heard to.
    """

    by: Literal["words", "keys"]
    ended_ms: int
    transcribed_ms: int | None
    decided_ms: int
    replied_ms: int | None
    produced_ms: int | None
    sent_ms: int | None

    @property
    def gap_ms(self) -> int | None:
        """From the end of the party's turn to the agent's first sample."""
        return None if self.sent_ms is None else self.sent_ms - self.ended_ms

    @property
    def recognition_ms(self) -> int | None:
        """From the end of speech until its words were known; it runs beside the wait for the end of the turn."""
        return None if self.transcribed_ms is None else self.transcribed_ms - self.ended_ms

    @property
    def end_of_turn_ms(self) -> int:
        """From the end of speech until the turn was taken to be over."""
        return self.decided_ms - self.ended_ms

    @property
    def reply_ms(self) -> int | None:
        """What the agent took."""
        return None if self.replied_ms is None else self.replied_ms - self.decided_ms

    @property
    def synthesis_ms(self) -> int | None:
        """What the voice took for the first part."""
        return None if self.produced_ms is None or self.replied_ms is None else self.produced_ms - self.replied_ms

    @property
    def sending_ms(self) -> int | None:
        """How long the first part waited to be sent."""
        return None if self.sent_ms is None or self.produced_ms is None else self.sent_ms - self.produced_ms


def turn_times(fed: Sequence[Fed], *, rate_hz: int) -> list[TurnTimes]:
    """Every turn of the party that the agent was given, in order."""
    asked = [(place, by) for place, one in enumerate(fed) if (by := _asked(one)) is not None]
    times = []
    for number, (place, by) in enumerate(asked):
        until = asked[number + 1][0] if number + 1 < len(asked) else len(fed)
        times.append(_turn(fed, place, until, by, rate_hz))
    return times


def _asked(fed: Fed) -> Literal["words", "keys"] | None:
    for act in fed.acts:
        if isinstance(act, Ask) and isinstance(act.heard, agent.Words):
            return "words"
        if isinstance(act, Ask) and isinstance(act.heard, agent.Keys):
            return "keys"
    return None


def _turn(fed: Sequence[Fed], place: int, until: int, by: Literal["words", "keys"], rate_hz: int) -> TurnTimes:
    decided = int(fed[place].line.at)
    ended, transcribed = _keyed(fed, place) if by == "keys" else _spoken(fed, place)
    replied = next((at for at in range(place + 1, until) if isinstance(fed[at].happened, Replied)), None)
    first = None if replied is None else _first_part(fed, replied, until)
    sent = None if first is None else _sent(fed, first)

    def ms(position: int | None) -> int | None:
        return None if position is None else position * 1000 // rate_hz

    return TurnTimes(
        by=by,
        ended_ms=(decided if ended is None else ended) * 1000 // rate_hz,
        transcribed_ms=ms(transcribed),
        decided_ms=decided * 1000 // rate_hz,
        replied_ms=None if replied is None else ms(int(fed[replied].line.at)),
        produced_ms=None if first is None else ms(int(fed[first].line.at)),
        sent_ms=ms(sent),
    )


def _keyed(fed: Sequence[Fed], place: int) -> tuple[int | None, None]:
    """Where the last key of the answer began."""
    for one in reversed(fed[: place + 1]):
        if isinstance(one.happened, KeyPressed):
            return int(one.happened.began), None
    return None, None


def _spoken(fed: Sequence[Fed], place: int) -> tuple[int | None, int | None]:
    """Where the speech that was taken ended, and the line when its words came."""
    ended: int | None = None
    for at in range(place, -1, -1):
        one = fed[at]
        if at < place and any(isinstance(act, Settle) for act in one.acts):
            break
        if isinstance(one.happened, VoicePaused) and ended is None:
            ended = int(one.happened.ended)
        if isinstance(one.happened, WordsHeard):
            return int(one.happened.end) if ended is None else ended, int(one.line.at)
    return ended, None


def _first_part(fed: Sequence[Fed], replied: int, until: int) -> int | None:
    """The feed with the first audio of the reply."""
    says: set[int] = set()
    for place in range(replied, until):
        one = fed[place]
        if isinstance(one.happened, PartPlayed) and one.happened.say in says and one.happened.samples:
            return place
        says.update(act.say for act in one.acts if isinstance(act, Render))
    return None


def _sent(fed: Sequence[Fed], first: int) -> int | None:
    """Where the part's first sample went out, once the line has passed it; a hold may have shifted it."""
    part = fed[first].happened
    assert isinstance(part, PartPlayed)
    if any(isinstance(act, Flush) for act in fed[first].acts):
        return None
    planned = int(part.start)
    for one in fed[first + 1 :]:
        if one.line.consumed > part.queue_offset:
            return planned
        planned = max(planned, int(one.line.at) + part.queue_offset - one.line.consumed)
        if any(isinstance(act, Flush) for act in one.acts):
            return None
    return None
