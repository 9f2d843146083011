"""Answers to requests that belong to no call, and the checks that every request passes first (RFC 3261 section 8.2)."""

from __future__ import annotations

from collections.abc import Sequence

from ringtrue.telephony.sip.message import Request
from ringtrue.telephony.sip.server_transaction import ServerTransaction
from ringtrue.telephony.sip.wire import ALLOW

_HANDLED = frozenset({"INVITE", "BYE", "OPTIONS", "INFO", "UPDATE", "NOTIFY"})
# Methods of published extensions that we understand but do not do; anything else is unknown (section 21.5.2).
_NOT_DONE = frozenset({"REGISTER", "SUBSCRIBE", "PUBLISH", "MESSAGE", "REFER", "PRACK"})
_OFFERED = [("Allow", ALLOW), ("Accept", "application/sdp"), ("Accept-Encoding", "identity"), ("Accept-Language", "en")]

Refusal = tuple[int, Sequence[tuple[str, str]]]


def refusal_of(request: Request) -> Refusal | None:
    """The status and headers to refuse a request with, None when nothing stands against it."""
    if request.method not in _HANDLED:
        return (405, [("Allow", ALLOW)]) if request.method in _NOT_DONE else (501, [("Allow", ALLOW)])
    if request.uri.partition(":")[0].lower() not in ("sip", "sips"):
        return (416, [])
    required = request.headers.all("Require")
    if required:
        return (420, [("Unsupported", ", ".join(required))])
    return _refusal_of_body(request)


def _refusal_of_body(request: Request) -> Refusal | None:
    if not request.body or request.method not in ("INVITE", "UPDATE"):
        return None
    kind = (request.headers.get("Content-Type") or "").partition(";")[0].strip().lower()
    encoding = (request.headers.get("Content-Encoding") or "identity").strip().lower()
    if kind != "application/sdp" or encoding != "identity":
        return (415, [("Accept", "application/sdp"), ("Accept-Encoding", "identity")])
    return None


def answer_alone(transaction: ServerTransaction, *, to_tag: str) -> None:
    """Answer a request that opens no call and belongs to none."""
    if transaction.request.method == "OPTIONS" and transaction.request.to.tag is None:
        transaction.respond(200, to_tag=to_tag, headers=_OFFERED)
    else:
        transaction.respond(481, to_tag=to_tag)
