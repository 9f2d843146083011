"""Where the server is and what opens it: the environment, else what the server left in its data folder."""

from __future__ import annotations

import os
from pathlib import Path

from ringtrue.cli.output import Exit, fail
from ringtrue.client import RingtrueClient

_DEFAULT_URL = "http://127.0.0.1:8080"


def data_folder() -> Path:
    """The data folder of this shell."""
    return Path(os.environ.get("RINGTRUE_DATA", "data"))


def connect(data: Path | None = None) -> RingtrueClient:
    """A client of the configured server; ends the command when there is no key."""
    folder = data or data_folder()
    url = os.environ.get("RINGTRUE_URL") or _read(folder / "url") or _DEFAULT_URL
    key = os.environ.get("RINGTRUE_API_KEY") or _read(folder / "api-key")
    if key is None:
        fail(f"There is no API key: set RINGTRUE_API_KEY, or run where {folder}/api-key is.", Exit.USAGE)
    return RingtrueClient(url, key)


def _read(path: Path) -> str | None:
    try:
        return path.read_text().strip() or None
    except OSError:
        return None
