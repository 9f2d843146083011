"""What of the party's side is our own voice coming back: by its loudness, and by being a copy."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from numpy.typing import NDArray

from ringtrue.conversation.leg import Pcm
from ringtrue.speech.echo import EchoEstimate, rms
from ringtrue.speech.timeline import Timeline
from ringtrue.testing import sounds

RATE_HZ = 8000
WINDOW = 256


def voice(seed: int, seconds: float = 3.0) -> Pcm:
    """Something as irregular as a voice: noise of a voice's colour that swells four times a second."""
    steady = sounds.noise(seconds, level=2500, seed=seed, colour="pink")
    swell: NDArray[np.float64] = 0.55 + 0.45 * np.sin(2 * np.pi * 4 * np.arange(len(steady)) / RATE_HZ + seed)
    return np.asarray(steady * swell, dtype=np.int16)


def came_back(sent: Pcm, *, db: float, ms: int) -> Pcm:
    """Our voice as a line returns it."""
    late = ms * RATE_HZ // 1000
    return sounds.telephone(np.asarray(np.pad(sent, (late, 0))[: len(sent)] * 10 ** (db / 20), dtype=np.int16))


def line(samples: Pcm) -> Timeline:
    """A side that carried this."""
    side = Timeline(most=len(samples))
    side.write(0, samples)
    return side


def estimate(sent: Pcm, *, knows_copies: bool = True) -> EchoEstimate:
    """Of a line on which we sent this."""
    return EchoEstimate(line(sent), rate_hz=RATE_HZ, window=WINDOW, knows_copies=knows_copies)


def passed(heard: Pcm, echo: EchoEstimate) -> list[int]:
    """The windows that neither their level nor being a copy explains."""
    side = line(heard)
    starts = range(0, len(heard) - WINDOW, WINDOW)
    return [at for at in starts if rms(heard[at : at + WINDOW]) > echo.level(at) and not echo.is_copy(side, at)]


@pytest.mark.parametrize("ms", [0, 20, 80, 150, 300])
def test_an_echo_twenty_decibels_down_is_never_more_than_assumed(ms: int) -> None:
    """Through G.711, after any time that a telephone line takes, without knowing copies."""
    sent = voice(1)

    assert passed(came_back(sent, db=-20, ms=ms), estimate(sent, knows_copies=False)) == []


@pytest.mark.parametrize("db", [-12, -6, 0])
def test_a_loud_echo_is_known_as_a_copy_and_learned(db: float) -> None:
    """One window passes, from the second on it is known, and soon its level alone explains it."""
    sent = voice(2)
    heard = came_back(sent, db=db, ms=80)
    echo = estimate(sent)

    assert len(passed(heard, echo)) <= 1
    later = range(2 * RATE_HZ, len(heard) - WINDOW, WINDOW)
    explained = [rms(heard[at : at + WINDOW]) <= echo.level(at) for at in later]
    assert sum(explained) > 0.8 * len(explained)


@pytest.mark.parametrize("ms", [400, 700, 950])
def test_an_echo_later_than_any_level_allows_for_is_known_as_a_copy(ms: int) -> None:
    """Also once we are silent again; too few windows in a row pass to be taken for a voice."""
    sent = np.concatenate([voice(13), sounds.silence(1.5)])

    windows = [at // WINDOW for at in passed(came_back(sent, db=-20, ms=ms), estimate(sent))]

    assert all(third - first > 3 for first, third in zip(windows, windows[2:], strict=False))


def test_what_resembles_our_voice_once_is_no_echo() -> None:
    """Pieces of it, each at another distance."""
    sent = voice(10)
    late = itertools.cycle((40, 90, 60, 20))
    pieces = [came_back(sent, db=0, ms=next(late))[at : at + WINDOW] for at in range(0, len(sent), WINDOW)]
    heard = np.concatenate(pieces)

    assert len(passed(heard, estimate(sent))) > 0.8 * len(heard) / WINDOW


def test_a_line_without_echo_lets_soft_voices_pass_over_ours() -> None:
    """After a second in which we spoke and nothing came back; where 20 dB come back, as much as ever is assumed."""
    sent = voice(11, 6.0)
    soft = np.asarray(voice(12, 6.0) * 0.08, dtype=np.int16)
    soft[: 2 * RATE_HZ] = 0

    def share_passed(heard: Pcm) -> float:
        echo, side, count = estimate(sent), line(heard), 0
        for at in range(0, len(heard) - WINDOW, WINDOW):
            echo.follow(at, rms(heard[at : at + WINDOW]))
            count += at >= 2 * RATE_HZ and rms(heard[at : at + WINDOW]) > echo.level(at) and not echo.is_copy(side, at)
        return count / (4 * RATE_HZ / WINDOW)

    assert share_passed(soft) > 0.6
    assert share_passed(sounds.together(soft, came_back(sent, db=-20, ms=80))) < 0.2
    assert share_passed(came_back(sent, db=-20, ms=300)) == 0


def test_another_voice_over_an_echo_passes() -> None:
    """Nearly wherever it is as loud as ours."""
    sent, other = voice(3), voice(4)
    heard = sounds.together(came_back(sent, db=-20, ms=80), other)

    assert len(passed(heard, estimate(sent))) > 0.75 * len(heard) / WINDOW


def test_another_voice_passes_after_a_loud_echo_was_learned() -> None:
    """What was assumed rises to the echo and little further: more than half of what the other says stands out."""
    sent = voice(5, 6.0)
    heard = came_back(sent, db=-12, ms=80)
    heard[3 * RATE_HZ :] = sounds.together(heard[3 * RATE_HZ :], voice(6, 3.0))

    late = [at for at in passed(heard, estimate(sent)) if at >= 3 * RATE_HZ]

    assert len(late) > 0.5 * 3 * RATE_HZ / WINDOW


def test_what_was_learned_is_forgotten_in_time() -> None:
    """0.2 dB a second, whoever speaks or is silent meanwhile."""
    sent = np.concatenate([sounds.tone((700,), 2, level=2000), sounds.silence(40), sounds.tone((700,), 2, level=2000)])
    side, echo = line(came_back(sent, db=-6, ms=80)), estimate(sent)

    levels = []
    for at in range(0, len(sent) - WINDOW, WINDOW):
        levels.append(echo.level(at))
        if at < 2 * RATE_HZ:
            echo.is_copy(side, at)

    learned, left = levels[2 * RATE_HZ // WINDOW - 1], levels[-1]
    assert 20 * np.log10(learned / left) == pytest.approx(0.2 * 42, abs=0.5)


def test_without_our_voice_nothing_is_echo() -> None:
    """Silence sent: no level, no copy."""
    sent = sounds.silence(2)

    assert len(passed(voice(9, 2.0), estimate(sent))) == 2 * RATE_HZ // WINDOW


def test_where_voices_are_tones_copies_are_not_looked_for() -> None:
    """Each tone is a copy of any other of its pitch: there even what is one passes."""
    both = voice(8)

    assert len(passed(both, estimate(both, knows_copies=False))) > 0.5 * len(both) / WINDOW
    assert len(passed(both, estimate(both))) <= 1
