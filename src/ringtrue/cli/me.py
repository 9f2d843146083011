"""The reader in the patient's place: keys typed here go out as digits on the line, words are said by the local voice."""

from __future__ import annotations

import codecs
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
_BACKSPACE = "\x7f\b"


class Person:
    """Reads what is typed while a call is in progress. A key at the beginning of a line goes out at once, without Enter where
    there is a terminal; a line with words is said at its end; `h` alone hangs up."""

    def __init__(self, patient: Patient, *, speaks: bool) -> None:
        self._patient = patient
        self._speaks = speaks
        self._line = ""
        self._over = threading.Event()
        self._restore = contextlib.ExitStack()
        self._echoes = False
        self._reader: threading.Thread

    def __enter__(self) -> Self:
        how = "type what you say and Enter, or press 0-9, * or #" if self._speaks else "press 0-9, * or # to answer"
        output.console.print(f"[bold]You are the patient:[/bold] {how}; h and Enter hangs up.", highlight=False)
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
        self._echoes = True

    def _read(self) -> None:
        descriptor = sys.stdin.fileno()  # past the buffer of sys.stdin, in which the second of two quick keys would wait
        decoder = codecs.getincrementaldecoder("utf-8")("ignore")
        while not self._over.is_set():
            if not select.select([descriptor], [], [], _LOOK_SECONDS)[0]:
                continue
            typed = os.read(descriptor, 256)
            if not typed:
                return
            for letter in decoder.decode(typed):
                self._take(letter)

    def _take(self, letter: str) -> None:
        if letter in "\r\n":
            line, self._line = self._line.strip(), ""
            self._echo("\n" if line else "")
            if line:
                self._patient.type(line)
        elif not self._line and letter in _KEYS:
            self._patient.type(letter)
        elif letter in _BACKSPACE:
            self._echo("\b \b" if self._line else "")
            self._line = self._line[:-1]
        elif letter.isprintable():
            self._line += letter
            self._echo(letter)

    def _echo(self, text: str) -> None:
        """A terminal that gives keys without Enter shows nothing by itself."""
        if self._echoes and text:
            sys.stdout.write(text)
            sys.stdout.flush()
