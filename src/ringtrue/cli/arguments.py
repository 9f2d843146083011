"""What several commands take: ids, `--json`, and a JSON object in the argument or in a file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from ringtrue.cli.output import Exit, fail

Json = Annotated[bool, typer.Option("--json", help="Print JSON for scripts.")]
Limit = Annotated[int, typer.Option("--limit", min=1, help="How many at most.")]
CallId = Annotated[str, typer.Argument(help="The call's id.")]
Callee = Annotated[str, typer.Argument(help="The number to call, in E.164.")]
ProjectOption = Annotated[str, typer.Option("--project", help="The project's name or id.")]
At = Annotated[str | None, typer.Option("--at", help="When, in ISO 8601; default now.")]
Timezone = Annotated[str | None, typer.Option("--timezone", help="IANA zone for --at and the agent.")]
Data = Annotated[str | None, typer.Option("--data", help="A JSON object, or @FILE, that the agent's prompts see.")]


def json_object(text: str) -> dict[str, Any]:
    """The object in `text`, or in FILE where it reads `@FILE`; ends the command when there is none."""
    try:
        parsed = json.loads(Path(text[1:]).read_text(encoding="utf-8") if text.startswith("@") else text)
    except (OSError, ValueError, RecursionError):
        parsed = None
    if not isinstance(parsed, dict):
        fail("--data takes a JSON object, or @FILE with one.", Exit.USAGE)
    return parsed
