"""Sound files for callers to play."""

from __future__ import annotations

import wave
from pathlib import Path

from ringtrue.conversation.leg import Pcm


def write_wav(path: Path, pcm: Pcm, rate_hz: int = 8000) -> None:
    """A mono WAV file; its folder is made."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate_hz)
        file.writeframes(pcm.astype("<i2").tobytes())
