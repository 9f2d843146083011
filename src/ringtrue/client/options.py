"""Where the server is and how it is talked to: from arguments, else from the environment."""

from __future__ import annotations

import os
from dataclasses import dataclass
from importlib.metadata import version

import httpx

DEFAULT_URL = "http://127.0.0.1:8080"
TIMEOUT_SECONDS = 30.0
MAX_RETRIES = 4  # some 6 s of pauses: longer than the 5 s that placing a call may take under an idempotency key


@dataclass(frozen=True, kw_only=True, slots=True)
class Options:
    """What every request of a client shares."""

    base_url: str
    api_key: str
    timeout: float | None
    max_retries: int

    def headers(self) -> dict[str, str]:
        """What goes along with each request."""
        return {"Authorization": self.api_key, "User-Agent": f"ringtrue-python/{version('ringtrue')}"}


def chosen(base_url: str | None, api_key: str | None, *, timeout: float | None, max_retries: int) -> Options:
    """The options; raises ValueError for an address that is none, and without an API key."""
    url = base_url or os.environ.get("RINGTRUE_URL") or DEFAULT_URL
    key = api_key if api_key is not None else os.environ.get("RINGTRUE_API_KEY")
    if key is None:
        raise ValueError("There is no API key: pass api_key, or set RINGTRUE_API_KEY.")
    if not (key.isascii() and (key.isprintable() or not key)):
        raise ValueError("The API key holds characters that no key has.")  # not repeated: it is a secret
    if not _is_address(url):
        raise ValueError("The base URL is no address such as http://127.0.0.1:8080.")
    return Options(base_url=url.rstrip("/"), api_key=key, timeout=timeout, max_retries=max_retries)


def _is_address(url: str) -> bool:
    try:
        parts = httpx.URL(url)
    except httpx.InvalidURL:
        return False
    return parts.scheme in ("http", "https") and bool(parts.host) and parts.port != 0
