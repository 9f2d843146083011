"""What a callee hears and says: a detector of speech, a murmur to be recognised by, and both sides kept for the disk."""

from __future__ import annotations

import wave
from pathlib import Path

import numpy as np

from ringtrue.conversation.leg import Pcm, Position

_LOUD = 400
_PIECE = 8000 * 10  # buffers grow by ten seconds


class Listener:
    """Knows when the agent last spoke, from the audio alone."""

    def __init__(self) -> None:
        self.speech_samples = 0
        self.last_speech: int | None = None

    def heard(self, at: Position, pcm: Pcm) -> None:
        """A packet as decoded."""
        if len(pcm) and int(np.abs(pcm.astype(np.int32)).max()) > _LOUD:
            self.speech_samples += len(pcm)
            self.last_speech = int(at) + len(pcm)

    def sent(self, at: Position, pcm: Pcm) -> None:
        """What we say ourselves does not count."""

    def is_prompt_over(self, now: int, pause_samples: int, least_samples: int = 2400) -> bool:
        """Whether something was said and then nothing for that long."""
        return self.last_speech is not None and self.speech_samples >= least_samples and now - self.last_speech >= pause_samples

    def forget(self) -> None:
        """The next prompt is a new one."""
        self.speech_samples = 0
        self.last_speech = None


class Tape:
    """Keeps one side; `save` writes it as a mono WAV file, silence where nothing came."""

    def __init__(self) -> None:
        self._samples = np.zeros(_PIECE, dtype=np.int16)
        self._end = 0

    def put(self, at: int, pcm: Pcm) -> None:
        """Keep samples at their position."""
        if at < 0:
            return
        end = at + len(pcm)
        if end > len(self._samples):
            grown = np.zeros(end + _PIECE, dtype=np.int16)
            grown[: self._end] = self._samples[: self._end]
            self._samples = grown
        self._samples[at:end] = pcm
        self._end = max(self._end, end)

    def save(self, path: Path, rate_hz: int) -> None:
        """Write it."""
        with wave.open(str(path), "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(rate_hz)
            file.writeframes(self._samples[: self._end].astype("<i2").tobytes())


class Tapes:
    """Both sides of a leg."""

    def __init__(self) -> None:
        self.heard_tape = Tape()
        self.sent_tape = Tape()

    def heard(self, at: Position, pcm: Pcm) -> None:
        """From the network."""
        self.heard_tape.put(int(at), pcm)

    def sent(self, at: Position, pcm: Pcm) -> None:
        """To the network."""
        self.sent_tape.put(int(at), pcm)

    def save(self, folder: Path, rate_hz: int, name: str) -> None:
        """Write `NAME-heard.wav` and `NAME-sent.wav`."""
        folder.mkdir(parents=True, exist_ok=True)
        self.heard_tape.save(folder / f"{name}-heard.wav", rate_hz)
        self.sent_tape.save(folder / f"{name}-sent.wav", rate_hz)


def murmur(seed: int, seconds: float, rate_hz: int = 8000) -> Pcm:
    """A voice-like sound without words: noise in syllables, different for every seed, so that it can be found again."""
    random = np.random.default_rng(seed)
    count = int(seconds * rate_hz)
    noise = random.standard_normal(count)
    smooth = np.convolve(noise, np.hanning(9), mode="same")
    syllables = np.abs(np.sin(np.linspace(0, np.pi * max(1, round(seconds * 4)), count)))
    return np.asarray(smooth / np.abs(smooth).max() * syllables * 9000, dtype=np.int16)
