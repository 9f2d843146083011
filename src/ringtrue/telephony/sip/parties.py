"""Who calls and who is called, as plain text: escapes of a URI undone, the number of a `tel:` URI taken."""

from __future__ import annotations

from urllib.parse import unquote

from ringtrue.telephony.sip.grammar import Uri


def dialled_user(request_uri: str) -> str:
    """The user part of a Request-URI without its password and parameters; empty where it has none."""
    user, has_user, _ = request_uri.partition(":")[2].partition("@")
    return _plain(user.partition(":")[0].partition(";")[0]) if has_user else ""


def caller_user(uri: Uri) -> str | None:
    """The number or user that calls, None where the URI names none."""
    if uri.scheme.lower() == "tel":
        return _plain(uri.opaque.partition(";")[0])
    return _plain(uri.user) if uri.user is not None else None


def _plain(escaped: str) -> str:
    """`%2B1` and `+1` are the same user (RFC 3261 section 19.1.4). What would become unprintable stays escaped."""
    plain = unquote(escaped)
    return plain if plain.isprintable() else escaped
