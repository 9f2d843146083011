"""One caller of bench/turns.py: says hello, hears the agent out, answers after a pause, and measures what follows. Same for every
agent.

A turn is measured at the caller only: from the end of the last sample it spoke to the first audible sample that reached it.
A microphone hands a block over when its last sample was spoken, so what is sent at an instant was spoken in the 20 ms before
it; what arrives is played from that instant on. Arrival is the kernel's stamp. Nothing else of either system is asked.
"""

from __future__ import annotations

import random
import socket
import struct
from collections.abc import Sequence
from dataclasses import asdict, dataclass

import numpy as np
from turn_words import AUDIBLE

from ringtrue.audio import g711
from ringtrue.conversation.leg import Pcm

RATE_HZ, BLOCK = 8000, 160
BLOCK_SECONDS = BLOCK / RATE_HZ
_PAUSE_SECONDS = 1.0  # of silence behind a prompt: sentences of one prompt are at most 0.4 s apart
_HESITATION_SECONDS = 0.5  # at most, and more: callers of one machine must not speak in step
_GREETS_AFTER_SECONDS = 0.4  # the receiver is lifted
_LEAST_PROMPT_SECONDS = 0.2
_PATIENCE_SECONDS = 10.0  # after which a turn counts as unanswered and the next is spoken
_NOISE = 18  # root mean square, -65 dB of full scale: no line is digitally silent
_SO_TIMESTAMPNS = 35  # asm-generic/socket.h
_STAMP = struct.Struct("qq")
_HEAD = struct.Struct("!BBHII")


@dataclass(kw_only=True, slots=True)
class Turn:
    """One answer of the caller's. `seconds` is None when nothing followed; `is_early` when the agent spoke before its end."""

    answer: int
    ended: float
    seconds: float | None = None
    is_early: bool = False


class Caller:
    """One telephone. `tick` every 20 ms sends a block, `receive` takes a packet."""

    def __init__(self, number: int, greeting: Pcm, answers: Sequence[Pcm]) -> None:
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.setsockopt(socket.SOL_SOCKET, _SO_TIMESTAMPNS, 1)
        self.socket.bind(("127.0.0.1", 0))
        self.socket.setblocking(False)
        self.to: tuple[str, int] | None = None
        self.is_over = False
        self.turns: list[Turn] = []
        self._greeting = greeting
        self._greets_at = 0.0
        self._answers = answers
        self._random = random.Random(number)
        noise = np.random.default_rng(number).normal(0, _NOISE, RATE_HZ)
        self._noise = noise.astype(np.int16)
        self._sent = 0
        self._next = 0
        self._speech: Pcm | None = None
        self._turn: Turn | None = None  # spoken and not yet answered
        self._prompt_seconds = 0.0
        self._last_audible = 0.0
        self._pause = _PAUSE_SECONDS

    @property
    def port(self) -> int:
        """Where it hears."""
        return int(self.socket.getsockname()[1])

    def result(self) -> dict[str, object]:
        """What it measured."""
        return {"lost": self.is_over or self.to is None, "turns": [asdict(turn) for turn in self.turns]}

    # --- sending ----------------------------------------------------------------------------------------------------

    def tick(self, now: float) -> None:
        """Send the next block."""
        if self.to is None or self.is_over:
            return
        if self._speech is None and self._should_greet(now):
            self._speech = self._greeting
        elif self._speech is None and self._may_speak(now):
            self._speech = self._answers[self._next % len(self._answers)]
            self._turn = Turn(answer=self._next % len(self._answers), ended=0.0)
            self._next += 1
            self._prompt_seconds = 0.0
        start = self._sent * BLOCK % RATE_HZ
        block = self._noise[start : start + BLOCK].copy()
        if self._speech is not None:
            said, self._speech = self._speech[:BLOCK], self._speech[BLOCK:]
            block[: len(said)] += said
            if not len(self._speech):
                self._ended(now - BLOCK_SECONDS + len(said) / RATE_HZ)
        head = _HEAD.pack(0x80, 0, self._sent & 0xFFFF, self._sent * BLOCK & 0xFFFFFFFF, 7)
        self.socket.sendto(head + g711.encode(block, "PCMU"), self.to)
        self._sent += 1

    def _should_greet(self, now: float) -> bool:
        """At first, and again while nobody answers."""
        if self._last_audible > 0.0:
            return False
        self._greets_at = self._greets_at or now + _GREETS_AFTER_SECONDS
        is_due = now >= self._greets_at
        self._greets_at += _PATIENCE_SECONDS if is_due else 0.0
        return is_due

    def _may_speak(self, now: float) -> bool:
        if self._turn is not None:
            if now - self._turn.ended < _PATIENCE_SECONDS:
                return False
            self.turns.append(self._turn)
            return True
        pause = self._pause if self._prompt_seconds >= _LEAST_PROMPT_SECONDS else _PATIENCE_SECONDS
        return self._last_audible > 0.0 and now - self._last_audible >= pause

    def _ended(self, at: float) -> None:
        self._speech = None
        self._pause = _PAUSE_SECONDS + self._random.random() * _HESITATION_SECONDS
        if self._turn is None:
            return  # it was the greeting
        self._turn.ended = at
        if self._turn.is_early:
            self.turns.append(self._turn)
            self._turn = None

    # --- hearing ----------------------------------------------------------------------------------------------------

    def receive(self) -> None:
        """Take what arrived."""
        data, ancillary, _, _ = self.socket.recvmsg(2048, 64)
        if len(data) <= _HEAD.size:
            return
        seconds, nanoseconds = _STAMP.unpack(ancillary[0][2])
        at = seconds + nanoseconds / 1e9
        pcm = g711.decode(data[_HEAD.size :], "PCMU")
        audible = np.flatnonzero(np.abs(pcm.astype(np.int32)) > AUDIBLE)
        if not len(audible):
            return
        self._last_audible = at + len(pcm) / RATE_HZ
        self._prompt_seconds += len(pcm) / RATE_HZ
        if self._turn is None:
            return
        if self._speech is not None:
            self._turn.is_early = True
            return
        self._turn.seconds = at + int(audible[0]) / RATE_HZ - self._turn.ended
        self.turns.append(self._turn)
        self._turn = None
