"""Knows the beep of an answering machine: one pure tone, steady in pitch and loudness, with quiet before and behind it. Pure.

Keys (DTMF) and most signals of the network are two tones at once; ring-back and busy of one tone are at 400 to 450 Hz
(ITU-T E.180), below what counts here; the three tones before an announcement (ITU-T E.180, 950, 1400, 1800 Hz) follow one
another without quiet between; voices and instruments carry overtones or change.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ringtrue.conversation.leg import Pcm

_LOWEST_HZ, _HIGHEST_HZ = 500, 2500
_SHORTEST_MS = 140  # 150 ms, less what the edges' windows hide
_PURE = 0.97  # of the energy lies at the pitch
_SAME_HZ = 12.0  # from window to window
_DRIFT_HZ = 25.0  # in all: a whistle glides further
_SAME_LOUDNESS = 1.25
_QUIET = 0.25  # of the tone's loudness: 12 dB
_AUDIBLE = 150.0  # root mean square


@dataclass(frozen=True, kw_only=True, slots=True)
class _Window:
    at: int
    rms: float
    hz: float | None


class BeepDetector:
    """For one line; windows are given in order."""

    def __init__(self, *, rate_hz: int, window: int) -> None:
        self._rate_hz = rate_hz
        self._size = window
        self._taper = np.hanning(window)
        self._run: list[_Window] = []
        self._before: tuple[float, float] = (0.0, 0.0)
        self._last: tuple[float, float] = (0.0, 0.0)
        self._edge: float | None = None

    def take(self, at: int, pcm: Pcm) -> int | None:
        """The position where a beep ended, told one or two windows later."""
        window = self._look(at, pcm)
        ended = None
        if self._edge is not None:
            ended = self._judge(self._edge, window.rms)
            self._run, self._edge = [], None
        elif self._run and not self._goes_on(window):
            self._edge = window.rms  # may hold the tone's last piece; the next one must be quiet
        if self._edge is None and window.hz is not None and (not self._run or self._goes_on(window)):
            if not self._run:
                self._before = self._last
            self._run.append(window)
        self._last = (self._last[1], window.rms)
        return ended

    def _look(self, at: int, pcm: Pcm) -> _Window:
        samples = pcm.astype(np.float64)
        rms = float(np.sqrt(np.mean(np.square(samples))))
        if rms < _AUDIBLE:
            return _Window(at=at, rms=rms, hz=None)
        power = np.square(np.abs(np.fft.rfft(samples * self._taper)))
        peak = int(np.argmax(power[2:-2])) + 2
        near = power[peak - 2 : peak + 3]
        if near.sum() <= _PURE * power[1:].sum():  # or there is nothing but what the taper hides
            return _Window(at=at, rms=rms, hz=None)
        hz = float(near @ np.arange(peak - 2, peak + 3) / near.sum()) * self._rate_hz / self._size
        return _Window(at=at, rms=rms, hz=hz if _LOWEST_HZ <= hz <= _HIGHEST_HZ else None)

    def _goes_on(self, window: _Window) -> bool:
        if window.hz is None:
            return False
        first, last = self._run[0], self._run[-1]
        assert first.hz is not None
        assert last.hz is not None
        is_louder = len(self._run) == 1 and window.rms > last.rms  # the first window may hold only a piece of the tone
        is_as_loud = last.rms / _SAME_LOUDNESS <= window.rms <= last.rms * _SAME_LOUDNESS
        is_steady = abs(window.hz - last.hz) <= _SAME_HZ and abs(window.hz - first.hz) <= _DRIFT_HZ
        return is_steady and (is_as_loud or is_louder)

    def _judge(self, edge: float, behind: float) -> int | None:
        loudness = max(window.rms for window in self._run)
        share = min(1.0, (edge / loudness) ** 2)  # of the window behind the run that still was tone
        start_share = min(1.0, (self._before[1] / loudness) ** 2)
        windows = sum(min(1.0, (window.rms / loudness) ** 2) for window in self._run) + share + start_share
        is_long = windows * self._size >= _SHORTEST_MS * self._rate_hz // 1000
        is_alone = self._before[0] <= _QUIET * loudness and behind <= _QUIET * loudness
        if not is_long or not is_alone or len(self._run) < 2:
            return None
        return self._run[-1].at + self._size + int(share * self._size)
