"""Where the server is and what opens it: the environment, else what the server left in its data folder."""

from __future__ import annotations

import os
from pathlib import Path

from ringtrue.cli.output import Exit, fail
from ringtrue.client import Client

DEFAULT_URL = "http://127.0.0.1:8080"
_MAX_RETRIES = 2  # a person waits: about a second until it is said that nobody answers


def data_folder() -> Path:
    """The data folder of this shell."""
    return Path(os.environ.get("RINGTRUE_DATA") or "data")


def server_url() -> str:
    """The address of the server of this shell."""
    return os.environ.get("RINGTRUE_URL") or _read(data_folder() / "url") or DEFAULT_URL


def connect() -> Client:
    """A client of the configured server; ends the command when there is no key, or no server that a key could open."""
    url = server_url()
    key = os.environ.get("RINGTRUE_API_KEY") or _read(data_folder() / "api-key")
    if key is not None and not (key.isascii() and key.isprintable()):
        fail("The API key holds characters that no key has: set RINGTRUE_API_KEY anew.", Exit.USAGE)
    client = _client(url, key or "")
    if key is None:
        with client:
            if not client.is_ready():
                fail(f"No server answers at {url}: start one with `ringtrue serve`.", Exit.UNREACHABLE)
        fail(f"There is no API key: set RINGTRUE_API_KEY, or run this where {data_folder() / 'api-key'} is.", Exit.USAGE)
    return client


def _client(url: str, key: str) -> Client:
    try:
        return Client(url, key, max_retries=_MAX_RETRIES)
    except ValueError:  # the key was looked at already
        fail("RINGTRUE_URL takes an address such as http://127.0.0.1:8080.", Exit.USAGE)


def _read(path: Path) -> str | None:
    try:
        return path.read_text(encoding="utf-8").strip() or None
    except (OSError, UnicodeDecodeError):
        return None
