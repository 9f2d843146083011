"""Thread tokens: JWTs (RFC 7519) that open one thread for a while, made for browsers and apps of the thread's party.

Everything a client could choose is pinned: one algorithm, one issuer, one audience, one header, and a life of a day at the
most, counted from the making and from now. Times are read from our own clock and checked here, not by the library.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

import jwt

from ringtrue.ids import OrgId, ThreadId

Extra = Literal["analysis", "recording"]
EXTRAS: tuple[Extra, ...] = ("analysis", "recording")
"""What a token shows of calls only if it was made to."""
LONGEST = timedelta(hours=24)

_ALGORITHM = "HS256"
_ISSUER = "ringtrue"
_AUDIENCE = "ringtrue:thread"
_TOKEN = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*\Z")
_LONGEST_TOKEN = 2048
_SKEW = timedelta(seconds=60)  # two servers that share the key need not agree on the second
# Our own tokens have this header to the byte. Any other is refused unread: whoever asks for `none`, another algorithm, a key of
# his own or a document without end meets no parser.
_HEADER = jwt.encode({}, "x" * 32, algorithm=_ALGORITHM).partition(".")[0]
# Whatever the library would ask the system's clock for is checked below by ours.
_OPTIONS: jwt.types.Options = {
    "require": ["iss", "aud", "sub", "org", "iat", "exp"],
    "verify_exp": False,
    "verify_nbf": False,
    "verify_iat": False,
}


@dataclass(frozen=True, kw_only=True, slots=True)
class ThreadToken:
    """What a token says: whose thread it opens, until when, and what it shows besides."""

    org_id: OrgId
    thread_id: ThreadId
    expires_at: datetime
    include: frozenset[Extra] = frozenset()


def looks_like_one(secret: str) -> bool:
    """Whether this could be a token at all; an API key never is."""
    return len(secret) <= _LONGEST_TOKEN and _TOKEN.match(secret) is not None


def mint(key: bytes, token: ThreadToken, *, at: datetime) -> str:
    """The token as text, signed; good from `at` on."""
    claims = {
        "iss": _ISSUER,
        "aud": _AUDIENCE,
        "sub": token.thread_id,
        "org": token.org_id,
        "iat": int(at.timestamp()),
        "exp": int(token.expires_at.timestamp()),
        "include": sorted(token.include),
    }
    return jwt.encode(claims, key, algorithm=_ALGORITHM)


def read(key: bytes, text: str, *, at: datetime) -> ThreadToken | None:
    """The token, when it is one of ours and good at that instant."""
    if not looks_like_one(text) or text.partition(".")[0] != _HEADER:
        return None
    try:
        claims = jwt.decode(text, key, algorithms=[_ALGORITHM], audience=_AUDIENCE, issuer=_ISSUER, options=_OPTIONS)
    except (jwt.PyJWTError, RecursionError):
        return None
    times = [claims.get(name, claims["iat"]) for name in ("iat", "nbf", "exp")]
    include = claims.get("include", [])
    is_sound = isinstance(claims["org"], str) and isinstance(include, list) and all(one in EXTRAS for one in include)
    if not is_sound or not all(type(one) is int for one in times) or not _is_good(*times, at=int(at.timestamp())):
        return None
    return ThreadToken(
        org_id=OrgId(claims["org"]),
        thread_id=ThreadId(claims["sub"]),
        expires_at=datetime.fromtimestamp(times[2], UTC),
        include=frozenset(include),
    )


def _is_good(made: int, begins: int, ends: int, *, at: int) -> bool:
    longest, skew = int(LONGEST.total_seconds()), int(_SKEW.total_seconds())
    return made <= at + skew and begins <= at + skew and at < ends <= min(made, at + skew) + longest
