"""The tone of an answering machine, among everything else that sounds."""

from __future__ import annotations

import numpy as np
import pytest

from ringtrue.conversation.leg import Pcm
from ringtrue.speech.beep import BeepDetector
from ringtrue.testing import sounds

RATE_HZ = 8000
WINDOW = 256
MS = 8


def beeps(sound: Pcm) -> list[int]:
    """Where beeps ended."""
    detector = BeepDetector(rate_hz=RATE_HZ, window=WINDOW)
    told = [detector.take(at, sound[at : at + WINDOW]) for at in range(0, len(sound) - WINDOW + 1, WINDOW)]
    return [at for at in told if at is not None]


def within(sound: Pcm, before: int = 8000) -> Pcm:
    """With silence around it, through G.711."""
    return sounds.telephone(np.concatenate([np.zeros(before, dtype=np.int16), sound, sounds.silence(1)]))


@pytest.mark.parametrize("hertz", [550, 800, 1000, 1033.7, 1400, 2000, 2400])
@pytest.mark.parametrize("seconds", [0.15, 0.2, 0.5, 2.0])
@pytest.mark.parametrize("shift", [0, 100, 190])
def test_a_beep_is_known_and_told_where_it_ended(hertz: float, seconds: float, shift: int) -> None:
    """Of every pitch and length, wherever its edges lie; to 20 ms."""
    told = beeps(within(sounds.tone((hertz,), seconds, level=3000), 8000 + shift))

    assert len(told) == 1
    assert abs(told[0] - (8000 + shift + seconds * RATE_HZ)) <= 20 * MS


@pytest.mark.parametrize("level", [250, 1000, 12000])
def test_it_may_be_quiet_or_loud(level: float) -> None:
    """From -40 dB of full scale to far above a voice."""
    assert len(beeps(within(sounds.tone((1000,), 0.4, level=level)))) == 1


def test_it_is_known_in_noise() -> None:
    """25 dB above it."""
    noise = sounds.noise(3, level=110, seed=1, colour="pink")

    assert len(beeps(sounds.together(within(sounds.tone((1000,), 0.5, level=2000)), noise))) == 1


def test_two_are_two() -> None:
    """Half a second apart."""
    pair = np.concatenate([sounds.tone((1000,), 0.3, level=3000), sounds.silence(0.5)] * 2)

    assert len(beeps(within(pair))) == 2


@pytest.mark.parametrize(
    "sound",
    [
        pytest.param(sounds.keys("0123456789*#ABCD", level=3000), id="keys"),
        pytest.param(sounds.keys("5", level=3000, on=1.0), id="a key held down"),
        pytest.param(sounds.cadence((440, 480), (2.0, 1.0), level=3000, times=2), id="US ring-back"),
        pytest.param(sounds.cadence((400, 450), (0.4, 0.2), level=3000, times=4), id="UK ring-back"),
        pytest.param(sounds.cadence((425,), (1.0, 1.0), level=3000, times=2), id="European ring-back"),
        pytest.param(sounds.cadence((480, 620), (0.5, 0.5), level=3000, times=3), id="US busy"),
        pytest.param(sounds.cadence((425,), (0.5, 0.5), level=3000, times=3), id="European busy"),
        pytest.param(sounds.tone((350, 440), 2, level=3000), id="dial tone"),
        pytest.param(np.concatenate([sounds.tone((hz,), 0.33, level=3000) for hz in (950, 1400, 1800)]), id="announcement"),
        pytest.param(sounds.tone((1000,), 0.1, level=3000), id="too short"),
        pytest.param(sounds.tone((1000,), 0.5, level=100), id="too quiet"),
        pytest.param(sounds.tone((120, 240, 360), 2, level=3000), id="hum"),
        pytest.param(sounds.noise(2, level=3000, seed=2), id="noise"),
        pytest.param(sounds.tone((1000, 2000), 0.5, level=3000), id="with an overtone"),
    ],
)
def test_other_sounds_are_none(sound: Pcm) -> None:
    """Keys, signals of the network, noise, instruments."""
    assert beeps(within(sound)) == []


@pytest.mark.parametrize("name", ["melody", "chords", "siren", "whistle", "modem", "drums", "knocks", "howler", "bursts"])
def test_what_changes_its_pitch_is_none(name: str) -> None:
    """Instruments, sirens, whistling and modems, each in several forms."""
    for kind, sound in sounds.others():
        if kind.startswith(name):
            assert beeps(sound) == [], kind


def test_a_tone_within_speech_is_none() -> None:
    """There must be quiet before and behind it."""
    around = sounds.noise(1, level=2000, seed=3, colour="pink")

    assert beeps(within(np.concatenate([around, sounds.tone((1000,), 0.4, level=2000), around]))) == []


def test_silence_is_none() -> None:
    """Nor is what is left of it by the codec."""
    assert beeps(sounds.silence(2)) == []
