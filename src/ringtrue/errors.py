"""The errors of Ringtrue: each has a stable code, a sentence for the operator, whose fault it is, and whether to try again."""

from __future__ import annotations

import errno
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal

Blame = Literal["ours", "party", "carrier", "vendor", "client"]


class RingtrueError(Exception):
    """An error with a stable `code` and one plain sentence that says what to do next."""

    code: ClassVar[str] = "error"
    blame: ClassVar[Blame] = "ours"
    retryable: ClassVar[bool] = False

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class InvalidInput(RingtrueError):
    """Something the client sent cannot be accepted; `field` names the part at fault, the value is never repeated.

    Where several parts are at fault, `faults` has each with its own sentence.
    """

    code = "invalid_input"
    blame = "client"

    def __init__(
        self,
        sentence: str,
        *,
        field: tuple[str | int, ...] = (),
        code: str = "invalid",
        faults: Sequence[tuple[tuple[str | int, ...], str]] = (),
    ) -> None:
        super().__init__(sentence)
        self.field = field
        self.detail_code = code
        self.faults = tuple(faults) or ((field, sentence),)


class NotAllowed(RingtrueError):
    """Understood, but refused by policy before anything rings; `reason` is the stable code."""

    code = "not_allowed"
    blame = "client"

    def __init__(self, sentence: str, *, reason: str) -> None:
        super().__init__(sentence)
        self.reason = reason


class TooManyCalls(RingtrueError):
    """Allowed, but not so often; `reason` is the stable code, `retry_after` the seconds until there is room, if known."""

    code = "too_many_calls"
    blame = "client"

    def __init__(self, sentence: str, *, reason: str, retry_after: int | None = None) -> None:
        super().__init__(sentence)
        self.reason = reason
        self.retry_after = retry_after


class Conflict(RingtrueError):
    """Understood, but what is there stands in its way; `reason` is the stable code."""

    code = "conflict"
    blame = "client"

    def __init__(self, sentence: str, *, reason: str) -> None:
        super().__init__(sentence)
        self.reason = reason


class NotFound(RingtrueError):
    """No such object in this organization."""

    code = "not_found"
    blame = "client"


class WrongState(RingtrueError):
    """The object's present status does not allow the request; `status` names it."""

    code = "wrong_state"
    blame = "client"

    def __init__(self, sentence: str, *, status: str) -> None:
        super().__init__(sentence)
        self.status = status


@dataclass(frozen=True, kw_only=True, slots=True)
class ProjectFault:
    """One mistake in a project file: where (from 1; null for JSON), which field, what is wrong and what to do."""

    line: int | None
    column: int | None
    path: str
    message: str
    remedy: str


class ProjectInvalid(RingtrueError):
    """A project file with mistakes: all of them at once, in the order of the file."""

    code = "project_invalid"
    blame = "client"

    def __init__(self, faults: Sequence[ProjectFault]) -> None:
        super().__init__(f"The project file has {len(faults)} mistake{'s' if len(faults) != 1 else ''}.")
        self.faults = tuple(faults)


class NoTrunk(RingtrueError):
    """No trunk is configured, so no call can go out."""

    code = "no_trunk"
    blame = "client"


class Fenced(RingtrueError):
    """The lease of a call moved on to another worker; whoever holds the old one must stop."""

    code = "fenced"


class AlreadyDialled(RingtrueError):
    """The call has a dial intent: it rings once, whatever happened to that ring."""

    code = "already_dialled"


class Duplicate(RingtrueError):
    """A row with that key is in the store already."""

    code = "duplicate"


class StoreUnavailable(RingtrueError):
    """The database cannot be read or written for now; nothing of the transaction was kept."""

    code = "store_unavailable"
    retryable = True


class ScopeBroken(RingtrueError):
    """A statement that was run for one organization could have reached rows of another: a mistake in the program."""

    code = "scope_broken"


class SetupError(RingtrueError):
    """The program cannot start or go on as configured; the sentence names the remedy. `exit_code` is the process's."""

    code = "setup"

    def __init__(self, sentence: str, *, exit_code: int = 1) -> None:
        super().__init__(sentence)
        self.exit_code = exit_code


def cannot_listen(what: str, host: str, port: int, exc: OSError, *, option: str, free_port: int) -> SetupError:
    """Why a socket could not be had, with the remedy for that reason. `option` is the start of its options: `--` or `--sip-`."""
    if exc.errno == errno.EADDRINUSE:
        remedy = f"stop the other program or use {option}port {free_port}"
    elif exc.errno == errno.EACCES:
        remedy = f"use {option}port {free_port}"
    else:
        remedy = f"use an address of this machine as {option}host"
    return SetupError(f"{what} cannot use {host}:{port} ({(exc.strerror or 'refused').lower()}): {remedy}.")


class SpeechError(RingtrueError):
    """A speech engine failed or its process died."""

    code = "speech"
    blame = "vendor"
    retryable = True
