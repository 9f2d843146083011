"""Write src/ringtrue/client/synchronous from src/ringtrue/client/asynchronous, so that every operation is written once.

`python tools/write_sync_client.py` writes the files; a test compares them. It knows words only: the asynchronous source uses
none but these where the two differ.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

CLIENT = Path(__file__).parents[1] / "src" / "ringtrue" / "client"
SOURCE, TARGET = CLIENT / "asynchronous", CLIENT / "synchronous"

_PACKAGE_TEXT = '"""The synchronous client, written by `tools/write_sync_client.py` from the asynchronous one: change that."""\n'
_FIRST_PARTY = 'lint.isort.known-first-party=["ringtrue"]'  # also where the package is not written yet
_WORDS = [
    (r"\bawait ", ""),
    (r"\basync (?=def|for|with)", ""),
    (r"`async with`", "`with`"),
    (r"\basyncio\b", "time"),
    (r"\basynchronous\b", "synchronous"),
    (r"\bmany tasks\b", "many threads"),
    (r"\basynccontextmanager\b", "contextmanager"),
    (r"\bAsyncIterator\b", "Iterator"),
    (r"\bAwaitable\[None\]", "None"),
    (r"\bAsync(?=[A-Z])", ""),
    (r"\bAwaitable, ", ""),
    (r"\bhttpx\.AsyncBaseTransport\b", "httpx.BaseTransport"),
    (r"\ba(close|read|iter_lines|iter_bytes)\b(?=\()", r"\1"),
    (r"\b__a(enter|exit)__\b", r"__\1__"),
]


def written(source: str) -> str:
    """The synchronous form of one file."""
    for pattern, word in _WORDS:
        source = re.sub(pattern, word, source)
    in_style = _ruff("check", "--config", _FIRST_PARTY, "--select", "I,UP028", "--fix", "--unsafe-fixes", "--quiet", text=source)
    return _ruff("format", "--quiet", text=in_style)


def files() -> dict[str, str]:
    """Every file of the package by its name."""
    found = {file.name: written(file.read_text()) for file in SOURCE.glob("*.py") if file.name != "__init__.py"}
    return {"__init__.py": _PACKAGE_TEXT, **found}


def _ruff(*command: str, text: str) -> str:
    """What ruff makes of it, by the rules of this project."""
    name = ["--stdin-filename", str(TARGET / "file.py"), "-"]
    run = [sys.executable, "-m", "ruff", *command, *name]
    return subprocess.run(run, input=text, capture_output=True, text=True, check=True, cwd=CLIENT).stdout  # noqa: S603 - our own command


if __name__ == "__main__":
    TARGET.mkdir(exist_ok=True)
    for file_name, content in files().items():
        (TARGET / file_name).write_text(content)
