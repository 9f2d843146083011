"""How an ear's events go over the pipe."""

from __future__ import annotations

from typing import cast

from ringtrue.conversation.leg import Position
from ringtrue.conversation.speech import BeepHeard, EarEvent, Heard, HeardWord, Reading, SpeechPaused, SpeechStarted

_KINDS: dict[str, type[SpeechStarted] | type[SpeechPaused] | type[BeepHeard]] = {
    "started": SpeechStarted,
    "paused": SpeechPaused,
    "beep": BeepHeard,
}
_Reading = tuple[str, float, float, list[tuple[str, int, int]]]  # text, confidence, share, words
_NAMES = {kind: name for name, kind in _KINDS.items()}

MARK_EVERY = 10
"""Blocks of sound after which the child says that it has looked at them."""


def encode(ear: int, event: EarEvent) -> dict[str, object]:
    """The frame's head."""
    if not isinstance(event, Heard):
        return {"ear": ear, "event": _NAMES[type(event)], "at": event.at}
    readings = [_reading(one) for one in event.readings]
    return {"ear": ear, "event": "heard", "start": event.start, "end": event.end, "readings": readings}


def decode(head: dict[str, object]) -> EarEvent:
    """The event of such a head."""
    name = cast(str, head["event"])
    if name != "heard":
        return _KINDS[name](at=Position(cast(int, head["at"])))
    readings = cast(list[_Reading], head["readings"])
    return Heard(
        start=Position(cast(int, head["start"])),
        end=Position(cast(int, head["end"])),
        readings=tuple(
            Reading(
                text=text,
                confidence=confidence,
                share=share,
                words=tuple(HeardWord(text=word, start=Position(start), end=Position(end)) for word, start, end in words),
            )
            for text, confidence, share, words in readings
        ),
    )


def _reading(reading: Reading) -> _Reading:
    return reading.text, reading.confidence, reading.share, [(word.text, word.start, word.end) for word in reading.words]
