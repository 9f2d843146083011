"""The turn machine's input log: kept line by line while a call runs, read back, and replayed to the same acts.

A log is lines of JSON: a head with the version and the rate, then `[at, consumed, happened, act, ...]` for each feed. What it
may hold is `turn_masking`'s matter.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import get_args

from ringtrue.conversation.leg import Position
from ringtrue.conversation.machine import TurnMachine
from ringtrue.conversation.turn_codec import TurnLogInvalid, decode_any, encode
from ringtrue.conversation.turn_masking import Fed, Masking
from ringtrue.conversation.turns import Happened, Line, Note, TurnAct
from ringtrue.domain.utterance import Utterance

VERSION = 1
CUT = "cut"  # the last line of a log that grew too long
_HAPPENED: tuple[type[Happened], ...] = get_args(Happened)
_ACTS: tuple[type[TurnAct], ...] = get_args(TurnAct)


@dataclass(frozen=True, kw_only=True, slots=True)
class TurnLog:
    """A log that was read; `is_cut` when the end of the call is missing because it grew too long."""

    rate_hz: int
    fed: tuple[Fed, ...]
    is_cut: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Replay:
    """What a fresh machine made of the inputs of a log: its acts, feed by feed, and the transcript."""

    fed: tuple[Fed, ...]
    transcript: tuple[Utterance, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Difference:
    """The first feed, from 0, whose acts differ."""

    feed: int
    line: Line
    happened: Happened
    kept: tuple[TurnAct, ...]
    replayed: tuple[TurnAct, ...]


# --- lines ------------------------------------------------------------------------------------------------------------


def head(rate_hz: int) -> str:
    """The first line."""
    return _line({"v": VERSION, "rate_hz": rate_hz})


def cut() -> str:
    """The last line of a log that is no longer kept."""
    return _line(CUT)


def line(fed: Fed) -> str:
    """The line of one feed."""
    return _line([int(fed.line.at), fed.line.consumed, encode(fed.happened), *map(encode, fed.acts)])


def parse(text: str) -> TurnLog:
    """The log of those lines. Raises TurnLogInvalid."""
    try:
        return read([json.loads(one) for one in text.splitlines() if one])
    except ValueError as exc:
        raise TurnLogInvalid("The turn log has a line that is no JSON.") from exc


def read(lines: Sequence[object]) -> TurnLog:
    """The log of lines that were parsed already. Raises TurnLogInvalid."""
    first = lines[0] if lines else None
    if not isinstance(first, dict) or "v" not in first:
        raise TurnLogInvalid("The turn log has no head.")
    if first["v"] != VERSION:
        raise TurnLogInvalid(f"The turn log has version {first['v']!r}, this program reads {VERSION}: use a newer Ringtrue.")
    rate_hz = first.get("rate_hz")
    if type(rate_hz) is not int or rate_hz <= 0:
        raise TurnLogInvalid("The turn log's head has no rate.")
    is_cut = len(lines) > 1 and lines[-1] == CUT
    feeds = lines[1:-1] if is_cut else lines[1:]
    return TurnLog(rate_hz=rate_hz, fed=tuple(map(_fed, feeds)), is_cut=is_cut)


def _fed(document: object) -> Fed:
    if not isinstance(document, list) or len(document) < 3:
        raise TurnLogInvalid("The turn log has a line that is no feed.")
    at, consumed, happened, *acts = document
    if type(at) is not int or type(consumed) is not int:
        raise TurnLogInvalid("The turn log has a line without positions.")
    return Fed(
        line=Line(at=Position(at), consumed=consumed),
        happened=decode_any(happened, _HAPPENED),
        acts=tuple(decode_any(act, _ACTS) for act in acts),
    )


def _line(document: object) -> str:
    return json.dumps(document, separators=(",", ":"))


# --- replay -----------------------------------------------------------------------------------------------------------


def masked(fed: Iterable[Fed]) -> tuple[Fed, ...]:
    """The feeds as a log keeps them."""
    masking = Masking()
    return (*(told for one in fed for told in masking.take(one)), *masking.rest())


def replay(fed: Iterable[Fed], *, rate_hz: int) -> Replay:
    """Feed the same inputs to a fresh machine."""
    machine = TurnMachine(rate_hz=rate_hz)
    again = [Fed(line=one.line, happened=one.happened, acts=tuple(machine.feed(one.line, one.happened))) for one in fed]
    return Replay(fed=masked(again), transcript=transcript(again))


def transcript(fed: Iterable[Fed]) -> tuple[Utterance, ...]:
    """What the notes of these feeds leave as the transcript."""
    reads = {act.index: act.utterance for one in fed for act in one.acts if isinstance(act, Note)}
    return tuple(reads[index] for index in sorted(reads))


def first_difference(kept: Sequence[Fed], replayed: Sequence[Fed]) -> Difference | None:
    """Where the acts of a replay are not those that were kept."""
    for feed, (one, again) in enumerate(zip(kept, replayed, strict=True)):
        if one.acts != again.acts:
            return Difference(feed=feed, line=one.line, happened=one.happened, kept=one.acts, replayed=again.acts)
    return None
