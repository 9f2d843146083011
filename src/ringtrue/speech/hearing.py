"""Hearing as the media process sees it: ears whose sound goes to a hearing process, watched and started again.

Nothing here computes. Each ear is bounded: one whose sound is not looked at within 2 s ends, and nothing else does.
"""

from __future__ import annotations

import asyncio
import os
from collections import deque
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, cast

from ringtrue.clock import SystemClock
from ringtrue.conversation.leg import Pcm, Position
from ringtrue.conversation.speech import Ear, EarEvent
from ringtrue.errors import SpeechError
from ringtrue.speech import ear_frames
from ringtrue.speech.demand import Demand
from ringtrue.speech.watched import WatchedChild

RATES_HZ = (8000, 16000)
_MOST_BEHIND_SECONDS = 2.0
_RESTART_SECONDS = 10.0  # how long an ear waits for a child that is being started again


@dataclass(frozen=True, kw_only=True, slots=True)
class HearingConfig:
    """Which engine, the folder of its model, and the device (`cpu` or `cuda`)."""

    engine: Literal["whisper", "tones"]
    model: Path
    device: str = "cpu"


class HearingPool:
    """A `SpeechToText`; see the module."""

    def __init__(self, config: HearingConfig) -> None:
        settings: dict[str, object] = {
            "engine": config.engine,
            "model": str(config.model),
            "device": config.device,
        }
        self._child = WatchedChild(
            "ringtrue.speech.hearing_child", settings, take=self._take, lost=self._fail_all, back=self._open_all
        )
        self._ears: dict[int, PipedEar] = {}
        self._next = 0
        self._clock = SystemClock()
        self._demand = Demand(self._clock.monotonic(), cores=len(os.sched_getaffinity(0)))
        self._waiting = 0

    async def start(self) -> None:
        """Start the child; returns once its model is loaded. Raises SetupError with what it says."""
        await self._child.start()

    async def close(self) -> None:
        """End the child; ears that are open fail."""
        await self._child.close()
        self._fail_all("The hearing was closed.")

    def add_lost_callback(self, callback: Callable[[], None]) -> None:
        """Call it when the child dies unasked."""
        self._child.add_lost_callback(callback)

    def pids(self) -> list[int]:
        """The child's process id."""
        return self._child.pids()

    def backlog_seconds(self) -> float:
        """How long words said now would wait, about: decodes that wait, or sound that was not looked at."""
        behind = max((ear.behind_seconds() for ear in self._ears.values()), default=0.0)
        return max(behind, self._waiting * self._demand.decode_seconds)

    def room(self) -> int:
        """How many parties may be heard at once before answers come noticeably later."""
        self._note_time()
        return self._demand.room()

    def listen(self, *, rate_hz: int, language: str) -> Ear:
        """See `ringtrue.conversation.speech.SpeechToText`. Raises SpeechError for a rate that no telephone has."""
        if rate_hz not in RATES_HZ:
            raise SpeechError(f"Nothing hears {rate_hz!r} samples per second.")
        self._next += 1
        number = self._next
        ear = PipedEar(
            number, self._child, opening={"op": "open", "ear": number, "rate_hz": rate_hz, "language": language}, gone=self._gone
        )
        self._note_time()
        self._ears[number] = ear
        if self._child.ready.is_set():
            ear.open()
        return ear

    def _gone(self, number: int) -> None:
        self._note_time()
        self._ears.pop(number, None)

    def _note_time(self) -> None:
        """Before the number of ears changes, and before anybody asks."""
        self._demand.passed(self._clock.monotonic(), parties=len(self._ears))

    def _open_all(self) -> None:
        for ear in self._ears.values():
            ear.open()

    def _fail_all(self, sentence: str = "The hearing process died.") -> None:
        self._waiting = 0
        for ear in list(self._ears.values()):
            ear.fail(sentence)

    def _take(self, head: dict[str, object], _body: bytes) -> None:
        if "decoded_seconds" in head:
            note = self._demand.measured if "first" in head else self._demand.decoded
            note(cast(float, head["decoded_seconds"]))
            self._waiting = cast(int, head["waiting"])
            return
        ear = self._ears.get(cast(int, head["ear"]))
        if ear is not None:
            ear.take(head)


