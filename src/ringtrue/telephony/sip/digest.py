"""Digest authentication of our requests (RFC 3261 section 22, RFC 8760: SHA-256 before MD5)."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass

_HASHES = {"SHA-256": hashlib.sha256, "MD5": hashlib.md5}
_FIELD = re.compile(r'\s*([A-Za-z0-9_\-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^",\s]+))\s*(?:,|$)')


@dataclass(frozen=True, kw_only=True, slots=True)
class Challenge:
    """What a server wants to have proven."""

    realm: str
    nonce: str
    algorithm: str
    qop: tuple[str, ...]
    opaque: str | None
    is_stale: bool


def parse_challenge(value: str) -> Challenge | None:
    """The challenge, or None when it is of another scheme or unreadable."""
    scheme, _, rest = value.strip().partition(" ")
    if scheme.lower() != "digest":
        return None
    fields = {match[1].lower(): match[2] if match[2] is not None else match[3] for match in _FIELD.finditer(rest)}
    if "realm" not in fields or "nonce" not in fields:
        return None
    return Challenge(
        realm=fields["realm"],
        nonce=fields["nonce"],
        algorithm=fields.get("algorithm", "MD5").upper(),
        qop=tuple(option.strip().lower() for option in fields.get("qop", "").split(",") if option.strip()),
        opaque=fields.get("opaque"),
        is_stale=fields.get("stale", "").lower() == "true",
    )


def best(challenges: Sequence[Challenge | None]) -> Challenge | None:
    """The strongest challenge that we can answer."""
    usable = [one for one in challenges if one is not None and one.algorithm in _HASHES and (not one.qop or "auth" in one.qop)]
    return min(usable, key=lambda one: list(_HASHES).index(one.algorithm), default=None)


def authorize(challenge: Challenge, *, method: str, uri: str, username: str, password: str, nc: int, cnonce: str) -> str:
    """The value of Authorization or Proxy-Authorization."""

    def digest(text: str) -> str:
        return _HASHES[challenge.algorithm](text.encode()).hexdigest()

    secret = digest(f"{username}:{challenge.realm}:{password}")
    request = digest(f"{method}:{uri}")
    if challenge.qop:
        count = f"{nc:08x}"
        response = digest(f"{secret}:{challenge.nonce}:{count}:{cnonce}:auth:{request}")
    else:
        count = ""
        response = digest(f"{secret}:{challenge.nonce}:{request}")
    fields = [
        f'username="{username}"',
        f'realm="{challenge.realm}"',
        f'nonce="{challenge.nonce}"',
        f'uri="{uri}"',
        f'response="{response}"',
        f"algorithm={challenge.algorithm}",
    ]
    if count:
        fields += ["qop=auth", f"nc={count}", f'cnonce="{cnonce}"']
    if challenge.opaque is not None:
        fields.append(f'opaque="{challenge.opaque}"')
    return "Digest " + ", ".join(fields)
