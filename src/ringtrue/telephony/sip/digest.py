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
    match = re.match(r"\s*digest\s+", value, re.IGNORECASE)
    if match is None:
        return None
    fields = {found[1].lower(): _value(found) for found in _FIELD.finditer(value, match.end())}
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


def _value(found: re.Match[str]) -> str:
    return re.sub(r"\\(.)", r"\1", found[2]) if found[2] is not None else found[3]


def _quoted(text: str) -> str:
    escaped = re.sub(r'(["\\])', r"\\\1", text)
    return f'"{escaped}"'


def best(challenges: Sequence[Challenge | None]) -> Challenge | None:
    """The strongest challenge that we can answer."""
    usable = [one for one in challenges if one is not None and one.algorithm in _HASHES and (not one.qop or "auth" in one.qop)]
    return min(usable, key=lambda one: list(_HASHES).index(one.algorithm), default=None)


def authorize(challenge: Challenge, *, method: str, uri: str, username: str, password: str, nc: int, cnonce: str) -> str:
    """The value of Authorization or Proxy-Authorization."""

    def digest(text: str) -> str:
        return _HASHES[challenge.algorithm](text.encode("utf-8", "surrogateescape")).hexdigest()  # a realm comes in any encoding

    secret = digest(f"{username}:{challenge.realm}:{password}")
    request = digest(f"{method}:{uri}")
    if challenge.qop:
        count = f"{nc:08x}"
        response = digest(f"{secret}:{challenge.nonce}:{count}:{cnonce}:auth:{request}")
    else:
        count = ""
        response = digest(f"{secret}:{challenge.nonce}:{request}")
    fields = [
        f"username={_quoted(username)}",
        f"realm={_quoted(challenge.realm)}",
        f"nonce={_quoted(challenge.nonce)}",
        f"uri={_quoted(uri)}",
        f'response="{response}"',
        f"algorithm={challenge.algorithm}",
    ]
    if count:
        fields += ["qop=auth", f"nc={count}", f'cnonce="{cnonce}"']
    if challenge.opaque is not None:
        fields.append(f"opaque={_quoted(challenge.opaque)}")
    return "Digest " + ", ".join(fields)
