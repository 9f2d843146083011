"""Who calls and who is called."""

from __future__ import annotations

import pytest

from ringtrue.telephony.sip.grammar import parse_uri
from ringtrue.telephony.sip.parties import caller_user, dialled_user


@pytest.mark.parametrize(
    ("uri", "user"),
    [
        ("sip:+14155550100@192.0.2.1", "+14155550100"),
        ("sip:%2B14155550100@192.0.2.1", "+14155550100"),
        ("sip:+1415555010%30@192.0.2.1:5060;user=phone", "+14155550100"),
        ("sip:100:secret@192.0.2.1", "100"),
        ("sip:+14155550100;npdi@192.0.2.1", "+14155550100"),
        ("sip:a%00b@192.0.2.1", "a%00b"),
        ("sip:a%@192.0.2.1", "a%"),
        ("sip:192.0.2.1", ""),
    ],
)
def test_what_was_dialled_is_read_without_escapes(uri: str, user: str) -> None:
    """A plus sign may come as %2B; what is no character of a name stays as it came."""
    assert dialled_user(uri) == user


@pytest.mark.parametrize(
    ("uri", "user"),
    [
        ("sip:%2B14155550199@192.0.2.1", "+14155550199"),
        ("tel:+14155550199", "+14155550199"),
        ("TEL:+1-415-555-0199;phone-context=example.com", "+1-415-555-0199"),
        ("sip:anna%20b@example.com", "anna b"),
        ("sip:example.com", None),
    ],
)
def test_the_caller_may_be_a_tel_uri_or_escaped(uri: str, user: str | None) -> None:
    """Neither is withheld."""
    assert caller_user(parse_uri(uri)) == user
