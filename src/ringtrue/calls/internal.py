"""Internal destinations: extensions and SIP URIs that an organization's patterns let be called.

A pattern is an extension of 2 to 6 digits in which X stands for any digit (`2XX`), or `sip:USER@HOST[:PORT]` in which one `*`
stands for any part of the user (`sip:*@pbx.example.com`), never for a telephone number. A host is always written out. Both
are compared letter by letter, without regular expressions of the operator's making.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from ringtrue.errors import InvalidInput

_EXTENSION = re.compile(r"[0-9]{2,6}")
_HOST = r"(?P<host>[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?)(?::(?P<port>[0-9]{1,5}))?"
_URI = re.compile(rf"sip:(?P<user>[A-Za-z0-9._+-]{{1,64}})@{_HOST}", re.IGNORECASE)
_EXTENSION_PATTERN = re.compile(r"[0-9X]{2,6}")
_URI_PATTERN = re.compile(rf"sip:(?P<user>(?!@)[A-Za-z0-9._+-]{{0,64}}\*?[A-Za-z0-9._+-]{{0,64}})@{_HOST}", re.IGNORECASE)
_TELEPHONE = re.compile(r"\+?[0-9.-]+")
_DIGITS_OF_A_NUMBER = 7  # more than any extension has: from here on it is somebody's telephone
_MOST_CHARACTERS = 400


def is_internal(destination: str) -> bool:
    """Whether a stored destination is an extension or URI; telephone numbers are kept as E.164, with their plus sign."""
    return not destination.startswith("+")


def is_uri(text: str) -> bool:
    """Whether somebody meant a SIP URI, well-formed or not."""
    return text.strip()[:5].lower().startswith(("sip:", "sips:"))


def normal(text: str) -> str | None:
    """The extension or SIP URI in the one form in which it is kept, compared and dialled; None for anything else, such as a
    URI with parameters, headers, a password or escapes."""
    plain = text.strip(" ")
    if len(plain) > _MOST_CHARACTERS:
        return None
    if _EXTENSION.fullmatch(plain):
        return plain
    uri = _URI.fullmatch(plain)
    return _joined(uri) if uri is not None else None


def checked(pattern: str) -> str:
    """The pattern in its normal form. Raises InvalidInput saying how one is written."""
    plain = pattern.strip(" ")
    if len(plain) <= _MOST_CHARACTERS:
        if _EXTENSION_PATTERN.fullmatch(plain):
            return plain
        uri = _URI_PATTERN.fullmatch(plain)
        if uri is not None:
            return _joined(uri)
    raise InvalidInput(
        "Write an internal destination as an extension of 2 to 6 digits, X for any digit (2XX), "
        "or as sip:USER@HOST with at most one * in the user (sip:*@pbx.example.com).",
        field=("internal_destinations",),
        code="internal_destination_invalid",
    )


def matches(destination: str, patterns: Iterable[str]) -> bool:
    """Whether a destination in its normal form is one of those that the patterns name."""
    return any(_matches(destination, pattern) for pattern in patterns)


def user_of(destination: str) -> str:
    """The extension, or the user part of the URI."""
    return destination.removeprefix("sip:").partition("@")[0]


def _joined(uri: re.Match[str]) -> str:
    port = "" if uri["port"] in (None, "5060") else f":{uri['port']}"
    return f"sip:{uri['user']}@{uri['host'].lower()}{port}"


def _matches(destination: str, pattern: str) -> bool:
    if "@" not in pattern or "@" not in destination:
        is_alike = len(destination) == len(pattern) and "@" not in destination + pattern
        return is_alike and all(wanted in ("X", digit) for wanted, digit in zip(pattern, destination, strict=True))
    user, _, host = destination.partition("@")
    wanted_user, _, wanted_host = pattern.partition("@")
    if host != wanted_host:
        return False
    before, has_star, after = wanted_user.partition("*")
    if not has_star:
        return user == wanted_user
    is_alike = user.startswith(before) and user.endswith(after) and len(user) >= len(before) + len(after)
    return is_alike and not _is_telephone(user.removeprefix("sip:"))


def _is_telephone(user: str) -> bool:
    """Whether a gateway would take the user part for a telephone number, which no wildcard lets through."""
    digits = sum(character.isdigit() for character in user)
    return _TELEPHONE.fullmatch(user) is not None and (user.startswith("+") or digits >= _DIGITS_OF_A_NUMBER)
