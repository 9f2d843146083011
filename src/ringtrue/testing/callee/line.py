"""The sending side of a speaking callee: its voice, the noise of its line and the echo of what it hears, mixed block by block.

It is a tap of its leg and keeps one block ahead of the media clock, so that what comes back as echo is no older than it says.
Positions told of what was said are those at which it went out.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from ringtrue.audio.block import BLOCK_SAMPLES
from ringtrue.conversation.leg import Leg, Pcm, Position
from ringtrue.testing.callee.sound import Tape
from ringtrue.testing.callee.traits import LineTraits

_FULL = 32767
_LOUD_SHARE = 0.05  # of its peak: 26 dB below


@dataclass(kw_only=True, slots=True)
class Utterance:
    """Something said: `start` and `end` are positions on the sent channel, None until they were reached."""

    text: str
    kind: str
    pcm: Pcm
    start: int | None = None
    end: int | None = None
    over: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def loud(self) -> int | None:
        """Where it is loud for the first time: an "s" and a breath before are sent, but hardly to be heard."""
        level = np.abs(self.pcm.astype(np.int32))
        return None if self.start is None else self.start + int(np.argmax(level > level.max(initial=0) * _LOUD_SHARE))


class Line:
    """See the module. `voice_rms` is the level to which `noise_db` is relative."""

    def __init__(
        self, traits: LineTraits, leg: Leg, heard: Tape, *, seed: int, voice_rms: float, told: Callable[[Utterance], None]
    ) -> None:
        self._leg = leg
        self._heard = heard
        self._told = told
        self._noise = np.random.default_rng(seed)
        self._noise_rms = 0.0 if traits.noise_db is None else voice_rms * 10 ** (traits.noise_db / 20)
        self._echo_share = 0.0 if traits.echo_db is None else 10 ** (traits.echo_db / 20)
        self._echo_samples = traits.echo_ms * leg.rate_hz // 1000
        self._waiting: deque[Utterance] = deque()
        self._done = 0  # of the first that waits
        self._begins: list[tuple[Utterance, int]] = []  # in the block that is queued, each with its offset
        self._ends: list[tuple[Utterance, int]] = []
        self._is_block_queued = False
        self.sent_end = 0

    @property
    def is_speaking(self) -> bool:
        """Whether something is being said, or waits to be."""
        return bool(self._waiting or self._begins or self._ends)

    def say(self, pcm: Pcm, *, text: str, kind: str) -> Utterance:
        """Say it behind what is being said; its event `over` is set once its last sample went out."""
        utterance = Utterance(text=text, kind=kind, pcm=pcm)
        self._waiting.append(utterance)
        return utterance

    def close(self) -> None:
        """The call is over: what was cut short is told as far as it went out."""
        cut = [*(utterance for utterance, _ in self._ends), *self._waiting]
        self._waiting.clear()
        self._ends.clear()
        for utterance in cut:
            if utterance.start is not None:
                self._finish(utterance, self.sent_end)

    # --- the tap ----------------------------------------------------------------------------------------------------

    def heard(self, at: Position, pcm: Pcm) -> None:
        """The tape of what is heard keeps it."""

    def sent(self, at: Position, pcm: Pcm) -> None:
        """A block went out: note what was in it and queue the next."""
        self.sent_end = int(at) + len(pcm)
        if self._leg.queued_samples:
            return  # it was a key's; the voice waits
        if self._is_block_queued:
            self._is_block_queued = False
            self._note(int(at))
        block = self._mixed(self.sent_end)
        if block is not None:
            self._leg.play(block)
            self._is_block_queued = True

    def _note(self, at: int) -> None:
        for utterance, offset in self._begins:
            utterance.start = at + offset
        self._begins.clear()
        ended, self._ends = self._ends, []
        for utterance, offset in ended:
            self._finish(utterance, at + offset)

    def _finish(self, utterance: Utterance, end: int) -> None:
        utterance.end = end
        self._told(utterance)
        utterance.over.set()

    def _mixed(self, at: int) -> Pcm | None:
        """The block for that position; None for one of pure silence."""
        if not (self._waiting or self._noise_rms or self._echo_share):
            return None
        mixed = self._voice()
        if self._noise_rms:
            mixed += self._noise.standard_normal(BLOCK_SAMPLES) * self._noise_rms
        if self._echo_share:
            mixed += self._heard.read(at - self._echo_samples, at - self._echo_samples + BLOCK_SAMPLES) * self._echo_share
        return np.clip(mixed, -_FULL, _FULL).astype(np.int16)

    def _voice(self) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
        block = np.zeros(BLOCK_SAMPLES)
        filled = 0
        while filled < BLOCK_SAMPLES and self._waiting:
            utterance = self._waiting[0]
            if self._done == 0:
                self._begins.append((utterance, filled))
            part = utterance.pcm[self._done : self._done + BLOCK_SAMPLES - filled]
            block[filled : filled + len(part)] = part
            filled += len(part)
            self._done += len(part)
            if self._done >= len(utterance.pcm):
                self._ends.append((utterance, filled))
                self._waiting.popleft()
                self._done = 0
        return block
