"""The voice of one callee: chosen by its seed, rendered in threads ahead of when it is needed, without silence at its ends."""

from __future__ import annotations

import asyncio
import wave
from pathlib import Path

import numpy as np

from ringtrue.audio.resample import resample
from ringtrue.conversation.leg import Pcm
from ringtrue.errors import SetupError
from ringtrue.testing import voices
from ringtrue.testing.callee.traits import Chance, Traits
from ringtrue.testing.callee.wording import pieces
from ringtrue.testing.voices import Voice

# Root mean square of 10 ms, of the peak: an "s" through a telephone lies at 0.25 % and more, what voices breathe below 0.2 %.
# Cut at 1 % of the peak, "speaking" is heard as "begging".
_SILENT_SHARE = 0.002
_STEP_MS = 10
_KEPT_MS = 30
_FRAME_MS = 20
_ACTIVE_DB = 25.0  # under the loudest frame: speech, but not its pauses
_NOMINAL_RMS = 2000.0  # of a voice whose peak is at -9 dB of full scale


class Mouth:
    """Says texts; each text once rendered is kept."""

    def __init__(self, traits: Traits, chance: Chance, *, rate_hz: int, models_dir: Path) -> None:
        speaker = chance.one_of(traits.voices, "voice")
        self.voice = Voice(
            engine=speaker.engine,
            name=speaker.name,
            speed=chance.within(speaker.speed or traits.speed, "speed"),
            pitch=chance.within(speaker.pitch or traits.pitch, "pitch"),
        )
        self.rms = _NOMINAL_RMS
        self._gain = 10 ** (chance.within(traits.level_db, "level") / 20)
        self._rate_hz = rate_hz
        self._models_dir = models_dir
        self._kept: dict[str, Pcm] = {}

    async def prepare(self, texts: list[str]) -> None:
        """Render them now, so that they are there at once later. Raises SetupError where the machine has no such voice."""
        for number, text in enumerate(texts):
            pcm = await self.pcm(text)
            if number == 0:
                self.rms = active_rms(pcm, self._rate_hz)

    async def pcm(self, text: str) -> Pcm:
        """The text as this voice says it, with its pauses; from the first sample that sounds to the last."""
        if text not in self._kept:
            self._kept[text] = await asyncio.to_thread(self._render, text)
        return self._kept[text]

    def _render(self, text: str) -> Pcm:
        parts = [
            np.zeros(int(piece * self._rate_hz), dtype=np.int16)
            if isinstance(piece, float)
            else trimmed(voices.say(piece, self.voice, rate_hz=self._rate_hz, models_dir=self._models_dir), self._rate_hz)
            for piece in pieces(text)
        ]
        whole = np.concatenate(parts) if parts else np.zeros(0, dtype=np.int16)
        return np.asarray(np.clip(whole * self._gain, -32767, 32767), dtype=np.int16)


def trimmed(pcm: Pcm, rate_hz: int) -> Pcm:
    """Without the silence before and behind it."""
    step = rate_hz * _STEP_MS // 1000
    count = len(pcm) // step
    samples = pcm[: count * step].astype(np.float64)
    levels = np.sqrt(np.square(samples).reshape(count, step).mean(axis=1)) if count else np.zeros(0)
    loud = np.flatnonzero(levels > np.abs(samples).max(initial=0.0) * _SILENT_SHARE)
    if not len(loud):
        return pcm[:0]
    kept = rate_hz * _KEPT_MS // 1000
    return pcm[max(0, int(loud[0]) * step - kept) : (int(loud[-1]) + 1) * step + kept]


def active_rms(pcm: Pcm, rate_hz: int) -> float:
    """The root mean square of the frames that sound: the level of a voice, whatever pauses it makes."""
    frame = rate_hz * _FRAME_MS // 1000
    count = len(pcm) // frame
    if not count:
        return _NOMINAL_RMS
    power = np.square(pcm[: count * frame].astype(np.float64)).reshape(count, frame).mean(axis=1)
    active = power[power > power.max() * 10 ** (-_ACTIVE_DB / 10)]
    return float(np.sqrt(active.mean())) if len(active) else _NOMINAL_RMS


def read_wav(path: Path, rate_hz: int) -> Pcm:
    """A mono 16-bit WAV file at that rate. Raises SetupError with the remedy."""
    try:
        with wave.open(str(path)) as file:
            if file.getnchannels() != 1 or file.getsampwidth() != 2:
                raise SetupError(f"{path.name!r} is not mono with 16 bits: save it so.")
            pcm = np.frombuffer(file.readframes(file.getnframes()), dtype="<i2").astype(np.int16)
            return resample(pcm, file.getframerate(), rate_hz)
    except (OSError, wave.Error, EOFError) as exc:
        raise SetupError(f"{str(path)!r} cannot be read as a WAV file: {type(exc).__name__}.") from exc
