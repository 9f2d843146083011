"""How much of what comes from the party may be our own voice coming back. Pure.

A hybrid or a loudspeaker returns what we sent 0 to 300 ms later and weaker. What is not louder than that may be echo, and
then it is no speech. An echo that is louder than assumed is known by being a copy of what we sent, and the assumption
rises to it; it falls again slowly. A voice that is not ours is no copy, so it counts when it is loud enough.
"""

from __future__ import annotations

import numpy as np

from ringtrue.conversation.leg import Pcm
from ringtrue.speech.timeline import Timeline

_ASSUMED = 10 ** (-16 / 20)  # of amplitude: an echo 20 dB down must never count, and coding and noise take a few dB of that
_MOST = 1.0
_MARGIN = 10 ** (3 / 20)
_FALL_PER_SECOND = 10 ** (-0.2 / 20)
_LONGEST_MS = 320  # of an echo's way: 80 ms is usual, mobile networks and loudspeakers reach 300 (ITU-T G.131, G.114)
_COPY_MS = 64
_IS_COPY = 0.7  # correlation: of two test voices 95 % of such pieces stay below 0.6, and a voice needs three of four windows
_AUDIBLE = 50.0  # of our own sound, as root mean square: less leaves nothing


class EchoEstimate:
    """For one line; windows are asked for in order."""

    def __init__(self, sent: Timeline, *, rate_hz: int, window: int, knows_copies: bool) -> None:
        """`knows_copies`: False where voices are tones, of which each is a copy of any other of its pitch."""
        self._sent = sent
        self._window = window
        self._knows_copies = knows_copies
        self._longest = _LONGEST_MS * rate_hz // 1000
        self._copy = _COPY_MS * rate_hz // 1000
        self._fall = _FALL_PER_SECOND ** (window / rate_hz)
        self._share = _ASSUMED

    def level(self, at: int) -> float:
        """The most root mean square that an echo may have in the window at `at`."""
        self._share = max(_ASSUMED, self._share * self._fall)
        return self._loudest_sent(at) * self._share

    def is_copy(self, heard: Timeline, at: int) -> bool:
        """Whether the window that was loud enough is our own voice all the same; then louder echo is assumed from now on."""
        loudest = self._loudest_sent(at)
        if not self._knows_copies or loudest < _AUDIBLE:
            return False
        end = at + self._window
        piece = heard.read(end - self._copy, end).astype(np.float64)
        ours = self._sent.read(end - self._copy - self._longest, end).astype(np.float64)
        if _correlation(piece, ours) < _IS_COPY:
            return False
        measured = _rms(piece[-self._window :]) / loudest
        self._share = min(_MOST, max(self._share, measured * _MARGIN))
        return True

    def _loudest_sent(self, at: int) -> float:
        """The loudest of the windows that may sound in this one: never less than their mean over any shift."""
        first = at - self._longest - self._longest % self._window
        ours = self._sent.read(first, at + self._window).astype(np.float64)
        count = len(ours) // self._window
        energies = np.square(ours[len(ours) - count * self._window :]).reshape(count, self._window).mean(axis=1)
        return float(np.sqrt(energies.max()))


def rms(pcm: Pcm) -> float:
    """Root mean square."""
    return _rms(pcm.astype(np.float64))


def _rms(samples: np.ndarray[tuple[int], np.dtype[np.float64]]) -> float:
    return float(np.sqrt(np.mean(np.square(samples)))) if len(samples) else 0.0


def _correlation(
    piece: np.ndarray[tuple[int], np.dtype[np.float64]], ours: np.ndarray[tuple[int], np.dtype[np.float64]]
) -> float:
    """The greatest normalised correlation of `piece` with any stretch of `ours`."""
    size = 1 << (len(ours) + len(piece)).bit_length()
    product = np.fft.irfft(np.fft.rfft(ours, size) * np.conj(np.fft.rfft(piece, size)), size)[: len(ours) - len(piece) + 1]
    summed = np.concatenate([[0.0], np.cumsum(np.square(ours))])
    energy = summed[len(piece) :] - summed[: -len(piece)]
    scale = np.sqrt(energy * np.square(piece).sum()) + 1e-9
    return float(np.max(np.where(energy > energy.max() * 1e-3, np.abs(product) / scale, 0.0)))
