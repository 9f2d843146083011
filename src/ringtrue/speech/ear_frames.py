"""How an ear's events go over the pipe."""

from __future__ import annotations

from typing import cast

from ringtrue.conversation.leg import Position
from ringtrue.conversation.speech import BeepHeard, EarEvent, Heard, HeardWord, SpeechPaused, SpeechStarted

_KINDS: dict[str, type[SpeechStarted] | type[SpeechPaused] | type[BeepHeard]] = {
    "started": SpeechStarted,
    "paused": SpeechPaused,
    "beep": BeepHeard,
}
_NAMES = {kind: name for name, kind in _KINDS.items()}

MARK_EVERY = 10
"""Blocks of sound after which the child says that it has looked at them."""


def encode(ear: int, event: EarEvent) -> dict[str, object]:
    """The frame's head."""
    if not isinstance(event, Heard):
        return {"ear": ear, "event": _NAMES[type(event)], "at": event.at}
    words = [[word.text, word.start, word.end] for word in event.words]
    return {
        "ear": ear,
        "event": "heard",
        "start": event.start,
        "end": event.end,
        "text": event.text,
        "confidence": event.confidence,
        "words": words,
    }


def decode(head: dict[str, object]) -> EarEvent:
    """The event of such a head."""
    name = cast(str, head["event"])
    if name != "heard":
        return _KINDS[name](at=Position(cast(int, head["at"])))
    words = cast(list[tuple[str, int, int]], head["words"])
    return Heard(
        start=Position(cast(int, head["start"])),
        end=Position(cast(int, head["end"])),
        text=cast(str, head["text"]),
        confidence=cast(float, head["confidence"]),
        words=tuple(HeardWord(text=text, start=Position(start), end=Position(end)) for text, start, end in words),
    )
