"""What a callee hears and says: a detector of speech, a murmur to be recognised by, and both sides kept for the disk."""

from __future__ import annotations

import wave
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ringtrue.conversation.leg import Pcm, Position

_LOUD = 400
_RUN_GAP = 2400  # samples: 0.3 s, as between sentences; stops within words are shorter
_TONE = 9000  # peak of what is no voice
_PIECE = 8000 * 10  # buffers grow by ten seconds


class Listener:
    """Knows when the agent last spoke, from the audio alone."""

    def __init__(self) -> None:
        self.speech_samples = 0
        self.last_speech: int | None = None
        self.total_samples = 0
        self.since = 0
        self._runs: list[_Run] = []

    def heard(self, at: Position, pcm: Pcm) -> None:
        """A packet as decoded."""
        if not len(pcm) or int(np.abs(pcm.astype(np.int32)).max()) <= _LOUD:
            return
        start, end = int(at), int(at) + len(pcm)
        if self.last_speech is None or start - self.last_speech > _RUN_GAP or not self._runs:
            self._runs.append(_Run(start=start, end=end, samples=0))
        self._runs[-1].end = end
        self._runs[-1].samples += len(pcm)
        self.speech_samples += len(pcm)
        self.total_samples += len(pcm)
        self.last_speech = end

    def sent(self, at: Position, pcm: Pcm) -> None:
        """What we say ourselves does not count."""

    def is_prompt_over(self, now: int, pause_samples: int, least_samples: int = 2400) -> bool:
        """Whether something was said and then nothing for that long."""
        return self.last_speech is not None and self.speech_samples >= least_samples and now - self.last_speech >= pause_samples

    def forget(self) -> None:
        """The next prompt is a new one."""
        self.speech_samples = 0
        self.last_speech = None
        self._runs.clear()

    @property
    def first_speech(self) -> int:
        """Where the prompt began; where it may begin, before it did."""
        return self._runs[0].start if self._runs else self.since

    @property
    def stretch(self) -> tuple[int, int]:
        """Where the last stretch of speech without a pause began, and how many samples of it there are."""
        return (self._runs[-1].start, self._runs[-1].samples) if self._runs else (self.since, 0)

    def begin_at(self, position: int, otherwise: int) -> None:
        """The next prompt is what began to be said at `position` or later, though we may have been speaking until `otherwise`.

        What was begun before that belongs to the prompt that is over, also where it goes on beyond `otherwise`.
        """
        runs = [run for run in self._runs if run.start >= position]
        self.since = runs[0].start if runs else otherwise
        self._runs = runs
        self.speech_samples = sum(run.samples for run in runs)
        self.last_speech = runs[-1].end if runs else None


@dataclass(kw_only=True, slots=True)
class _Run:
    """A stretch of speech without a pause."""

    start: int
    end: int
    samples: int


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

    def read(self, start: int, end: int) -> Pcm:
        """That stretch, silence where nothing was put."""
        first, last = max(start, 0), min(end, self._end)
        if last <= first:
            return np.zeros(end - start, dtype=np.int16)
        return np.pad(self._samples[first:last], (first - start, end - last))

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


def quietest(pcm: Pcm, rate_hz: int = 8000) -> int:
    """Where it is quietest over 30 ms: there a word is least likely to be cut in two."""
    frame = rate_hz // 100
    count = len(pcm) // frame
    if count < 3:
        return 0
    energy = np.square(pcm[: count * frame].astype(np.float64)).reshape(count, frame).sum(axis=1)
    return int(np.argmin(np.convolve(energy, np.ones(3), mode="valid")) + 1) * frame + frame // 2


def beep(hz: float, ms: int, rate_hz: int = 8000) -> Pcm:
    """A steady tone as answering machines give it, faded over 5 ms."""
    count = rate_hz * ms // 1000
    fade = np.minimum(1.0, np.minimum(np.arange(count), np.arange(count)[::-1]) / (rate_hz * 0.005))
    return np.asarray(np.sin(2 * np.pi * hz * np.arange(count) / rate_hz) * fade * _TONE, dtype=np.int16)


def music(seed: int, seconds: float, rate_hz: int = 8000) -> Pcm:
    """Hold music: slow broken chords over a bass, another tune for every seed."""
    random = np.random.default_rng(seed)
    note = int(rate_hz * 0.3)
    times = np.arange(note) / rate_hz
    decay = np.exp(-times * 4) * np.minimum(1.0, times / 0.01)
    tune = []
    for number in range(int(seconds / 0.3) + 1):
        if number % 8 == 0:
            root = 48 + int(random.choice([0, 5, 7, 9]))
        pitches = (root - 12, root + int(random.choice([0, 4, 7, 12])) + 12)
        tune.append(sum(_harmonics(pitch, times) for pitch in pitches) * decay)
    whole = np.concatenate(tune)[: int(seconds * rate_hz)]
    return np.asarray(whole / np.abs(whole).max() * _TONE, dtype=np.int16)


def _harmonics(pitch: int, times: np.ndarray[tuple[int], np.dtype[np.float64]]) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    hz = 440.0 * 2 ** ((pitch - 69) / 12)
    return np.asarray(sum(np.sin(2 * np.pi * hz * n * times) / n**1.5 for n in range(1, 6)))
