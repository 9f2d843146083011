"""Answers to 401 and 407: which header proves who we are (RFC 3261 section 22)."""

from __future__ import annotations

from dataclasses import dataclass

from ringtrue import ids
from ringtrue.telephony.sip import digest
from ringtrue.telephony.sip.message import Request, Response

_HEADERS = {401: ("WWW-Authenticate", "Authorization"), 407: ("Proxy-Authenticate", "Proxy-Authorization")}


@dataclass(frozen=True, kw_only=True)
class Credentials:
    """A trunk's user and password; the password never shows in a repr."""

    username: str
    password: str

    def __repr__(self) -> str:
        return f"Credentials(username={self.username!r})"


def is_challenge(response: Response) -> bool:
    """Whether the far end wants to know who we are."""
    return response.status in _HEADERS


def answer(response: Response, request: Request, credentials: Credentials | None) -> tuple[str, str] | None:
    """The header to repeat the request with; None when there is none, or the far end refused one already.

    A nonce that is merely stale is no refusal: it is answered again (section 22.4), but not a third time.
    """
    if credentials is None:
        return None
    challenge_header, header = _HEADERS[response.status]
    challenge = digest.best([digest.parse_challenge(value) for value in response.headers.all(challenge_header)])
    if challenge is None:
        return None
    tries = sum(1 for name in ("Authorization", "Proxy-Authorization") for _ in request.headers.all(name))
    if tries and not challenge.is_stale and request.headers.get(header) is not None:
        return None
    value = digest.authorize(
        challenge,
        method=request.method,
        uri=request.uri,
        username=credentials.username,
        password=credentials.password,
        nc=1,
        cnonce=ids.token_hex(8),
    )
    return header, value
