"""When the party's voice is on: windows of 32 ms, each above noise and echo and, where a model is loaded, like a voice. Pure.

A voice begins with three of four such windows (about 100 ms) and is told back to where the sound rose; it pauses after three
windows without.
"""

from __future__ import annotations

from collections import deque
from typing import Protocol

from ringtrue.conversation.leg import Pcm, Position
from ringtrue.conversation.speech import SpeechPaused, SpeechStarted
from ringtrue.speech.echo import EchoEstimate, rms
from ringtrue.speech.timeline import Timeline

WINDOW_MS = 32
_ON, _STAY = 0.5, 0.35  # probabilities: the model's own thresholds for beginning and for going on
_BEGIN, _OF, _END = 3, 4, 3  # windows
_LOOK_BACK = 3  # windows: the model is late by up to two, and a soft beginning by one more
_QUIETEST = 60.0  # root mean square, about -55 dB of full scale: nobody speaks below that on a telephone
_ABOVE_NOISE = 2.0  # 6 dB
_NOISE_SECONDS = 2.5  # of which the quietest window is the noise: every voice breathes within that
_IDLE = 12  # quiet windows after which the model is not asked
_RUN_UP = 30  # windows before the first loud one that the model gets first: without, a soft "hello" seems half as much a voice


class VoiceModel(Protocol):
    """Knows a voice from other sounds; for one line, with a memory of its own."""

    def probability(self, window: Pcm) -> float:
        """Of a voice in these 32 ms, which follow those of the call before."""
        ...


class AnySound:
    """Takes whatever is loud enough for a voice: for lines on which nothing else sounds."""

    def probability(self, window: Pcm) -> float:
        """1."""
        return 1.0


class VoiceGate:
    """For one line; windows are given in order."""

    def __init__(self, heard: Timeline, echo: EchoEstimate, model: VoiceModel, *, rate_hz: int) -> None:
        self._heard = heard
        self._echo = echo
        self._model = model
        self._size = WINDOW_MS * rate_hz // 1000
        self._levels: deque[float] = deque(maxlen=int(_NOISE_SECONDS * 1000 / WINDOW_MS))
        self._voiced: deque[bool] = deque(maxlen=_OF)
        self._loud: deque[bool] = deque(maxlen=_OF + _LOOK_BACK)
        self._quiet = _IDLE
        self._is_asked = False
        self._last_voiced_end = 0
        self._paused_at = 0
        self.is_on = False

    def take(self, at: int) -> SpeechStarted | SpeechPaused | None:
        """What the window at `at` changed."""
        pcm = self._heard.read(at, at + self._size)
        loudness = rms(pcm)
        self._echo.follow(at, loudness)
        is_loud = loudness > max(_QUIETEST, self._noise() * _ABOVE_NOISE, self._echo.level(at))
        self._levels.append(loudness)
        self._quiet = 0 if is_loud else self._quiet + 1
        likely = self._likely(at, pcm) if self._quiet < _IDLE else 0.0
        self._is_asked = self._quiet < _IDLE
        is_voiced = is_loud and likely >= (_STAY if self.is_on else _ON) and not self._echo.is_copy(self._heard, at)
        self._voiced.append(is_voiced)
        self._loud.append(is_loud)
        if is_voiced:
            self._last_voiced_end = at + self._size
        if not self.is_on and sum(self._voiced) >= _BEGIN:
            self.is_on = True
            return SpeechStarted(at=Position(self._rise(at)))
        if self.is_on and at + self._size - self._last_voiced_end >= _END * self._size:
            self.is_on = False
            self._paused_at = self._last_voiced_end
            self._voiced.clear()
            return SpeechPaused(at=Position(self._last_voiced_end))
        return None

    def _likely(self, at: int, pcm: Pcm) -> float:
        """Of a voice in this window, to a model that has heard the last second."""
        if not self._is_asked:
            for back in range(_RUN_UP, 0, -1):
                before = at - back * self._size
                self._model.probability(self._heard.read(before, before + self._size))
        return self._model.probability(pcm)

    def _noise(self) -> float:
        """Unknown, so none, while too little was heard."""
        return min(self._levels) if len(self._levels) == self._levels.maxlen else 0.0

    def _rise(self, at: int) -> int:
        """Where the first voiced window is, or the sound before it that led into it; never before the last voice ended."""
        voiced = list(self._voiced)
        back = len(voiced) - 1 - voiced.index(True)
        loud = list(self._loud)
        for _ in range(_LOOK_BACK):
            if back + 1 < len(loud) and loud[-back - 2]:
                back += 1
        return max(at - back * self._size, self._paused_at)
