"""Who sounds when, measured in recordings of tones with the envelope and the noise of a telephone line."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from ringtrue.audio import wav
from ringtrue.audio.turn_gaps import Gap, Sides, Stretch, answer_gap, sides, stretches

RATE = 8000
FRAME = 80


def channel(seconds: float, *sounds: tuple[float, float], level: float = 0.1, noise: float = 0.0) -> NDArray[np.int16]:
    """A channel with a voice-like tone from and to those seconds, over noise of that level."""
    time = np.arange(int(seconds * RATE)) / RATE
    tone = np.sin(2 * np.pi * 180 * time) * (1 + 0.5 * np.sin(2 * np.pi * 4 * time))
    gate = sum((time >= start) & (time < end) for start, end in sounds) if sounds else np.zeros_like(time)
    hiss = np.random.default_rng(7).normal(size=len(time)) * noise
    return np.asarray((tone * gate * level + hiss) * 32767, dtype="<i2")


def recorded(path: Path, party: NDArray[np.int16], agent: NDArray[np.int16]) -> Path:
    """Both as a recording."""
    both = np.stack((party, agent), axis=1)
    path.write_bytes(wav.header(RATE, len(both)) + both.astype("<i2").tobytes())
    return path


def near(found: Stretch, start_ms: int, end_ms: int) -> bool:
    """Whether it is there, within two frames."""
    return abs(found.start_ms - start_ms) <= 20 and abs(found.end_ms - end_ms) <= 20


@pytest.mark.parametrize("noise", [0.0, 0.001, 0.01])
def test_a_voice_is_found_above_the_noise_of_the_line(noise: float) -> None:
    """From its first frame to its last, at -20 dB of noise too."""
    found = stretches(channel(6, (1, 2), (3.5, 4.25), noise=noise), FRAME)

    assert len(found) == 2
    assert near(found[0], 1000, 2000) and near(found[1], 3500, 4250)


def test_stops_within_words_are_no_pauses() -> None:
    """80 ms of silence are bridged, 200 ms are not."""
    found = stretches(channel(3, (0.5, 1.0), (1.08, 1.5), (1.7, 2.0)), FRAME)

    assert [near(one, *times) for one, times in zip(found, ((500, 1500), (1700, 2000)), strict=True)] == [True, True]


@pytest.mark.parametrize("pcm", [channel(2), channel(2, noise=0.0005), np.zeros(0, dtype=np.int16), channel(2) + np.int16(900)])
def test_a_silent_channel_has_nothing(pcm: NDArray[np.int16]) -> None:
    """Digital silence, a quiet line, no samples, a steady offset."""
    assert stretches(pcm, FRAME) == ()


def test_a_click_is_no_speech() -> None:
    """One loud frame."""
    assert stretches(channel(2, (1, 1.01)), FRAME) == ()


def test_both_sides_of_a_recording(tmp_path: Path) -> None:
    """Caller left, agent right."""
    path = recorded(tmp_path / "a.wav", channel(4, (1, 2)), channel(4, (2.6, 3.5)))

    found = sides(path)

    assert near(found.party[0], 1000, 2000) and near(found.agent[0], 2600, 3500)
    gap = answer_gap(found, ended_ms=1980, sent_ms=2560)
    assert gap is not None and abs(gap.ms - 600) <= 20


def test_an_empty_recording_has_no_sides(tmp_path: Path) -> None:
    """It was answered and hung up at once."""
    path = recorded(tmp_path / "a.wav", channel(0), channel(0))

    assert sides(path) == Sides(party=(), agent=())


PARTY = (Stretch(start_ms=1000, end_ms=2000), Stretch(start_ms=5000, end_ms=6000))
AGENT = (Stretch(start_ms=0, end_ms=900), Stretch(start_ms=2700, end_ms=4000), Stretch(start_ms=5900, end_ms=7000))


@pytest.mark.parametrize(
    ("ended_ms", "sent_ms", "gap"),
    [
        (1950, 2660, Gap(ended_ms=2000, began_ms=2700)),
        (1950, 2740, Gap(ended_ms=2000, began_ms=2700)),  # sounded a little before it was planned
        (5700, 5800, Gap(ended_ms=6000, began_ms=5900)),  # the agent began into the party's words
        (1950, 1600, None),  # the agent did not sound within a second
        (1950, 7100, None),
        (4100, 2700, None),  # that is other speech
        (100, 0, None),  # nobody spoke before
    ],
)
def test_the_gap_belongs_to_the_turn(ended_ms: int, sent_ms: int, gap: Gap | None) -> None:
    """The agent's onset where its first sample went out, and the party's last sound before."""
    assert answer_gap(Sides(party=PARTY, agent=AGENT), ended_ms=ended_ms, sent_ms=sent_ms) == gap


def test_an_answer_into_the_agents_own_words_is_not_measured() -> None:
    """What was cut ran up to it: no silence shows where it began."""
    agent = (Stretch(start_ms=2300, end_ms=2900), Stretch(start_ms=3100, end_ms=4000))

    assert answer_gap(Sides(party=PARTY, agent=agent), ended_ms=2000, sent_ms=2500) is None


@pytest.mark.parametrize(("until_ms", "is_answered"), [(2600, False), (2700, True), (None, True)])
def test_what_begins_behind_the_next_turn_answers_that(until_ms: int | None, is_answered: bool) -> None:
    """The first answer was cut before it sounded."""
    gap = answer_gap(Sides(party=PARTY, agent=AGENT), ended_ms=2000, sent_ms=2400, until_ms=until_ms)

    assert (gap is not None) == is_answered
