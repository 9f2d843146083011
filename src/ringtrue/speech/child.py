"""The speech process: `python -m ringtrue.speech.child`. Renders clauses in turn for everyone who waits.

Of a text that is only begun the first clause is rendered when nobody waits, the rest when it is needed. It ends when its
pipe closes, even while a clause is being rendered; see `inside`.
"""

from __future__ import annotations

import queue
import sys
from collections import OrderedDict
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from ringtrue.speech import inside

if TYPE_CHECKING:
    from ringtrue.speech.engine import Engine


def _load(settings: dict[str, object]) -> Engine:
    if settings["engine"] == "tones":
        from ringtrue.speech.tones import Tones

        return Tones()
    from ringtrue.speech.piper import Piper

    return Piper(Path(str(settings["model"])))


class _Renderer:
    """One engine and the texts it works on, a clause of each in turn."""

    def __init__(self, engine: Engine, orders: inside.Orders, out: BinaryIO) -> None:
        self._engine = engine
        self._orders = orders
        self._out = out
        self._jobs: OrderedDict[int, Iterator[bytes]] = OrderedDict()
        self._to_begin: OrderedDict[int, Iterator[bytes]] = OrderedDict()
        self._begun: dict[int, Iterator[bytes]] = {}

    def run(self) -> None:
        """Work for ever."""
        while True:
            self._take_orders()
            waiting, later = (self._jobs, self._jobs) if self._jobs else (self._to_begin, self._begun)
            number, job = waiting.popitem(last=False)
            frame = next(job, None)
            if frame is not None:
                later[number] = job
                inside.write(self._out, frame)

    def _take_orders(self) -> None:
        """All that wait; sleep only when there is nothing to render."""
        while not (self._jobs or self._to_begin) or not self._orders.empty():
            order, _ = self._orders.get()
            number = order["id"]
            assert isinstance(number, int)
            match order["op"]:
                case "cancel":
                    self._forget(number)
                case "need":
                    job = self._forget(number)
                    if job is not None:
                        self._jobs[number] = job
                case "speak" | "begin" as op:
                    rate_hz = order["rate_hz"]
                    assert isinstance(rate_hz, int)
                    jobs = self._jobs if op == "speak" else self._to_begin
                    jobs[number] = self._render(number, str(order["text"]), rate_hz)

    def _forget(self, number: int) -> Iterator[bytes] | None:
        for jobs in (self._jobs, self._to_begin, self._begun):
            job = jobs.pop(number, None)
            if job is not None:
                return job
        return None

    def _render(self, number: int, text: str, rate_hz: int) -> Iterator[bytes]:
        from ringtrue.speech import clauses, pipe
        from ringtrue.speech.engine import without_lead

        parts = clauses.split(text)
        offset = 0
        for index, part in enumerate(parts):
            try:
                clause = self._engine.render(part, rate_hz)
            except Exception as exc:
                # Whatever an engine throws, the call that waits for this text must hear of it; the text itself is not logged.
                yield pipe.encode({"id": number, "error": type(exc).__name__})
                return
            clause = clause if offset else without_lead(clause, rate_hz)
            words = [
                [word, offset + start, offset + end, clause.timing]
                for word, (start, end) in zip(part.split(), clause.bounds, strict=True)
            ]
            offset += len(clause.pcm)
            head: dict[str, object] = {"id": number, "words": words, "last": index == len(parts) - 1, "characters": len(part)}
            yield pipe.encode(head, clause.pcm.astype("<i2").tobytes())


def main() -> int:
    """Load the engine, say so, and render until the pipe closes."""
    orders: inside.Orders = queue.SimpleQueue()
    engine, out = inside.begin(_load, orders, what="voice")
    _Renderer(engine, orders, out).run()
    return 0


if __name__ == "__main__":
    sys.exit(main())
