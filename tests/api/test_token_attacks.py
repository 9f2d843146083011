"""Tokens that are not ours, over HTTP: each is a 401 and never more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from ringtrue.testing.forged_tokens import HEADER, claims, encoded, forged

if TYPE_CHECKING:
    from conftest import Desk


def attacks(desk: Desk, thread: str) -> dict[str, str]:
    """Tokens that are not ours, by what is wrong with them; all but the last few under the right signature."""
    now = int(desk.clock.now().timestamp())
    key = desk.app.state.deps.token_key
    good = claims(org=desk.office.org.id, thread=thread, made=now, ends=now + 3600)

    def signed(**changes: Any) -> str:
        return forged(HEADER, {**good, **changes}, key=key)

    own = desk.token(thread)
    parts = own.split(".")
    return {
        "alg none": f"{encoded({'alg': 'none', 'typ': 'JWT'})}.{encoded(good)}.",
        "alg HS512": forged({"alg": "HS512", "typ": "JWT"}, good, key=key, digest="sha512"),
        "alg RS256": forged({"alg": "RS256", "typ": "JWT"}, good, key=key),
        "wrong aud": signed(aud="ringtrue:org"),
        "wrong iss": signed(iss="https://example.com"),
        "expired": signed(iat=now - 7200, exp=now - 3600),
        "not yet": signed(nbf=now + 3600),
        "for ever": signed(exp=now + 10 * 365 * 86_400),
        "longer than a day": signed(exp=now + 86_401),
        "unknown thread": signed(sub="thread_none"),
        "another organization": signed(org=desk.stranger.org.id),
        "unknown organization": signed(org="org_none"),
        "edited": f"{parts[0]}.{encoded({**good, 'exp': now + 7200})}.{parts[2]}",
        "unsigned": f"{parts[0]}.{parts[1]}.",
        "another key": forged(HEADER, good, key=b"another key of thirty-two bytes.."),
        "the links' key": forged(HEADER, good, key=desk.app.state.deps.link_key),
        "deep": forged(HEADER, b"[" * 900, key=key),
        "garbage": "a.b.c",
        "dots": "..",
        "empty": "",
    }


ATTACKS = (
    "alg none", "alg HS512", "alg RS256", "wrong aud", "wrong iss", "expired", "not yet", "for ever", "longer than a day",
    "unknown thread", "another organization", "unknown organization", "edited", "unsigned", "another key", "the links' key",
    "deep", "garbage", "dots", "empty",
)  # fmt: skip


@pytest.mark.parametrize("name", ATTACKS)
def test_a_token_that_is_not_ours_is_a_401(desk: Desk, thread: str, name: str) -> None:
    """On every operation that would take one; a problem, and never more."""
    token = attacks(desk, thread)[name]

    for method, path, body in (
        ("GET", f"/threads/{thread}", None),
        ("GET", f"/threads/{thread}/messages", None),
        ("GET", "/calls", None),
        ("POST", "/chat", {"thread_id": thread, "message": "yes"}),
        ("GET", "/projects", None),
    ):
        answer = desk.ask(method, path, key=token, json=body)
        assert (answer.status_code, answer.json()["code"]) == (401, "unauthorized"), path
    assert desk.count("messages") == 0
