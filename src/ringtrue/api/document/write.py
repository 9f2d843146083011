"""The document as a file, so that a change of it is seen where it is made: `python -m ringtrue.api.document.write FILE`."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path

from ringtrue.api.app import create_app


def text(document: Mapping[str, object]) -> str:
    """The document, printed the same whatever the order of routes and fields."""
    return json.dumps(document, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    # Nothing is asked of this application, so it needs nothing.
    Path(sys.argv[1]).write_text(text(create_app(None).openapi()), encoding="utf-8")
