"""The speech process: `python -m ringtrue.speech.child`. Renders clauses for everyone who waits, in the order of `rota`.

Two threads render: one what somebody waits for in silence, the other, which stands back, what has time. It ends when its pipe
closes, even while a clause is being rendered; see `inside`.
"""

from __future__ import annotations

import os
import queue
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from ringtrue.clock import SystemClock
from ringtrue.speech import inside
from ringtrue.speech.rota import Lane, Rota

if TYPE_CHECKING:
    from ringtrue.speech.engine import Engine

_MORE_NICENESS = 7  # a fifth of what a decode or an urgent clause gets on a core where both want to run: sched(7)


def _load(settings: dict[str, object]) -> Engine:
    if settings["engine"] == "tones":
        from ringtrue.speech.tones import Tones

        return Tones()
    from ringtrue.speech.piper import Piper

    return Piper(Path(str(settings["model"])))


@dataclass(frozen=True, slots=True)
class _Frame:
    data: bytes
    seconds: float
    is_last: bool


class _Renderer:
    """One engine, the texts it works on, and whose turn it is."""

    def __init__(self, engine: Engine, out: BinaryIO) -> None:
        self._engine = engine
        self._out = out
        self._clock = SystemClock()
        self._rota = Rota()
        self._texts: dict[int, Iterator[_Frame]] = {}
        self._changed = threading.Condition()  # held for the rota and for a frame, never while a clause is rendered

    def obey(self, order: dict[str, object]) -> None:
        """Take one order."""
        number = order["id"]
        assert isinstance(number, int)
        with self._changed:
            match order["op"]:
                case "cancel":
                    self._rota.drop(number)
                    self._texts.pop(number, None)
                case "need":
                    self._rota.need(number, self._clock.monotonic())
                case "speak" | "begin" | "begin_likely" as op:
                    rate_hz = order["rate_hz"]
                    assert isinstance(rate_hz, int)
                    self._texts[number] = self._render(number, str(order["text"]), rate_hz)
                    self._rota.add(number, is_needed=op == "speak", is_likely=op == "begin_likely")
            self._changed.notify_all()

    def work(self, lane: Lane) -> None:
        """Render for ever."""
        if lane == "later":
            os.nice(_MORE_NICENESS)  # on Linux of this thread alone: nice(2), "C library/kernel differences"
        while True:
            number, text = self._wait(lane)
            frame = next(text)  # a text without words never comes here
            with self._changed:
                if number in self._texts:
                    inside.write(self._out, frame.data)
                    self._rota.made(number, self._clock.monotonic(), seconds=frame.seconds, is_last=frame.is_last)
                    if frame.is_last:
                        del self._texts[number]
                self._changed.notify_all()

    def _wait(self, lane: Lane) -> tuple[int, Iterator[_Frame]]:
        with self._changed:
            while (number := self._rota.take(lane, now := self._clock.monotonic())) is None:
                self._changed.wait(self._rota.until_urgent(now) if lane == "urgent" else None)
            return number, self._texts[number]

    def _render(self, number: int, text: str, rate_hz: int) -> Iterator[_Frame]:
        from ringtrue.speech import clauses, pipe
        from ringtrue.speech.engine import without_lead

        parts = clauses.split(text)
        offset = 0
        for index, part in enumerate(parts):
            try:
                clause = self._engine.render(part, rate_hz)
            except Exception as exc:
                # Whatever an engine throws, the call that waits for this text must hear of it; the text itself is not logged.
                yield _Frame(pipe.encode({"id": number, "error": type(exc).__name__}), 0.0, is_last=True)
                return
            clause = clause if offset else without_lead(clause, rate_hz)
            words = [
                [word, offset + start, offset + end, clause.timing]
                for word, (start, end) in zip(part.split(), clause.bounds, strict=True)
            ]
            offset += len(clause.pcm)
            is_last = index == len(parts) - 1
            head: dict[str, object] = {"id": number, "words": words, "last": is_last, "characters": len(part)}
            yield _Frame(pipe.encode(head, clause.pcm.astype("<i2").tobytes()), len(clause.pcm) / rate_hz, is_last)


def main() -> int:
    """Load the engine, say so, and render until the pipe closes."""
    orders: inside.Orders = queue.SimpleQueue()
    engine, out = inside.begin(_load, orders, what="voice")
    renderer = _Renderer(engine, out)
    for lane in ("urgent", "later"):
        threading.Thread(target=renderer.work, args=(lane,), daemon=True).start()
    while True:
        renderer.obey(orders.get()[0])


if __name__ == "__main__":
    sys.exit(main())
