"""Answers to 401 and 407: which header proves who we are (RFC 3261 section 22)."""

from __future__ import annotations

from dataclasses import dataclass

from ringtrue import ids
from ringtrue.telephony.sip import digest
from ringtrue.telephony.sip.message import Request, Response

_HEADERS = {401: ("WWW-Authenticate", "Authorization"), 407: ("Proxy-Authenticate", "Proxy-Authorization")}
_MOST_REALMS = 4  # so that a server that makes up realms is not answered for ever
_MOST_TIMES = 2  # per realm


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


class Proofs:
    """What one request proves, over all its repeats: each server along its way may ask for a proof of its own."""

    def __init__(self, credentials: Credentials | None) -> None:
        self.headers: list[tuple[str, str]] = []  # what the request is to carry
        self._credentials = credentials
        self._asked: dict[tuple[str, str], _Asked] = {}  # by header and realm (section 22.3)

    def add(self, response: Response, request: Request) -> bool:
        """Whether the request is worth a repeat with what it is to carry now; not when its proof was refused.

        A nonce that is merely stale is no refusal: it is answered again (section 22.4), but not a third time.
        """
        if self._credentials is None or not is_challenge(response):
            return False
        challenge_header, header = _HEADERS[response.status]
        challenge = digest.best([digest.parse_challenge(value) for value in response.headers.all(challenge_header)])
        if challenge is None:
            return False
        before = self._asked.get((header, challenge.realm))
        if before is None and len(self._asked) == _MOST_REALMS:
            return False
        if before is not None and (before.times == _MOST_TIMES or not challenge.is_stale):
            return False
        self._asked[header, challenge.realm] = _Asked(challenge=challenge, times=before.times + 1 if before is not None else 1)
        self.headers = [(name, _prove(asked, request, self._credentials)) for (name, _), asked in self._asked.items()]
        return True


@dataclass(kw_only=True, slots=True)
class _Asked:
    challenge: digest.Challenge
    times: int
    nonce_count: int = 0


def _prove(asked: _Asked, request: Request, credentials: Credentials) -> str:
    asked.nonce_count += 1  # a nonce that is used again is counted, or the server takes it for a replay
    return digest.authorize(
        asked.challenge,
        method=request.method,
        uri=request.uri,
        username=credentials.username,
        password=credentials.password,
        nc=asked.nonce_count,
        cnonce=ids.token_hex(8),
    )
