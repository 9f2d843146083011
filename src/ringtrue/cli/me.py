"""The reader in the patient's place: keys typed here go out as digits on the line."""

from __future__ import annotations

import contextlib
import os
import select
import sys
import threading
from types import TracebackType
from typing import Self

from ringtrue.cli import output
from ringtrue.cli.demo_processes import Patient

_KEYS = "0123456789*#"
_LOOK_SECONDS = 0.2


class Person:
    """Reads keys while a call is in progress, without Enter where there is a terminal."""

    def __init__(self, patient: Patient) -> None:
        self._patient = patient
        self._over = threading.Event()
        self._restore = contextlib.ExitStack()
        self._reader: threading.Thread

    def __enter__(self) -> Self:
        output.console.print("[bold]You are the patient.[/bold] Press 0-9, * or # to answer, h to hang up.")
        self._take_terminal()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._over.set()
        self._reader.join()
        self._restore.close()

    def _take_terminal(self) -> None:
        """Keys without Enter, where this is a terminal."""
        if not sys.stdin.isatty():
            return
        import termios
        import tty

        descriptor = sys.stdin.fileno()
        before = termios.tcgetattr(descriptor)
        self._restore.callback(termios.tcsetattr, descriptor, termios.TCSADRAIN, before)
        tty.setcbreak(descriptor)

    def _read(self) -> None:
        descriptor = sys.stdin.fileno()  # past the buffer of sys.stdin, in which the second of two quick keys would wait
        while not self._over.is_set():
            if not select.select([descriptor], [], [], _LOOK_SECONDS)[0]:
                continue
            typed = os.read(descriptor, 256)
            if not typed:
                return
            for key in typed.decode("ascii", "ignore"):
                if key in _KEYS or key == "h":
                    self._patient.type(key)
