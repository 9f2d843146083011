"""A caller's voice and a recogniser without a model: each letter is a tone of its own pitch. Exact, instant, the same everywhere.

For tests and for trying a set-up: what was said comes through G.711, through noise 15 dB below it and through lost packets, of
which each takes a letter or two.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ringtrue.conversation.leg import Pcm
from ringtrue.speech.recognizer import NOTHING, Written, wanted
from ringtrue.speech.vad import AnySound, VoiceModel

MS_PER_LETTER = 60  # about 17 letters a second: an unhurried voice
_GAP_MS = 10  # at the end of each letter, so that doubled letters are no longer tone
_LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789'-.,?!:"
_LOWEST_HZ, _STEP_HZ = 500.0, 62.5
_AMPLITUDE = 8000
_QUIET = 0.4  # of the loudest, as amplitude: less is a space, and noise 15 dB down stays below it
_PURE = 0.5  # of the energy lies at the letter's pitch: less is noise
_STEP_MS = 2


def say(text: str, rate_hz: int) -> Pcm:
    """The sound of a text; spaces are silence, as are letters that have no pitch."""
    samples, sounding = rate_hz * MS_PER_LETTER // 1000, rate_hz * (MS_PER_LETTER - _GAP_MS) // 1000
    pcm = np.zeros(samples * len(text), dtype=np.int16)
    time = np.arange(sounding) / rate_hz
    for index, letter in enumerate(text.lower()):
        if letter in _LETTERS:
            wave = np.sin(2 * np.pi * _hz(_LETTERS.index(letter)) * time) * _AMPLITUDE
            pcm[index * samples : index * samples + sounding] = wave.astype(np.int16)
    return pcm


def _hz(index: int) -> float:
    return _LOWEST_HZ + _STEP_HZ * index


class Spelled:
    """A `Recognizer`; see the module."""

    knows_copies = False

    def decode(
        self,
        pcm: Pcm,
        *,
        rate_hz: int,
        language: str,
        options: tuple[str, ...],
        is_wanted: Callable[[], bool] = wanted,
    ) -> Written:
        """The letters, each run of sound by itself, with single spaces between words."""
        samples = pcm.astype(np.float64)
        step = rate_hz * _STEP_MS // 1000
        steps = samples[: len(samples) // step * step].reshape(-1, step)
        loudness = np.sqrt(np.square(steps).mean(axis=1)) if len(steps) else np.zeros(0)
        if not len(loudness) or loudness.max() == 0:
            return NOTHING
        is_loud = loudness > _QUIET * np.percentile(loudness, 95)
        words = [_word(samples[first * step : last * step], rate_hz) for first, last in _runs(is_loud)]
        text = " ".join(word for word in words if word)
        return Written(text=text, confidence=1.0) if text else NOTHING

    def voice_model(self, rate_hz: int) -> VoiceModel:
        """Any sound is a voice here."""
        return AnySound()


def _runs(is_loud: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> list[tuple[int, int]]:
    """Stretches of sound with less than half a letter of quiet within; each is a word."""
    most = MS_PER_LETTER // 2 // _STEP_MS
    runs: list[tuple[int, int]] = []
    for index in np.flatnonzero(is_loud).tolist():
        if runs and index - runs[-1][1] < most:
            runs[-1] = (runs[-1][0], index + 1)
        else:
            runs.append((index, index + 1))
    return runs


def _word(samples: np.ndarray[tuple[int], np.dtype[np.float64]], rate_hz: int) -> str:
    letter, sounding = rate_hz * MS_PER_LETTER // 1000, rate_hz * (MS_PER_LETTER - _GAP_MS) // 1000
    count = (len(samples) + letter // 2) // letter
    return "".join(_letter(samples[index * letter : index * letter + letter], sounding, rate_hz) for index in range(count))


def _letter(samples: np.ndarray[tuple[int], np.dtype[np.float64]], sounding: int, rate_hz: int) -> str:
    """The letter of the nearest pitch; none where no pitch stands out or the sound goes on through the gap behind it."""
    tone, gap = samples[:sounding], samples[sounding + (len(samples) - sounding) // 4 : len(samples) - 8]
    power = np.square(np.abs(np.fft.rfft(tone * np.hanning(len(tone)), 2048)))
    hz = np.arange(len(power)) * rate_hz / 2048
    peak = float(hz[int(np.argmax(power))])
    near = power[np.abs(hz - peak) <= 1.5 * _STEP_HZ].sum()
    index = round((peak - _LOWEST_HZ) / _STEP_HZ)
    is_ours = 0 <= index < len(_LETTERS) and near >= _PURE * power.sum()
    if len(gap) and np.square(gap).mean() > 0.25 * np.square(tone).mean():
        return ""
    return _LETTERS[index] if is_ours else ""
