"""When a voice is on, with what is as loud as a voice taken for one, and with a model that says so."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from ringtrue.conversation.leg import Pcm
from ringtrue.conversation.speech import SpeechPaused, SpeechStarted
from ringtrue.speech.echo import EchoEstimate
from ringtrue.speech.timeline import Timeline
from ringtrue.speech.vad import AnySound, VoiceGate, VoiceModel
from ringtrue.testing import sounds

RATE_HZ = 8000
WINDOW = 256
MS = 8


RUN_UP = 30  # windows that the model is given before the first loud one


class Told:
    """A model that says of each window what it was told to say, from the first loud one on."""

    def __init__(self, probabilities: dict[int, float]) -> None:
        self.probabilities = probabilities
        self.asked = -RUN_UP

    def probability(self, window: NDArray[np.int16]) -> float:
        """The next."""
        self.asked += 1
        return self.probabilities.get(self.asked - 1, 0.0)


def changes(heard: Pcm, *, sent: Pcm | None = None, model: VoiceModel | None = None) -> list[tuple[str, int]]:
    """What the gate told, with positions."""
    sides = [Timeline(most=60 * RATE_HZ) for _ in range(2)]
    for side, pcm in zip(sides, (heard, sent if sent is not None else sounds.silence(0)), strict=True):
        side.write(0, pcm)
    echo = EchoEstimate(sides[1], rate_hz=RATE_HZ, window=WINDOW, knows_copies=True)
    gate = VoiceGate(sides[0], echo, model or AnySound(), rate_hz=RATE_HZ)
    told = [gate.take(at) for at in range(0, len(heard) - WINDOW, WINDOW)]
    return [(type(change).__name__, int(change.at)) for change in told if change is not None]


def voice(seconds: float, level: float = 2000) -> Pcm:
    """A sound as loud as a voice."""
    return sounds.tone((300, 700), seconds, level=level)


def after(seconds: float, *pieces: Pcm) -> Pcm:
    """Pieces behind that much silence, and more of it behind them."""
    return np.concatenate([sounds.silence(seconds), *pieces, sounds.silence(1)])


@pytest.mark.parametrize("shift", [0, 50, 128, 200])
def test_a_voice_is_told_from_where_it_rose_to_where_it_ended(shift: int) -> None:
    """To the window of 32 ms, wherever its edges lie within one."""
    start = 10 * WINDOW + shift

    told = changes(np.concatenate([np.zeros(start, dtype=np.int16), voice(0.5), sounds.silence(1)]))

    assert [name for name, _ in told] == ["SpeechStarted", "SpeechPaused"]
    assert start - WINDOW <= told[0][1] <= start + WINDOW
    assert start + 4000 - WINDOW <= told[1][1] <= start + 4000 + WINDOW


def test_what_is_shorter_than_a_syllable_is_none() -> None:
    """Clicks of 50 ms, ever so loud."""
    assert changes(after(1, voice(0.05, 12000), sounds.silence(0.5), voice(0.05, 12000))) == []


def test_a_gap_within_a_word_is_no_pause() -> None:
    """A stop consonant closes the mouth for 60 ms; a pause of 200 ms is told."""
    assert len(changes(after(1, voice(0.3), sounds.silence(0.06), voice(0.3)))) == 2
    assert len(changes(after(1, voice(0.3), sounds.silence(0.2), voice(0.3)))) == 4


def test_a_voice_never_begins_before_the_last_one_ended() -> None:
    """However short the pause was."""
    told = changes(after(1, *[piece for _ in range(6) for piece in (voice(0.2), sounds.silence(0.1))]))

    places = [at for _, at in told]
    assert len(told) > 4
    assert places == sorted(places)


def test_what_nobody_would_speak_as_quietly_as_is_silence() -> None:
    """-60 dB of full scale."""
    assert changes(after(1, voice(1, 30))) == []


def test_noise_that_goes_on_is_no_voice() -> None:
    """It began before anyone listened for long enough to know it; from 2.5 s on nothing begins."""
    told = changes(sounds.noise(12, level=1500, seed=1))

    assert all(at < 3 * RATE_HZ for _, at in told)


def test_a_voice_six_decibels_above_noise_begins_and_ends() -> None:
    """Once the noise is known."""
    noise = sounds.noise(8, level=300, seed=2)
    heard = sounds.together(noise, after(5, voice(1, 1500)))

    told = [change for change in changes(heard) if change[1] > 4 * RATE_HZ]

    assert [name for name, _ in told] == ["SpeechStarted", "SpeechPaused"]
    assert abs(told[0][1] - 5 * RATE_HZ) <= 2 * WINDOW
    assert abs(told[1][1] - 6 * RATE_HZ) <= 2 * WINDOW


@pytest.mark.parametrize("ms", [20, 80, 200])
def test_an_echo_twenty_decibels_down_never_counts(ms: int) -> None:
    """Neither when it begins, nor when it ends, nor while it lasts."""
    sent = np.concatenate([sounds.silence(1), *[p for n in range(8) for p in (voice(0.1 + n / 20, 3000), sounds.silence(0.1))]])
    heard = np.pad(sent, (ms * MS, 4000)) // 10

    assert changes(sounds.telephone(heard), sent=sent) == []


def test_a_voice_over_an_echo_counts() -> None:
    """The party speaks as loudly as we do."""
    rng = np.random.default_rng(3)
    sent = np.concatenate([sounds.silence(1), sounds.noise(5, level=2500, seed=4, colour="pink")])
    said = np.asarray(sounds.noise(2, level=2500, seed=5, colour="pink") * rng.uniform(0.9, 1.1), dtype=np.int16)
    heard = sounds.together(np.pad(sent, (80 * MS, 0)) // 10, after(3, said))

    told = changes(heard, sent=sent)

    assert told[0][0] == "SpeechStarted"
    assert abs(told[0][1] - 3 * RATE_HZ) <= 3 * WINDOW


def test_a_model_that_denies_it_keeps_the_gate_closed() -> None:
    """Loud is not enough."""
    assert changes(after(1, voice(3)), model=Told({})) == []


def test_a_model_that_is_late_does_not_make_the_voice_late() -> None:
    """Two windows of sound that it had no word for yet belong to the voice."""
    start = 10 * WINDOW
    model = Told(dict.fromkeys(range(2, 16), 0.9))

    told = changes(np.concatenate([np.zeros(start, dtype=np.int16), voice(0.5), sounds.silence(1)]), model=model)

    assert told[0] == ("SpeechStarted", start)


def test_to_go_on_less_certainty_is_needed_than_to_begin() -> None:
    """0.4 does not begin a voice, but does not end one either."""
    begins = dict.fromkeys(range(5), 0.9) | dict.fromkeys(range(5, 100), 0.4)

    assert changes(after(1, voice(1)), model=Told(dict.fromkeys(range(100), 0.4))) == []
    assert changes(after(1, voice(1)), model=Told(begins))[1][1] > 1.7 * RATE_HZ


def test_in_long_silence_the_model_is_not_asked() -> None:
    """It costs more than everything else; the first sound wakes it."""
    model = Told({})

    changes(after(20, voice(0.5)), model=model)

    assert model.asked < 80


def test_the_events_are_those_of_the_port() -> None:
    """Typed, not named."""
    side = Timeline(most=RATE_HZ * 10)
    side.write(0, after(0.5, voice(0.5)))
    echo = EchoEstimate(Timeline(most=RATE_HZ), rate_hz=RATE_HZ, window=WINDOW, knows_copies=True)
    gate = VoiceGate(side, echo, AnySound(), rate_hz=RATE_HZ)

    told = [change for at in range(0, 14000, WINDOW) if (change := gate.take(at)) is not None]

    assert [type(change) for change in told] == [SpeechStarted, SpeechPaused]
