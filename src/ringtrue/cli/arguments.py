"""What several commands take: a JSON object, in the argument or in a file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from ringtrue.cli.output import Exit, fail


def json_object(text: str) -> dict[str, Any]:
    """The object in `text`, or in FILE where it reads `@FILE`; ends the command when there is none."""
    try:
        parsed = json.loads(Path(text[1:]).read_text(encoding="utf-8") if text.startswith("@") else text)
    except (OSError, ValueError, RecursionError):
        parsed = None
    if not isinstance(parsed, dict):
        fail("--data takes a JSON object, or @FILE with one.", Exit.USAGE)
    return parsed
