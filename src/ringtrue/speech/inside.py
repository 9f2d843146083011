"""What every speech process does: it takes its settings and orders from a pipe and ends when that closes.

It ends even while it computes, so that a dead parent leaves nothing behind. Frames go out on a copy of the standard output,
which itself is turned to the log: nothing a library prints can get between them.
"""

from __future__ import annotations

import os
import queue
import sys
import threading
import traceback
from collections.abc import Callable
from typing import BinaryIO, TypeVar

from ringtrue.errors import RingtrueError
from ringtrue.speech import pipe

_NICENESS = 5  # the media clock goes first

Orders = queue.SimpleQueue[tuple[dict[str, object], bytes]]
Loaded = TypeVar("Loaded")


def begin(load: Callable[[dict[str, object]], Loaded], orders: Orders, *, what: str) -> tuple[Loaded, BinaryIO]:
    """Load what the first frame asks for and say that it is ready; orders come into the queue from then on.

    Where it cannot be loaded, the parent is told why and the process ends.
    """
    os.nice(_NICENESS)
    out = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    first = pipe.read(sys.stdin.buffer)
    if first is None:
        os._exit(0)
    threading.Thread(target=_read, args=(orders,), daemon=True).start()
    try:
        loaded = load(first[0])
    except Exception as exc:
        if not isinstance(exc, RingtrueError):
            traceback.print_exc()
        sentence = exc.sentence if isinstance(exc, RingtrueError) else f"The {what} cannot be loaded ({type(exc).__name__})."
        write(out, pipe.encode({"failed": sentence}))
        os._exit(1)  # an orderly end would wait for the thread that reads, and abort
    write(out, pipe.encode({"ready": True}))
    return loaded, out


def write(out: BinaryIO, frame: bytes) -> None:
    """Send a frame; without a parent to read it, end."""
    try:
        out.write(frame)
        out.flush()
    except BrokenPipeError:
        os._exit(0)


def _read(orders: Orders) -> None:
    try:
        while (frame := pipe.read(sys.stdin.buffer)) is not None:
            orders.put(frame)
    finally:
        # Also when the parent died in the middle of a frame.
        os._exit(0)
