"""How much of what comes from the party may be our own voice coming back. Pure.

A hybrid or a loudspeaker returns what we sent 0 to 300 ms later and weaker. What is not louder than that may be echo, and
then it is no speech. An echo that is louder than assumed is known by being a copy of what we sent, always as much later as
before, and the assumption rises to it; it falls again slowly. One that comes later than that is known by being a copy
alone. A voice that is not ours resembles ours at times, each time at another distance, so it counts when it is loud enough.
Where our own voice sounded and little came back, there is no more echo than that little, and less is assumed.
"""

from __future__ import annotations

from collections import deque

import numpy as np

from ringtrue.conversation.leg import Pcm
from ringtrue.speech.timeline import Timeline

_ASSUMED = 10 ** (-16 / 20)  # of amplitude: an echo 20 dB down must never count, and coding and noise take a few dB of that
_MOST = 1.0
_MARGIN = 10 ** (3 / 20)
_FALL_PER_SECOND = 10 ** (-0.2 / 20)
_LEAST = 10 ** (-34 / 20)  # what comes back of us on a quiet line is at most this (coding noise, crosstalk of a headset)
_SAFE = 10 ** (6 / 20)  # above the echo that a second of our speech left room for
_RISE_PER_SECOND = 10 ** (0.5 / 20)  # of what a line seemed to be: people lay a phone on the table
_LEARNT_MS = 1024  # of both sides, from which it is seen how little came back
_LONGEST_MS = 320  # of an echo's way: 80 ms is usual, mobile networks and loudspeakers reach 300 (ITU-T G.131, G.114)
_LATEST_MS = 1000  # of a copy's way: satellites, and a peer that lags; unknown, the agent would interrupt itself again and again
_COPY_MS = 64
_IS_COPY = 0.7  # correlation: of two test voices 95 % of such pieces stay below 0.6, and a voice needs three of four windows
_SAME_MS = 0.5  # echoes of one line are this much alike in how late they are
_AGREE = 2  # copies in a row: two voices agree once in a thousand windows, an echo in nearly all; a voice takes three windows
_SPOKEN = 300.0  # of our own sound, over most of a second in which something is learnt
_AUDIBLE = 50.0  # of our own sound, as root mean square: less leaves nothing


class EchoEstimate:
    """For one line; windows are asked for in order."""

    def __init__(self, sent: Timeline, *, rate_hz: int, window: int, knows_copies: bool) -> None:
        """`knows_copies`: False where voices are tones, of which each is a copy of any other of its pitch."""
        self._sent = sent
        self._window = window
        self._knows_copies = knows_copies
        self._longest = _LONGEST_MS * rate_hz // 1000
        self._latest = _LATEST_MS * rate_hz // 1000
        self._copy = _COPY_MS * rate_hz // 1000
        self._fall = _FALL_PER_SECOND ** (window / rate_hz)
        self._copied = 0.0
        self._room = EchoRoom(window=window, rate_hz=rate_hz)
        self._same = _SAME_MS * rate_hz / 1000
        self._lags: deque[int] = deque(maxlen=_AGREE)

    def follow(self, at: int, loudness: float) -> None:
        """The party's side is that loud in the window at `at`."""
        self._room.follow(rms(self._sent.read(at, at + self._window)), loudness)

    def level(self, at: int) -> float:
        """The most root mean square that an echo may have in the window at `at`."""
        self._copied *= self._fall
        return self._loudest_sent(at, within=self._longest) * max(self._room.share, self._copied)

    def is_copy(self, heard: Timeline, at: int) -> bool:
        """Whether the window that was loud enough is our own voice all the same; then louder echo is assumed from now on."""
        loudest = self._loudest_sent(at, within=self._latest)
        if not self._knows_copies or loudest < _AUDIBLE:
            return False
        end = at + self._window
        piece = heard.read(end - self._copy, end).astype(np.float64)
        ours = self._sent.read(end - self._copy - self._latest, end).astype(np.float64)
        likeness, lag = _likeness(piece, ours)
        self._lags.append(lag if likeness >= _IS_COPY else -1)
        if not self._is_steady():
            return False
        if lag <= self._longest:
            measured = _rms(piece[-self._window :]) / self._loudest_sent(at, within=self._longest)
            self._copied = min(_MOST, max(self._copied, measured * _MARGIN))
        return True

    def _is_steady(self) -> bool:
        """Whether all the last pieces were copies, as much later as each other."""
        lags = self._lags
        return len(lags) == _AGREE and min(lags) >= 0 and max(lags) - min(lags) <= self._same

    def _loudest_sent(self, at: int, *, within: int) -> float:
        """The loudest of the windows that may sound in this one, that much later: never less than their mean over any shift."""
        first = at - within - within % self._window
        ours = self._sent.read(first, at + self._window).astype(np.float64)
        count = len(ours) // self._window
        energies = np.square(ours[len(ours) - count * self._window :]).reshape(count, self._window).mean(axis=1)
        return float(np.sqrt(energies.max()))


class EchoRoom:
    """How much echo the line can have at most, by what came back while our voice sounded.

    Whatever the echo's delay up to the longest, all that we sent until then came back within the time looked at; so its energy is
    no more than all that was heard in it, the party's own voice and noise included.
    """

    def __init__(self, *, window: int, rate_hz: int) -> None:
        count = _LEARNT_MS * rate_hz // 1000 // window
        self._sent: deque[float] = deque(maxlen=count)
        self._heard: deque[float] = deque(maxlen=count)
        self._returned = count - _LONGEST_MS * rate_hz // 1000 // window
        self._rise = _RISE_PER_SECOND ** (window / rate_hz)
        self.share = _ASSUMED
        """Of the amplitude that we send."""

    def follow(self, sent: float, heard: float) -> None:
        """Both sides of the next window, as root mean square."""
        self._sent.append(sent * sent)
        self._heard.append(heard * heard)
        self.share = min(_ASSUMED, self.share * self._rise)
        energy = sum(list(self._sent)[: self._returned])
        if len(self._sent) < (self._sent.maxlen or 0) or energy < self._returned * _SPOKEN**2:
            return
        self.share = min(self.share, max(_LEAST, _SAFE * (sum(self._heard) / energy) ** 0.5))


def rms(pcm: Pcm) -> float:
    """Root mean square."""
    return _rms(pcm.astype(np.float64))


def _rms(samples: np.ndarray[tuple[int], np.dtype[np.float64]]) -> float:
    return float(np.sqrt(np.mean(np.square(samples)))) if len(samples) else 0.0


def _likeness(
    piece: np.ndarray[tuple[int], np.dtype[np.float64]], ours: np.ndarray[tuple[int], np.dtype[np.float64]]
) -> tuple[float, int]:
    """The greatest normalised correlation of `piece` with any stretch of `ours`, and how much later than that it is."""
    size = 1 << (len(ours) + len(piece)).bit_length()
    product = np.fft.irfft(np.fft.rfft(ours, size) * np.conj(np.fft.rfft(piece, size)), size)[: len(ours) - len(piece) + 1]
    summed = np.concatenate([[0.0], np.cumsum(np.square(ours))])
    energy = summed[len(piece) :] - summed[: -len(piece)]
    scale = np.sqrt(energy * np.square(piece).sum()) + 1e-9
    likeness = np.where(energy > energy.max() * 1e-3, np.abs(product) / scale, 0.0)
    best = int(np.argmax(likeness))
    return float(likeness[best]), len(ours) - len(piece) - best
