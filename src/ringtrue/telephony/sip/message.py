"""SIP messages: bytes to values and back (RFC 3261 sections 7 and 25), as one UDP datagram each."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from ringtrue.telephony.sip.grammar import (
    CSeq,
    NameAddr,
    ParseError,
    Via,
    parse_cseq,
    parse_name_addr,
    parse_via,
    split_list,
)

_COMPACT = {
    "v": "Via", "f": "From", "t": "To", "i": "Call-ID", "m": "Contact", "l": "Content-Length", "c": "Content-Type",
    "e": "Content-Encoding", "s": "Subject", "k": "Supported", "o": "Event", "u": "Allow-Events", "r": "Refer-To",
    "b": "Referred-By", "x": "Session-Expires",
}  # fmt: skip
_LISTS = {
    "via", "route", "record-route", "contact", "require", "proxy-require", "supported", "unsupported", "allow", "accept",
}  # fmt: skip  # not Reason: what of it cannot be read is passed over, see parse_reasons
_TOKEN = re.compile(r"[A-Za-z0-9\-.!%*_+`'~]+\Z")
_END = re.compile(rb"\r?\n\r?\n")  # of the headers: whichever comes first, for a body may hold blank lines of the other kind
_IDENTIFIER = re.compile(r"[^\x00-\x20\x7f\ud800-\udfff]+\Z")  # surrogates are octets that are no UTF-8
_MOST_HEADERS = 200
_REASONS = {
    100: "Trying", 180: "Ringing", 200: "OK", 400: "Bad Request", 404: "Not Found", 405: "Method Not Allowed",
    408: "Request Timeout", 415: "Unsupported Media Type", 416: "Unsupported URI Scheme", 420: "Bad Extension",
    480: "Temporarily Unavailable", 481: "Call/Transaction Does Not Exist", 482: "Loop Detected", 483: "Too Many Hops",
    486: "Busy Here", 487: "Request Terminated", 488: "Not Acceptable Here", 491: "Request Pending",
    500: "Server Internal Error", 501: "Not Implemented", 503: "Service Unavailable", 505: "Version Not Supported",
    603: "Decline",
}  # fmt: skip


class Headers:
    """An immutable, ordered multimap; names compare without case, compact ones are their long ones."""

    __slots__ = ("_items",)

    def __init__(self, items: Iterable[tuple[str, str]] = ()) -> None:
        self._items = tuple((_COMPACT.get(name.lower(), name), value) for name, value in items)

    def get(self, name: str) -> str | None:
        """The first value, or None."""
        values = self.all(name)
        return values[0] if values else None

    def all(self, name: str) -> tuple[str, ...]:
        """Every value in order; the values of list headers one by one. Raises ParseError for an unreadable list."""
        wanted = name.lower()
        found = [value for key, value in self._items if key.lower() == wanted]
        if wanted not in _LISTS:
            return tuple(found)
        return tuple(part for value in found for part in split_list(value) if part)

    def with_(self, name: str, *values: str) -> Headers:
        """The same with that header's values replaced."""
        return Headers([*self.without(name).items(), *((name, value) for value in values)])

    def adding(self, name: str, value: str) -> Headers:
        """The same with one more value behind."""
        return Headers([*self._items, (name, value)])

    def without(self, name: str) -> Headers:
        """The same without that header."""
        return Headers((key, value) for key, value in self._items if key.lower() != name.lower())

    def items(self) -> tuple[tuple[str, str], ...]:
        """Names and values as they stand."""
        return self._items


@dataclass(frozen=True, kw_only=True, slots=True)
class _Parts:
    headers: Headers
    body: bytes = b""
    via: Via = field(init=False)
    from_: NameAddr = field(init=False)
    to: NameAddr = field(init=False)
    call_id: str = field(init=False)
    cseq: CSeq = field(init=False)

    def __post_init__(self) -> None:
        """Raises ParseError when a header that every message has is missing or unreadable."""
        for name in ("From", "To", "Call-ID", "CSeq"):
            if len(self.headers.all(name)) != 1:
                raise ParseError(f"{name} must stand exactly once")
        vias = self.headers.all("Via")
        if not vias:
            raise ParseError("Via is missing")
        object.__setattr__(self, "via", parse_via(vias[0]))
        object.__setattr__(self, "from_", parse_name_addr(self.headers.get("From") or ""))
        object.__setattr__(self, "to", parse_name_addr(self.headers.get("To") or ""))
        object.__setattr__(self, "call_id", self.headers.get("Call-ID"))
        object.__setattr__(self, "cseq", parse_cseq(self.headers.get("CSeq") or ""))


@dataclass(frozen=True, kw_only=True, slots=True)
class Request(_Parts):
    """A request."""

    method: str
    uri: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Response(_Parts):
    """A response."""

    status: int
    reason: str


Message = Request | Response


class BadMessage(ValueError):
    """A datagram that is no good message; with `request` it can be answered with `status`, else it is dropped."""

    def __init__(self, sentence: str, *, status: int = 400, request: Request | None = None) -> None:
        super().__init__(sentence)
        self.status = status
        self.request = request


