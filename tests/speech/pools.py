"""Pools that run, and what they say."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from ringtrue.conversation.speech import SpokenPart
from ringtrue.speech.pool import SpeechConfig, SpeechPool

TEXT = "Hello, this is the clinic.  Will you come on\nThursday, March fourth, at ten thirty? Please say yes or no."
RATE = 8000

Run = Callable[[Any], Any]


@asynccontextmanager
async def started(config: SpeechConfig) -> AsyncIterator[SpeechPool]:
    """A pool that runs."""
    pool = SpeechPool(config)
    await pool.start()
    try:
        yield pool
    finally:
        await pool.close()


async def spoken(pool: SpeechPool, text: str = TEXT, *, rate_hz: int = RATE, keep: bool = False) -> list[SpokenPart]:
    """All parts of a text."""
    return [part async for part in pool.speak(text, voice="default", rate_hz=rate_hz, keep=keep)]


async def until(holds: Callable[[], bool]) -> None:
    """Wait for something another process brings about; the test's own time limit ends it."""
    while not holds():  # noqa: ASYNC110 - another process sets no event of ours
        await asyncio.sleep(0.005)


def as_data(parts: list[SpokenPart]) -> list[tuple[bytes, object, bool]]:
    """Parts that can be compared."""
    return [(part.pcm.tobytes(), part.words, part.is_last) for part in parts]
