"""The real voice model, at the rates of telephones."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable

import numpy as np
import pytest

from ringtrue.audio.resample import resample
from ringtrue.conversation.leg import Pcm
from ringtrue.speech import watched
from ringtrue.speech.silero import Silero
from ringtrue.testing import sounds


def probabilities(pcm: Pcm, rate_hz: int) -> list[float]:
    """Of each window."""
    model, size = Silero(rate_hz), 32 * rate_hz // 1000
    return [model.probability(pcm[at : at + size]) for at in range(0, len(pcm) - size + 1, size)]


def test_it_computes_on_one_thread_in_a_speech_process() -> None:
    """Its library starts four when it may: they would be waited for on a busy core, window by window."""
    looks = (
        "import os, numpy, ringtrue.speech.silero as s\n"
        "s.Silero(8000).probability(numpy.zeros(256, dtype=numpy.int16))\n"
        "print(len(os.listdir('/proc/self/task')))"
    )
    command = [sys.executable, "-c", looks]

    assert subprocess.run(command, env={**os.environ, **watched.ONE_THREAD}, capture_output=True, check=True).stdout == b"1\n"


@pytest.mark.parametrize("rate_hz", [8000, 16000])
def test_a_voice_is_likely_one(rate_hz: int, caller: Callable[[str], Pcm]) -> None:
    """Through a telephone line, narrow or wide."""
    said = resample(sounds.telephone(caller("Yes, I will be there on Thursday.")), 8000, rate_hz)

    assert np.mean([likely > 0.5 for likely in probabilities(said, rate_hz)]) > 0.6


@pytest.mark.parametrize(
    "sound",
    [
        pytest.param(sounds.silence(1), id="silence"),
        pytest.param(sounds.noise(2, level=2000, seed=1), id="white noise"),
        pytest.param(sounds.noise(2, level=2000, seed=2, colour="pink"), id="pink noise"),
        pytest.param(sounds.cadence((440, 480), (2.0, 0.5), level=2500), id="ring-back"),
        pytest.param(sounds.keys("4321", level=2500), id="keys"),
    ],
)
def test_other_sounds_are_not(sound: Pcm) -> None:
    """None of their windows after the first half second, in which a model without memory guesses."""
    assert max(probabilities(sound, 8000)[16:]) < 0.5


def test_each_model_remembers_its_own_line_only(caller: Callable[[str], Pcm]) -> None:
    """What is said on one line makes nothing of another's."""
    said, quiet = caller("Hello, who is this?"), sounds.silence(1)
    alone = probabilities(quiet, 8000)
    speaker, listener = Silero(8000), Silero(8000)

    beside = []
    for at in range(0, len(quiet) - 255, 256):
        speaker.probability(said[at : at + 256])
        beside.append(listener.probability(quiet[at : at + 256]))

    assert beside == alone


def test_the_narrow_line_is_doubled_without_a_seam() -> None:
    """A tone across windows stays one tone: what the doubling adds is 50 dB below it."""
    model = Silero(8000)
    tone = sounds.tone((1000,), 1, level=8000)

    wide = np.concatenate([model._doubled(tone[at : at + 256]) for at in range(0, len(tone) - 255, 256)])[512:]

    power = np.square(np.abs(np.fft.rfft(wide[:8192] * np.blackman(8192))))
    peak = int(np.argmax(power))
    assert abs(peak * 16_000 / 8192 - 1000) < 3
    rest = np.concatenate([power[: peak - 8], power[peak + 9 :]])
    assert 10 * np.log10(power.max() / rest.max()) > 50