def parse(datagram: bytes) -> Message:
    """The message. Raises BadMessage."""
    text = datagram.lstrip(b"\r\n")
    end = _END.search(text)
    head, body = (text[: end.start()], text[end.end() :]) if end else (text, b"")
    lines = _unfold(head.decode("utf-8", "surrogateescape"))
    if not lines or not lines[0]:
        raise BadMessage("the datagram is empty")
    headers, faults = _headers(lines[1:])
    try:
        message = _start(lines[0], headers)
    except ParseError as exc:
        raise BadMessage(str(exc)) from exc
    return _checked(message, faults, body, is_complete=end is not None)


def _checked(message: Message, faults: list[str], body: bytes, *, is_complete: bool) -> Message:
    request = message if isinstance(message, Request) else None
    if isinstance(message, Request) and message.cseq.method != message.method:
        raise BadMessage("CSeq names another method", request=request)
    if faults or not is_complete:
        raise BadMessage(faults[0] if faults else "the headers have no end", request=request)
    if not all(_IDENTIFIER.match(one) for one in _identifiers(message)):
        raise BadMessage("an identifier holds what no identifier may", request=request)
    lengths = {value.strip() for value in message.headers.all("Content-Length")}
    if len(lengths) > 1 or not all(re.fullmatch(r"[0-9]{1,9}", length) for length in lengths):
        raise BadMessage("Content-Length is no number", request=request)
    length = int(lengths.pop()) if lengths else len(body)
    if length > len(body):
        raise BadMessage("the body is shorter than Content-Length", request=request)
    for name in ("Route", "Record-Route", "Contact", "Require", "Supported"):
        try:
            values = message.headers.all(name)
            if name in ("Route", "Record-Route") or (name == "Contact" and values != ("*",)):
                for value in values:
                    parse_name_addr(value)
        except ParseError as exc:
            raise BadMessage(f"{name} cannot be read: {exc}", request=request) from exc
    object.__setattr__(message, "body", body[:length])
    return message


def _identifiers(message: Message) -> list[str]:
    """What calls, dialogs and parties are known by, in places that take no arbitrary octets."""
    tags = [tag for tag in (message.from_.tag, message.to.tag) if tag is not None]
    uris = [message.uri] if isinstance(message, Request) else []
    return [message.call_id, *tags, *uris, str(message.from_.uri), str(message.to.uri)]


def _unfold(head: str) -> list[str]:
    """Header lines with their continuations joined (RFC 3261 section 7.3.1)."""
    return re.sub(r"\r?\n[ \t]+", " ", head).replace("\r\n", "\n").split("\n")


def _headers(lines: Sequence[str]) -> tuple[Headers, list[str]]:
    items, faults = [], []
    for line in lines[:_MOST_HEADERS]:
        name, has_colon, value = line.partition(":")
        if not has_colon or not _TOKEN.match(name.strip()):
            faults.append("a header line has no name")
            continue
        items.append((name.strip(), value.strip()))
    return Headers(items), faults


def _start(line: str, headers: Headers) -> Message:
    if line.upper().startswith("SIP/"):
        match = re.fullmatch(r"SIP/2\.0 ([1-6][0-9]{2})(?: (.*))?", line, re.IGNORECASE | re.DOTALL)
        if match is None:
            raise BadMessage("this is no status line")
        return Response(status=int(match[1]), reason=match[2] or "", headers=headers)
    words = line.split(" ")
    if len(words) < 3 or not _TOKEN.match(words[0]):
        raise BadMessage("this is no request line")
    request = Request(method=words[0], uri=" ".join(words[1:-1]), headers=headers)
    if not re.fullmatch(r"SIP/2\.0", words[-1], re.IGNORECASE):
        is_other_version = re.fullmatch(r"SIP/\d+\.\d+", words[-1], re.IGNORECASE) is not None
        raise BadMessage("this is another version of SIP", status=505 if is_other_version else 400, request=request)
    if len(words) != 3 or re.search(r"[\s<>]", words[1]):
        raise BadMessage("the Request-URI cannot be read", request=request)
    return request


def serialize(message: Message) -> bytes:
    """The datagram."""
    first = (
        f"{message.method} {message.uri} SIP/2.0"
        if isinstance(message, Request)
        else f"SIP/2.0 {message.status} {message.reason}"
    )
    headers = message.headers.with_("Content-Length", str(len(message.body)))
    lines = [first, *(f"{name}: {value}" for name, value in headers.items()), "", ""]
    return "\r\n".join(lines).encode("utf-8", "surrogateescape") + message.body


def make_response(
    request: Request,
    status: int,
    *,
    to_tag: str | None = None,
    headers: Sequence[tuple[str, str]] = (),
    body: bytes = b"",
) -> Response:
    """The response to a request with the headers that RFC 3261 section 8.2.6 copies."""
    to = request.to
    if to_tag is not None and to.tag is None:
        to = to.with_param("tag", to_tag)
    items = [("Via", value) for value in request.headers.all("Via")]
    items += [
        ("From", request.headers.get("From") or ""),
        ("To", str(to) if to is not request.to else request.headers.get("To") or ""),
    ]
    items += [("Call-ID", request.call_id), ("CSeq", str(request.cseq))]
    if request.method == "INVITE" and 100 < status < 300:
        items += [("Record-Route", value) for value in request.headers.all("Record-Route")]
    return Response(status=status, reason=_REASONS.get(status, ""), headers=Headers([*items, *headers]), body=body)
