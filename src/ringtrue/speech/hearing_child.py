"""The hearing process: `python -m ringtrue.speech.hearing_child`. One thread looks at every line's sound, one decodes.

The looking never waits for a decode: a barge-in is known while another line's words are being written. It ends when its
pipe closes; see `inside`.
"""

from __future__ import annotations

import queue
import sys
import threading
import traceback
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, cast

import numpy as np

from ringtrue.clock import SystemClock
from ringtrue.speech import ear_frames, inside, pipe
from ringtrue.speech.listening import Listening, Wanted

if TYPE_CHECKING:
    from ringtrue.conversation.speech import EarEvent
    from ringtrue.speech.recognizer import Recognizer

_MOST_BEHIND_SECONDS = 2.0
_RATE_HZ = 8000
_MEASURED = 3


def _load(settings: dict[str, object]) -> Recognizer:
    if settings["engine"] == "tones":
        from ringtrue.speech.spelled import Spelled

        return Spelled()
    from ringtrue.speech.whisper import Whisper

    return Whisper(Path(str(settings["model"])), device=str(settings["device"]))


@dataclass(kw_only=True, slots=True)
class _Ear:
    number: int
    language: str
    rate_hz: int
    listening: Listening
    blocks: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class _Job:
    ear: _Ear
    wanted: Wanted
    since: float


class _Hearer:
    """One recogniser and the ears it has."""

    def __init__(self, recognizer: Recognizer, out: BinaryIO) -> None:
        self._recognizer = recognizer
        self._out = out
        self._clock = SystemClock()
        self._ears: dict[int, _Ear] = {}
        self._jobs: queue.SimpleQueue[_Job] = queue.SimpleQueue()
        self._is_decoding = False
        self._lock = threading.Lock()  # of the ears and of the pipe; held for a window or a frame, never for a decode

    def measure(self) -> None:
        """Tell how long a decode takes on this machine, so that no more parties are let in than can be heard.

        The quickest of a few: while a server starts, much else takes its turn.
        """
        noise = np.random.default_rng(0).normal(0, 500, 2 * _RATE_HZ).astype(np.int16)
        seconds = []
        for _ in range(_MEASURED):
            began = self._clock.monotonic()
            self._recognizer.decode(noise, rate_hz=_RATE_HZ, language="en", options=())
            seconds.append(self._clock.monotonic() - began)
        self._send({"decoded_seconds": min(seconds), "waiting": 0, "first": True})

    def look(self, orders: inside.Orders) -> None:
        """Take orders and sound for ever."""
        while True:
            head, body = orders.get()
            with self._lock:
                self._obey(head, body)

    def decode(self) -> None:
        """Write words for ever."""
        while True:
            job = self._jobs.get()
            with self._lock:
                self._is_decoding = self._is_due(job)
            if self._is_decoding:
                self._write(job)
                self._is_decoding = False

    def _is_wanted(self, job: _Job) -> bool:
        with self._lock:
            return job.ear.listening.is_wanted(job.wanted.number)

    def _is_due(self, job: _Job) -> bool:
        if job.ear.number not in self._ears or not job.ear.listening.is_wanted(job.wanted.number):
            return False
        if self._clock.monotonic() - job.since > _MOST_BEHIND_SECONDS:
            self._fail(job.ear, "The recogniser fell behind.")
            return False
        return True

    def _write(self, job: _Job) -> None:
        ear, wanted = job.ear, job.wanted
        began = self._clock.monotonic()
        try:
            written = self._recognizer.decode(
                wanted.pcm,
                rate_hz=ear.rate_hz,
                language=ear.language,
                options=wanted.options,
                is_wanted=lambda: self._is_wanted(job),
            )
        except Exception as exc:
            # Whatever an engine throws, the call whose words these were must hear of it; the others go on.
            traceback.print_exc()
            with self._lock:
                self._fail(ear, f"The recogniser failed ({type(exc).__name__}).")
            return
        with self._lock:
            # What was made for nothing, because there was time, tells nothing of how many parties can be heard.
            if ear.listening.is_wanted(wanted.number) or not wanted.is_early:
                self._send({"decoded_seconds": self._clock.monotonic() - began, "waiting": self._jobs.qsize()})
            heard = ear.listening.decoded(wanted.number, written)
            if heard is not None and ear.number in self._ears:
                self._send(ear_frames.encode(ear.number, heard))

    def _obey(self, head: dict[str, object], body: bytes) -> None:
        number = cast(int, head["ear"])
        if head["op"] == "open":
            rate_hz = cast(int, head["rate_hz"])
            listening = Listening(self._recognizer, rate_hz=rate_hz)
            self._ears[number] = _Ear(number=number, language=str(head["language"]), rate_hz=rate_hz, listening=listening)
            return
        ear = self._ears.get(number)
        if ear is None:
            return
        match head["op"]:
            case "heard" | "sent" as op:
                self._hear(ear, str(op), cast(int, head["at"]), body)
            case "expect":
                ear.listening.expect(tuple(cast(list[str], head["options"])))
            case "settle":
                self._pass_on(ear, ear.listening.settle(cast(int, head["at"])))
            case _:
                del self._ears[number]

    def _hear(self, ear: _Ear, op: str, at: int, body: bytes) -> None:
        pcm = np.frombuffer(body, dtype="<i2").astype(np.int16)
        # What waits behind a decode is dropped where the voice goes on meanwhile: it cost nothing.
        ear.listening.has_time = self._jobs.empty()
        try:
            noticed = ear.listening.heard(at, pcm) if op == "heard" else ear.listening.sent(at, pcm)
        except Exception as exc:
            # One line's sound must not end the others'.
            traceback.print_exc()
            self._fail(ear, f"Listening failed ({type(exc).__name__}).")
            return
        self._pass_on(ear, noticed)
        ear.blocks += 1
        if ear.blocks % ear_frames.MARK_EVERY == 0:
            self._send({"ear": ear.number, "blocks": ear.blocks})

    def _pass_on(self, ear: _Ear, noticed: list[EarEvent | Wanted]) -> None:
        for thing in noticed:
            if isinstance(thing, Wanted):
                self._jobs.put(_Job(ear=ear, wanted=thing, since=self._clock.monotonic()))
            else:
                self._send(ear_frames.encode(ear.number, thing))

    def _fail(self, ear: _Ear, sentence: str) -> None:
        if self._ears.pop(ear.number, None) is not None:
            self._send({"ear": ear.number, "error": sentence})

    def _send(self, head: dict[str, object]) -> None:
        inside.write(self._out, pipe.encode(head))


def main() -> int:
    """Load the recogniser, say so, and hear until the pipe closes."""
    orders: inside.Orders = queue.SimpleQueue()
    recognizer, out = inside.begin(_load, orders, what="recogniser")
    hearer = _Hearer(recognizer, out)
    hearer.measure()
    threading.Thread(target=hearer.decode, daemon=True).start()
    hearer.look(orders)
    return 0


if __name__ == "__main__":
    sys.exit(main())
