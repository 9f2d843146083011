"""The pipe between the main process and its media child: JSON lines down (settings first, then orders), JSON lines up.

The child holds the pipe's end: when the main process dies, however, the pipe closes and the child ends at once, so that no
orphan keeps the ports.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import threading
from collections.abc import Callable
from dataclasses import asdict, fields
from datetime import timedelta
from pathlib import Path
from typing import Literal

from ringtrue.settings import Settings

Order = Literal["ring", "drain", "end"]


def encode_settings(settings: Settings) -> str:
    """The settings as one JSON line."""

    def plain(value: object) -> object:
        if isinstance(value, timedelta):
            return value.total_seconds()
        return str(value) if isinstance(value, Path) else value

    return json.dumps({name: plain(value) for name, value in asdict(settings).items()})


def decode_settings(line: str) -> Settings:
    """The settings of that line."""
    values = json.loads(line)
    for field in fields(Settings):
        value = values[field.name]
        if value is None:
            continue
        if field.name in ("data", "models"):
            values[field.name] = Path(value)
        elif field.name in ("drain", "no_audio", "audio_lost"):
            values[field.name] = timedelta(seconds=value)
        elif isinstance(value, list):
            values[field.name] = tuple(value)
    return Settings(**values)


def tell_parent(**message: object) -> None:
    """One line up."""
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()


def obey(loop: asyncio.AbstractEventLoop, on_order: Callable[[str], None]) -> None:
    """Read orders in a thread of its own, which ends the process when the pipe closes, whatever the loop is doing."""

    def read() -> None:
        for line in sys.stdin:
            order = line.strip()
            if order:
                loop.call_soon_threadsafe(on_order, order)
        os._exit(0)

    threading.Thread(target=read, name="orders", daemon=True).start()
