"""Internal destinations: what a pattern is, what it matches, and what no pattern lets through."""

from __future__ import annotations

import pytest

from ringtrue.calls import internal
from ringtrue.errors import InvalidInput

PBX = "pbx.example.com"


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("203", "203"),
        (" 203 ", "203"),
        ("000123", "000123"),
        (f"sip:anna@{PBX}", f"sip:anna@{PBX}"),
        ("SIP:Anna@PBX.Example.Com", f"sip:Anna@{PBX}"),
        (f"sip:anna@{PBX}:5060", f"sip:anna@{PBX}"),
        (f"sip:anna@{PBX}:5070", f"sip:anna@{PBX}:5070"),
        ("sip:203@192.0.2.7", "sip:203@192.0.2.7"),
    ],
)
def test_a_destination_is_kept_in_one_form(text: str, kept: str) -> None:
    """However it was written; users are compared by case, hosts are not (RFC 3261 section 19.1.4)."""
    assert internal.normal(text) == kept


@pytest.mark.parametrize(
    "text",
    [
        "", "2", "2034567", "+203", "2*3", "20a", "\uff12\uff10\uff13", "203\r\n", "203\nTo: x", "tel:203", f"sips:anna@{PBX}",
        f"sip:anna@{PBX};transport=tcp", f"sip:anna@{PBX}?Subject=x", f"sip:anna;phone-context=x@{PBX}", f"sip:anna:secret@{PBX}",
        f"sip:%61nna@{PBX}", f"sip:@{PBX}", "sip:anna", "sip:anna@", f"sip:anna@{PBX}@evil.example", f"sip:anna@{PBX}\r\nTo: x",
        f"sip:an na@{PBX}", f"sip:anna@{PBX}/x", "sip:anna@[::1]", f"sip:anna@{PBX}:", f"sip:anna@{PBX}:99999999",
        f"<sip:anna@{PBX}>", f"sip:{'a' * 65}@{PBX}", f"sip:\u0430nna@{PBX}", "sip:anna@" + "a" * 500,
    ],
)  # fmt: skip
def test_anything_else_is_none(text: str) -> None:
    """Nothing that could add a header, a parameter, another host or a secret to a Request-URI."""
    assert internal.normal(text) is None


@pytest.mark.parametrize(
    ("pattern", "inside", "outside"),
    [
        ("203", ["203"], ["204", "2030", "20"]),
        ("2XX", ["200", "299"], ["300", "20", "2000", f"sip:200@{PBX}"]),
        (f"sip:anna@{PBX}", [f"sip:anna@{PBX}"], [f"sip:Anna@{PBX}", "sip:anna@example.com", f"sip:anna@{PBX}:5070", "203"]),
        (f"sip:*@{PBX}", [f"sip:anna@{PBX}", f"sip:203@{PBX}"], [f"sip:+19005550123@{PBX}", f"sip:19005550123@{PBX}"]),
        (f"sip:*@{PBX}", [f"sip:x.y-z_@{PBX}"], [f"sip:a@evil.{PBX}", f"sip:a@{PBX}.evil", f"sip:1900.555.0123@{PBX}"]),
        (f"sip:clinic-*@{PBX}", [f"sip:clinic-7@{PBX}"], [f"sip:clinic@{PBX}", f"sip:a-clinic-7@{PBX}"]),
        (f"sip:a*a@{PBX}", [f"sip:aa@{PBX}", f"sip:anna@{PBX}"], [f"sip:a@{PBX}"]),
        (f"sip:+14155550123@{PBX}", [f"sip:+14155550123@{PBX}"], [f"sip:+14155550124@{PBX}"]),
    ],
)
def test_a_pattern_matches_whole_destinations(pattern: str, inside: list[str], outside: list[str]) -> None:
    """The host is the one that is written out; a star is no telephone number, which could cost anything."""
    assert [internal.matches(one, [internal.checked(pattern)]) for one in inside] == [True] * len(inside)
    assert [internal.matches(one, [internal.checked(pattern)]) for one in outside] == [False] * len(outside)


def test_any_of_several_patterns_will_do() -> None:
    """And none lets nothing through."""
    assert internal.matches("203", ["1XX", "2XX"])
    assert not internal.matches("203", [])


@pytest.mark.parametrize(
    "pattern",
    ["", "X", "2*", "2[0-9]{2}", "+1XXX", "XXXXXXX", "*", "sip:*", f"sip:**@{PBX}", f"sip:*a*@{PBX}", "sip:*@*", "sip:*@*.x.com",
     f"sip:*@{PBX};x", "(a+)+$", f"sip:@{PBX}"],
)  # fmt: skip
def test_a_pattern_that_is_none_is_refused(pattern: str) -> None:
    """Saying how one is written, and nothing of the input."""
    with pytest.raises(InvalidInput) as caught:
        internal.checked(pattern)

    assert caught.value.detail_code == "internal_destination_invalid"
    assert "2XX" in caught.value.sentence
