"""A line with an ear on it, in virtual time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from ringtrue.conversation.leg import Pcm
from ringtrue.conversation.speech import EarEvent, Heard
from ringtrue.speech import spelled
from ringtrue.speech.listening import Listening, Wanted
from ringtrue.speech.recognizer import Written
from ringtrue.speech.spelled import Spelled
from ringtrue.testing import sounds

RATE_HZ = 8000
BLOCK = 160


def said(*pieces: str | float) -> Pcm:
    """Texts as tones, and seconds of silence."""
    return np.concatenate([spelled.say(one, RATE_HZ) if isinstance(one, str) else sounds.silence(one) for one in pieces])


class Line:
    """An ear with its line; decodes at once when told to, as a process that is never busy does."""

    def __init__(self, *, decodes: bool = True) -> None:
        self.ear = Listening(Spelled(), rate_hz=RATE_HZ)
        self.at = 0
        self.events: list[EarEvent] = []
        self.wanted: list[Wanted] = []
        self._decodes = decodes

    def hear(self, pcm: Pcm) -> None:
        """The party's side goes on with this."""
        for start in range(0, len(pcm), BLOCK):
            block = pcm[start : start + BLOCK]
            self.take(self.ear.heard(self.at, block))
            self.at += len(block)

    def take(self, noticed: Sequence[EarEvent | Wanted]) -> None:
        """Note what came out."""
        for thing in noticed:
            if not isinstance(thing, Wanted):
                self.events.append(thing)
                continue
            self.wanted.append(thing)
            if self._decodes:
                self.decode(thing)

    def decode(self, wanted: Wanted, text: str | None = None) -> Heard | None:
        """The recogniser is done with it."""
        written = Spelled().decode(wanted.pcm, rate_hz=RATE_HZ, language="en", options=wanted.options)
        heard = self.ear.decoded(wanted.number, written if text is None else Written(text=text, confidence=0.5))
        self.events += [] if heard is None else [heard]
        return heard

    def texts(self) -> list[str]:
        """What was told."""
        return [event.text for event in self.events if isinstance(event, Heard)]

    def kinds(self) -> list[str]:
        """The events by name."""
        return [type(event).__name__ for event in self.events]


def packets(pcm: Pcm) -> Iterator[tuple[int, Pcm]]:
    """Packets with their positions."""
    return ((at, pcm[at : at + BLOCK]) for at in range(0, len(pcm), BLOCK))
