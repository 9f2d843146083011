"""An ear for tests: it hears what it is told to hear, and remembers what it was told in turn."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from ringtrue.conversation.leg import Pcm, Position
from ringtrue.conversation.speech import EarEvent, Heard, HeardWord, Reading, SpeechPaused, SpeechStarted
from ringtrue.errors import SpeechError


class FakeEar:
    """Listens to nobody: `tells` and `says` are its party."""

    def __init__(self) -> None:
        self.options: list[tuple[str, ...]] = []
        self.settled: list[Position] = []
        self.is_closed = False
        self._events: asyncio.Queue[EarEvent | SpeechError] = asyncio.Queue()

    def heard(self, at: Position, pcm: Pcm) -> None:
        """Audio is not what it goes by."""

    def sent(self, at: Position, pcm: Pcm) -> None:
        """Nor is ours."""

    def expect(self, options: tuple[str, ...]) -> None:
        """Note the list."""
        self.options.append(options)

    def settle(self, at: Position) -> None:
        """Note where."""
        self.settled.append(at)

    async def events(self) -> AsyncIterator[EarEvent]:
        """What it was told to hear."""
        while True:
            event = await self._events.get()
            if isinstance(event, SpeechError):
                raise event
            yield event

    def close(self) -> None:
        """Note it."""
        self.is_closed = True

    # --- the party --------------------------------------------------------------------------------------------------

    def tells(self, event: EarEvent) -> None:
        """It hears this now."""
        self._events.put_nowait(event)

    def breaks(self) -> None:
        """Its process died."""
        self._events.put_nowait(SpeechError("The ear was told to fail."))

    async def says(self, *texts: str, at: Position, samples: int) -> None:
        """The party says one of these, the likeliest first, from `at` on, by the times of a real ear; returns when its words were
        told."""
        end = Position(at + samples)
        await asyncio.sleep(0.1)
        self.tells(SpeechStarted(at=at))
        await asyncio.sleep(samples / 8000)
        self.tells(SpeechPaused(at=end))
        await asyncio.sleep(0.3)
        readings = tuple(
            Reading(
                text=text,
                confidence=1.0,
                share=1 / len(texts),
                words=tuple(HeardWord(text=word, start=at, end=end) for word in text.split()),
            )
            for text in texts
        )
        self.tells(Heard(start=at, end=end, readings=readings))
