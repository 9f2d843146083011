"""Draw docs/lifecycle.md from the one table that moves a call. `python tools/draw_lifecycle.py` writes the file."""

from __future__ import annotations

from pathlib import Path

from ringtrue.domain.call import CallStatus
from ringtrue.domain.disposition import Disposition
from ringtrue.domain.facts import FACTS
from ringtrue.domain.lifecycle import TABLE

PAGE = Path(__file__).parent.parent / "docs" / "lifecycle.md"

_HEAD = """\
# The life of a call

Drawn by `tools/draw_lifecycle.py` from `TABLE` in `src/ringtrue/domain/lifecycle.py`; a test compares the two. Nothing else
moves a call. Every fact has an answer in every status: it moves the call, lets it stay with something noted, or is
ignored for the reason given.
"""


def page() -> str:
    """The page as it must be committed."""
    parts = [_HEAD, _diagram()]
    parts += [_table(status) for status in CallStatus if not status.is_terminal]
    parts += ["## ended, error\n\nTerminal: every fact is ignored because the call is over.\n", _dispositions()]
    return "\n".join(parts)


def _diagram() -> str:
    arrows = sorted({(status.value, to.value) for (status, _), cell in TABLE.items() for to in cell.to if to is not status})
    lines = [f"    {one} --> {other}" for one, other in arrows]
    return "\n".join(["```mermaid", "stateDiagram-v2", "    [*] --> scheduled", "    [*] --> queued", *lines, "```", ""])


def _table(status: CallStatus) -> str:
    rows = [f"| {_words(fact.__name__)} | {cell.does} | {cell.says} |" for fact in FACTS for cell in [TABLE[status, fact]]]
    return "\n".join([f"## {status.value}", "", "| fact | does | in words |", "|---|---|---|", *rows, ""])


def _dispositions() -> str:
    columns = {
        "ended": [one for one in Disposition if not one.is_error],
        "error": [one for one in Disposition if one.is_error],
    }
    lines = [f"- **{name}**: {', '.join(f'`{one.value}`' for one in ones)}" for name, ones in columns.items()]
    return "\n".join(["## Which reason ends in which status", "", *lines, ""])


def _words(name: str) -> str:
    return "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in name).strip()


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
