"""The ears of speaking callees: what the agent said, as the project's own recogniser writes it, outside the media clock's way."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from ringtrue.conversation.leg import Pcm

if TYPE_CHECKING:
    from ringtrue.speech.whisper import Whisper

DEFAULT_MODEL = "tiny.en"  # a telephone prompt in 0.1 to 0.3 s of one core; the wording of questions is all it must get right
_MOST_SECONDS = 25.0  # the recogniser takes 30; the end of a prompt is what asks


class Ears(Protocol):
    """Whatever writes down what was heard."""

    async def written(self, pcm: Pcm, rate_hz: int) -> str:
        """The words, "" for none."""
        ...


class WhisperEars:
    """One recogniser for all calls of a phone, loaded when it is started."""

    def __init__(self, models_dir: Path, model: str = DEFAULT_MODEL) -> None:
        self._folder = models_dir / model
        self._whisper: Whisper | None = None
        self._one_at_a_time = asyncio.Lock()

    async def start(self) -> None:
        """Load the model. Raises SetupError with the remedy."""
        self._whisper = await asyncio.to_thread(self._load)

    async def written(self, pcm: Pcm, rate_hz: int) -> str:
        """See `Ears`."""
        assert self._whisper is not None, "ears are started before they are used"
        last = pcm[-int(_MOST_SECONDS * rate_hz) :]
        async with self._one_at_a_time:
            # The engine lets other threads run while it computes.
            found = await asyncio.to_thread(self._whisper.decode, last, rate_hz=rate_hz, language="en", options=())
        return found.text

    def _load(self) -> Whisper:
        from ringtrue.speech.whisper import Whisper

        return Whisper(self._folder)
