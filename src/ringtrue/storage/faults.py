"""What SQLite and the file system complain of, as one plain sentence that names the remedy."""

from __future__ import annotations

import errno
import sqlite3
from pathlib import Path

from ringtrue.errors import SetupError, StoreUnavailable

_CONFLICTS = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})
_DAMAGE = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})
_REFUSALS = frozenset({sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM})
_OTHERS = frozenset({sqlite3.SQLITE_IOERR, sqlite3.SQLITE_NOMEM})


def primary_code(error: sqlite3.Error) -> int:
    """SQLite's primary result code; 0 for what Python's own layer raised."""
    code: int = getattr(error, "sqlite_errorcode", 0)
    return code & 0xFF  # The higher bits refine it (https://sqlite.org/rescode.html).


def is_conflict(error: sqlite3.Error) -> bool:
    """Whether another connection was in the way, so that the same work may succeed when it is run again."""
    return primary_code(error) in _CONFLICTS


def _sentence(error: sqlite3.Error | OSError, path: Path) -> str | None:
    """What is wrong and what to do; None when it is a mistake of the program."""
    if isinstance(error, OSError):
        full, refused = error.errno in (errno.ENOSPC, errno.EDQUOT), True
        code = 0
    else:
        code = primary_code(error)
        full, refused = code == sqlite3.SQLITE_FULL, code in _REFUSALS
    if full:
        return f"The disk that holds {str(path.parent)!r} is full: free some space."
    if refused:
        return f"The folder {str(path.parent)!r} cannot be written to: make it writable or choose another with --data."
    if code in _DAMAGE:
        return f"The database {str(path)!r} is damaged or none of ours: restore a backup, or move it away to start afresh."
    if code in _CONFLICTS:
        return f"Another program holds the database {str(path)!r}: end it."
    if code in _OTHERS:
        return f"The database {str(path)!r} cannot be read or written ({error}): check the disk."
    return None


def at_start(error: sqlite3.Error | OSError, path: Path) -> SetupError:
    """Why the database cannot be opened."""
    return SetupError(_sentence(error, path) or f"The database {str(path)!r} cannot be opened ({error}).")


def at_work(error: sqlite3.Error, path: Path) -> StoreUnavailable | None:
    """Why a transaction failed; None when the program itself is wrong."""
    sentence = _sentence(error, path)
    return None if sentence is None else StoreUnavailable(sentence)
