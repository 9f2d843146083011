"""Which web pages may ask: our own, and for threads those of the origins that the operator allowed."""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.requests import HTTPConnection


def is_foreign(connection: HTTPConnection, public_url: str) -> bool:
    """Whether a page of another origin asks. Whoever is no browser names none."""
    origin = connection.headers.get("origin")
    if origin is None:
        return False
    own = urlsplit(public_url)
    # Behind a proxy that speaks TLS the scheme that we see is not the page's; the name it asked for is.
    is_own = origin == f"{own.scheme}://{own.netloc}" or origin.partition("://")[2] == connection.headers.get("host")
    return not is_own
