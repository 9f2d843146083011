"""What a recording holds: which words of the tone voice are to be heard in it, and how two recordings lie to each other."""

from __future__ import annotations

import wave
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.signal import correlate

from ringtrue.speech.tones import pitch_hz

RATE_HZ = 8000
Sound = NDArray[np.float64]


def channels(path: Path) -> Sound:
    """Every channel of a WAV file, one a column."""
    with wave.open(str(path)) as file:
        frames = np.frombuffer(file.readframes(file.getnframes()), dtype="<i2")
        return frames.reshape(-1, file.getnchannels()).astype(np.float64)


def mono(path: Path) -> Sound:
    """The only channel of a WAV file."""
    return channels(path)[:, 0]


def audible_words(heard: Sound, utterances: Sequence[Mapping[str, Any]]) -> list[str]:
    """Those words of the utterances whose tone sounds for most of their length where the record says they are."""
    words = []
    for utterance in utterances:
        for word in utterance["words"]:
            start, end = int(word["start"] * RATE_HZ), int(word["end"] * RATE_HZ)
            if (utterance["role"] == "agent" and _sounds(heard[start:end], end - start)) or utterance["role"] != "agent":
                words.append(word["word"])
    return words


def _sounds(piece: Sound, wanted: int) -> bool:
    """Whether a tone lies there for at least half the length."""
    return bool(np.count_nonzero(np.abs(piece) > 300) > wanted * 0.4)


def lags(one: Sound, other: Sound, *, window: int = 2 * RATE_HZ, reach: int = 4000) -> list[int]:
    """By how many samples `other` lags behind `one`, window by window, where `one` is loud; a lag may be negative."""
    found = []
    for start in range(reach, len(one) - window, window):
        piece = one[start : start + window]
        low = max(0, start - reach)
        where = other[low : start + window + reach]
        if np.abs(piece).max() < 500 or len(where) < len(piece):
            continue
        energy = np.concatenate(([0.0], np.cumsum(where**2)))
        loudness = np.sqrt(energy[window:] - energy[:-window]) + 1.0
        likeness = correlate(where, piece, "valid") / loudness / np.sqrt(np.square(piece).sum())
        if likeness.max() > 0.7:  # at its end a file may lack what the other still has
            found.append(int(likeness.argmax()) + low - start)
    return found


def aligned(one: Sound, other: Sound) -> tuple[Sound, Sound]:
    """Both from where both begin, by their first common lag, to where one ends."""
    lag = lags(one, other)[0]
    first, second = (one, other[lag:]) if lag >= 0 else (one[-lag:], other)
    shared = min(len(first), len(second))
    return first[:shared], second[:shared]


def leakage_db(channel: Sound, own: Sound, other: Sound) -> float:
    """How loud what is in `channel` besides its `own` sound is, against the `other` side's sound."""
    mine, theirs = aligned(channel, own)
    rest = mine - theirs
    return float(20 * np.log10((np.sqrt((rest**2).mean()) + 1e-9) / np.sqrt((other**2).mean())))


__all__ = ["RATE_HZ", "aligned", "audible_words", "channels", "lags", "leakage_db", "mono", "pitch_hz"]