class PipedEar:
    """An `Ear` whose sound goes through a child's pipe."""

    def __init__(self, number: int, child: WatchedChild, *, opening: dict[str, object], gone: Callable[[int], None]) -> None:
        self._number = number
        self._child = child
        self._opening = opening
        self._gone = gone
        self._options: tuple[str, ...] = ()
        self._is_open = False
        self._is_over = False
        self._blocks = 0
        self._marks: deque[tuple[int, float]] = deque()
        self._events: asyncio.Queue[EarEvent | SpeechError | None] = asyncio.Queue()
        self._loop = asyncio.get_running_loop()

    # --- the port ---------------------------------------------------------------------------------------------------

    def heard(self, at: Position, pcm: Pcm) -> None:
        """See `ringtrue.conversation.speech.Ear`."""
        self._sound("heard", at, pcm)

    def sent(self, at: Position, pcm: Pcm) -> None:
        """See `ringtrue.conversation.speech.Ear`."""
        self._sound("sent", at, pcm)

    def expect(self, options: tuple[str, ...]) -> None:
        """See `ringtrue.conversation.speech.Ear`."""
        self._options = options
        self._order({"op": "expect", "options": options})

    def settle(self, at: Position) -> None:
        """See `ringtrue.conversation.speech.Ear`."""
        self._order({"op": "settle", "at": at})

    async def events(self) -> AsyncIterator[EarEvent]:
        """See `ringtrue.conversation.speech.Ear`."""
        try:
            await asyncio.wait_for(self._child.ready.wait(), _RESTART_SECONDS)
        except TimeoutError as exc:
            self.close()
            raise SpeechError("There is no hearing process.") from exc
        if self._child.is_closed:
            self.fail("The hearing was closed.")  # also where it was opened afterwards
        while (event := await self._events.get()) is not None:
            if isinstance(event, SpeechError):
                raise event
            yield event

    def close(self) -> None:
        """See `ringtrue.conversation.speech.Ear`."""
        if not self._is_over:
            self._order({"op": "close"})
            self._end(None)

    # --- for the pool -----------------------------------------------------------------------------------------------

    def open(self) -> None:
        """The child is ready: from now on it gets the sound."""
        self._is_open = True
        self._order(self._opening)
        if self._options:
            self.expect(self._options)

    def fail(self, sentence: str) -> None:
        """It hears no more."""
        if not self._is_over:
            self._end(SpeechError(sentence))

    def take(self, head: dict[str, object]) -> None:
        """What the child tells of this ear."""
        if "blocks" in head:
            while self._marks and self._marks[0][0] <= cast(int, head["blocks"]):
                self._marks.popleft()
        elif "error" in head:
            self.fail(str(head["error"]))
        elif not self._is_over:
            self._events.put_nowait(ear_frames.decode(head))

    def behind_seconds(self) -> float:
        """How long ago the oldest sound came that was not looked at."""
        return self._loop.time() - self._marks[0][1] if self._marks else 0.0

    def _sound(self, op: str, at: Position, pcm: Pcm) -> None:
        if not self._is_open or self._is_over:
            return
        self._blocks += 1
        if self._blocks % ear_frames.MARK_EVERY == 0:
            self._marks.append((self._blocks, self._loop.time()))
        if self.behind_seconds() > _MOST_BEHIND_SECONDS:
            self._order({"op": "close"})
            self.fail("The hearing fell behind.")
            return
        self._order({"op": op, "at": at}, pcm.astype("<i2").tobytes())

    def _order(self, head: dict[str, object], body: bytes = b"") -> None:
        if self._is_open and not self._is_over:
            self._child.write({**head, "ear": self._number}, body)

    def _end(self, last: SpeechError | None) -> None:
        self._is_over = True
        self._gone(self._number)
        self._events.put_nowait(last)
