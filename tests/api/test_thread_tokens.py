"""Thread tokens as such: what is minted is read, and nothing else is, however it was made."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ringtrue.api import thread_tokens
from ringtrue.api.thread_tokens import ThreadToken, mint, read
from ringtrue.ids import OrgId, ThreadId
from ringtrue.testing.clock import START
from ringtrue.testing.forged_tokens import HEADER, claims, encoded, forged

KEY = b"the key that tokens are signed with"
NOW = int(START.timestamp())
TOKEN = ThreadToken(
    org_id=OrgId("org_a"),
    thread_id=ThreadId("thread_a"),
    expires_at=START + timedelta(hours=1),
    include=frozenset(("recording",)),
)
CLAIMS: dict[str, Any] = claims(org="org_a", thread="thread_a", made=NOW, ends=NOW + 3600)


def claimed(**changes: Any) -> str:
    """One of ours but for some claims; `...` leaves one out."""
    changed = {name: value for name, value in {**CLAIMS, **changes}.items() if value is not ...}
    return forged(HEADER, changed, key=KEY)


def test_what_is_minted_is_read() -> None:
    """Until it expires, to the second."""
    text = mint(KEY, TOKEN, at=START)

    assert read(KEY, text, at=START) == TOKEN
    assert read(KEY, text, at=START + timedelta(seconds=3599)) == TOKEN
    assert read(KEY, text, at=START + timedelta(seconds=3600)) is None


@pytest.mark.parametrize(
    "changes",
    [
        {"iss": "other"}, {"iss": ...}, {"iss": None}, {"iss": ["ringtrue"]},
        {"aud": "other"}, {"aud": ...}, {"aud": "ringtrue"}, {"aud": []},
        {"sub": ...}, {"sub": 7}, {"sub": None},
        {"org": ...}, {"org": 7}, {"org": ["org_a"]},
        {"exp": ...}, {"exp": NOW}, {"exp": NOW - 1}, {"exp": str(NOW + 60)}, {"exp": None}, {"exp": True}, {"exp": NOW + 0.5},
        {"exp": NOW + 86_401}, {"exp": 10**18}, {"exp": -1},
        {"iat": ...}, {"iat": NOW + 61}, {"iat": "now"}, {"iat": True}, {"iat": NOW - 86_400, "exp": NOW + 1}, {"iat": -(10**18)},
        {"iat": NOW + 60, "exp": NOW + 60 + 86_401},
        {"nbf": NOW + 61}, {"nbf": "later"}, {"nbf": None},
        {"include": "analysis"}, {"include": ["everything"]}, {"include": [[]]}, {"include": {"analysis": 1}}, {"include": None},
    ],
)  # fmt: skip
def test_claims_that_are_not_ours_open_nothing(changes: dict[str, Any]) -> None:
    """Even under the right signature: of another issuer or audience, expired, too early, too long, of other types."""
    assert read(KEY, claimed(**changes), at=START) is None


@pytest.mark.parametrize("changes", [{}, {"nbf": NOW}, {"exp": NOW + 86_400}, {"iat": NOW + 30}, {"include": ...}, {"x": 1}])
def test_claims_at_the_edge_are_good(changes: dict[str, Any]) -> None:
    """What the refused ones are compared with."""
    assert read(KEY, claimed(**changes), at=START) is not None


@pytest.mark.parametrize(
    "text",
    [
        forged({"alg": "none", "typ": "JWT"}, CLAIMS, key=KEY),
        f"{encoded({'alg': 'none', 'typ': 'JWT'})}.{encoded(CLAIMS)}.",
        f"{encoded({'alg': 'None'})}.{encoded(CLAIMS)}.",
        forged({"alg": "HS512", "typ": "JWT"}, CLAIMS, digest="sha512", key=KEY),
        forged({"alg": "HS384", "typ": "JWT"}, CLAIMS, digest="sha384", key=KEY),
        forged({"alg": "RS256", "typ": "JWT"}, CLAIMS, key=KEY),
        forged({"alg": "HS256", "typ": "JWT", "kid": "../../dev/null"}, CLAIMS, key=KEY),
        forged({"alg": "HS256", "typ": "JWT", "jwk": {"kty": "oct", "k": "eA"}}, CLAIMS, key=KEY),
        forged({"alg": "HS256", "typ": "JWT", "crit": ["b64"], "b64": False}, CLAIMS, key=KEY),
        forged(HEADER, CLAIMS, key=b"another key of thirty-two bytes.."),
        forged(HEADER, CLAIMS, key=b""),
        forged(HEADER, b"[" * 1200, key=KEY),
        forged(HEADER, b"\xff\xfe", key=KEY),
        forged(HEADER, [], key=KEY),
        forged(HEADER, "text", key=KEY),
        f"{encoded(b'[' * 1200)}.{encoded(CLAIMS)}.x",
        f"{encoded([])}.{encoded(CLAIMS)}.x",
        "", ".", "..", "...", "a.b.c", "a.b", "\x00.\x00.\x00", "é.é.é", "x" * 5000, f"{'x' * 3000}.y.z",
    ],
)  # fmt: skip
def test_what_was_made_otherwise_opens_nothing(text: str) -> None:
    """Without or with another algorithm, another header, another key; and what is no token at all."""
    assert read(KEY, text, at=START) is None


def test_every_character_counts() -> None:
    """An edited header, content or signature is none of ours."""
    text = mint(KEY, TOKEN, at=START)
    header, _, signature = text.split(".")
    theirs = encoded({**CLAIMS, "sub": "thread_b"})

    assert read(KEY, f"{header}.{theirs}.{signature}", at=START) is None
    for index in range(0, len(text) - 1):  # but the last character, whose lowest bits no byte takes up
        changed = "A" if text[index] != "A" else "B"
        assert read(KEY, text[:index] + changed + text[index + 1 :], at=START) is None, index


@given(st.text(max_size=200) | st.from_regex(r"[A-Za-z0-9_-]{0,60}\.[A-Za-z0-9_-]{0,60}\.[A-Za-z0-9_-]{0,60}", fullmatch=True))
def test_any_text_is_read_as_nothing(text: str) -> None:
    """And never as an error."""
    assert read(KEY, text, at=START) is None
    assert read(KEY, f"{mint(KEY, TOKEN, at=START).rpartition('.')[0]}.{text}", at=START) is None


def test_what_has_another_header_is_not_parsed(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is refused before anything looks into it."""
    monkeypatch.setattr(thread_tokens.jwt, "decode", pytest.fail)

    assert read(KEY, forged({"alg": "HS256"}, CLAIMS, key=KEY), at=START) is None
    assert read(KEY, f"{encoded(b'[' * 1000)}.{encoded(b'[' * 400)}.x", at=START) is None
