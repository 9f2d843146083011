"""Hearing without a process: looks and decodes within the call that brings the sound, so that it runs in virtual time.

For tests. Not for calls: a decode would hold up the media clock.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from ringtrue.conversation.leg import Pcm, Position
from ringtrue.conversation.speech import Ear, EarEvent
from ringtrue.speech.listening import Listening, Wanted
from ringtrue.speech.recognizer import Recognizer


class InlineHearing:
    """A `SpeechToText` around a recogniser."""

    def __init__(self, recognizer: Recognizer) -> None:
        self._recognizer = recognizer

    def listen(self, *, rate_hz: int, language: str) -> Ear:
        """A new ear for one party."""
        return InlineEar(self._recognizer, rate_hz=rate_hz, language=language)


class InlineEar:
    """An `Ear`; see the module."""

    def __init__(self, recognizer: Recognizer, *, rate_hz: int, language: str) -> None:
        self._recognizer = recognizer
        self._rate_hz = rate_hz
        self._language = language
        self._listening = Listening(recognizer, rate_hz=rate_hz)
        self._events: asyncio.Queue[EarEvent | None] = asyncio.Queue()
        self._is_over = False

    def heard(self, at: Position, pcm: Pcm) -> None:
        """See `ringtrue.conversation.speech.Ear`."""
        if not self._is_over:
            self._pass_on(self._listening.heard(at, pcm))

    def sent(self, at: Position, pcm: Pcm) -> None:
        """See `ringtrue.conversation.speech.Ear`."""
        if not self._is_over:
            self._pass_on(self._listening.sent(at, pcm))

    def expect(self, options: tuple[str, ...]) -> None:
        """See `ringtrue.conversation.speech.Ear`."""
        self._listening.expect(options)

    def settle(self, at: Position) -> None:
        """See `ringtrue.conversation.speech.Ear`."""
        self._pass_on(self._listening.settle(at))

    async def events(self) -> AsyncIterator[EarEvent]:
        """See `ringtrue.conversation.speech.Ear`."""
        while (event := await self._events.get()) is not None:
            yield event

    def close(self) -> None:
        """See `ringtrue.conversation.speech.Ear`."""
        if not self._is_over:
            self._is_over = True
            self._events.put_nowait(None)

    def _pass_on(self, noticed: list[EarEvent | Wanted]) -> None:
        for thing in noticed:
            if not isinstance(thing, Wanted):
                self._events.put_nowait(thing)
                continue
            if not self._listening.is_wanted(thing.number):
                continue
            written = self._recognizer.decode(thing.pcm, rate_hz=self._rate_hz, language=self._language, options=thing.options)
            heard = self._listening.decoded(thing.number, written)
            if heard is not None:
                self._events.put_nowait(heard)
