"""What commands print: documents for scripts, tables and sentences for people; and how they end."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from enum import IntEnum
from typing import Any, NoReturn

import typer
from rich.console import Console

from ringtrue.client import ServerRefused, ServerUnreachable
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


def fail(sentence: str, code: Exit = Exit.FAILED) -> NoReturn:
    """One sentence on stderr, and the end."""
    sys.stderr.write(sentence + "\n")
    raise typer.Exit(code)


@contextmanager
def plain_errors() -> Iterator[None]:
    """Errors of ours as one sentence and their exit code, never a traceback."""
    try:
        yield
    except ServerRefused as exc:
        sys.stderr.write(json.dumps(exc.problem, indent=2) + "\n")
        raise typer.Exit(Exit.REFUSED) from exc
    except ServerUnreachable as exc:
        fail(str(exc), Exit.UNREACHABLE)
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
