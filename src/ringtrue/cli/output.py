"""What commands print: documents for scripts, tables and sentences for people; and how they end."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from enum import IntEnum
from typing import Any, NoReturn

import typer
from rich.console import Console
from rich.markup import escape

from ringtrue.client import APIError, ConnectionFailed
from ringtrue.errors import ProjectInvalid, RingtrueError, SetupError

console = Console()
errors = Console(stderr=True)


class Exit(IntEnum):
    """The exit codes of every command."""

    DONE = 0
    FAILED = 1
    USAGE = 2
    REFUSED = 3
    UNREACHABLE = 4
    INTERRUPTED = 130  # as shells say of Ctrl-C


def document(value: Any) -> None:
    """A JSON document on stdout."""
    sys.stdout.write(json.dumps(value, indent=2, ensure_ascii=False) + "\n")


def say(sentence: str) -> None:
    """A line for people, as it is: never wrapped, so that a pipe gets it whole."""
    console.print(sentence, highlight=False, markup=False, soft_wrap=True)


def done(value: Any, sentence: str, *, as_json: bool) -> None:
    """What came of a command: a document for scripts, a sentence for people."""
    document(value) if as_json else say(sentence)


def fail(sentence: str, code: Exit = Exit.FAILED) -> NoReturn:
    """One sentence on stderr, and the end."""
    sys.stderr.write(sentence + "\n")
    raise typer.Exit(code)


@contextmanager
def progress(*, is_shown: bool = True) -> Iterator[Callable[[str], None]]:
    """Takes what to show of long work: on stderr, and only where that is a terminal."""
    if not is_shown or not errors.is_terminal:
        yield lambda _: None
        return
    with errors.status("") as line:
        yield lambda text: line.update(escape(text))


def lined_up(rows: Sequence[Sequence[str]]) -> list[str]:
    """Columns as wide as what they hold: an id that is cut short is of no use, whatever the terminal's width."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]


def table(head: Sequence[str], rows: Iterable[Sequence[str | None]]) -> None:
    """A table for people; a dash where there is nothing."""
    for line in lined_up([head, *([cell or "-" for cell in row] for row in rows)]):
        say(line)


@contextmanager
def plain_errors() -> Iterator[None]:
    """Errors of ours as one sentence and their exit code, never a traceback."""
    try:
        yield
    except ConnectionFailed as exc:
        fail(str(exc), Exit.UNREACHABLE)
    except APIError as exc:
        sys.stderr.write(json.dumps(exc.problem, indent=2) + "\n")
        raise typer.Exit(Exit.REFUSED) from exc
    except ProjectInvalid as exc:
        for fault in exc.faults:
            place = f"{fault.line}:{fault.column}: " if fault.line is not None else ""
            sys.stderr.write(f"{place}{fault.path}: {fault.message} {fault.remedy}\n")
        fail(exc.sentence)
    except SetupError as exc:
        sys.stderr.write(exc.sentence + "\n")
        raise typer.Exit(exc.exit_code) from exc
    except RingtrueError as exc:
        fail(exc.sentence)
    except BrokenPipeError:
        raise
    except OSError as exc:
        what = f"{exc.filename}: " if exc.filename is not None else ""
        fail(f"{what}{exc.strerror or type(exc).__name__}.")
