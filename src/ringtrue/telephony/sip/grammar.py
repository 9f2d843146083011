"""The small grammars inside SIP headers (RFC 3261 section 25): URIs, addresses, Via, CSeq, parameters."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass, replace

Params = tuple[tuple[str, str | None], ...]

_TOKEN = re.compile(r"[A-Za-z0-9\-.!%*_+`'~]+\Z")
_HOST = re.compile(r"(?:\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9\-._]+)\Z")
_VIA = re.compile(
    r"SIP\s*/\s*([0-9]{1,9}\.[0-9]{1,9})\s*/\s*([A-Za-z0-9\-.!%*_+`'~]+)\s+([^;]+)(.*)\Z", re.DOTALL | re.IGNORECASE
)
_MOST_PORT = 65535


class ParseError(ValueError):
    """What was read is not what the grammar allows."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Uri:
    """A SIP URI, or another scheme's with everything after the colon in `opaque`."""

    scheme: str
    user: str | None = None
    password: str | None = None
    host: str = ""
    port: int | None = None
    params: Params = ()
    headers: str | None = None
    opaque: str = ""

    def param(self, name: str) -> str | None:
        """The parameter's value, "" for a flag, None when absent."""
        return _param(self.params, name)

    def __str__(self) -> str:
        if self.opaque:
            return f"{self.scheme}:{self.opaque}"
        secret = f":{self.password}" if self.password is not None else ""
        user = f"{self.user}{secret}@" if self.user is not None else ""
        port = f":{self.port}" if self.port is not None else ""
        headers = f"?{self.headers}" if self.headers else ""
        return f"{self.scheme}:{user}{self.host}{port}{_write(self.params)}{headers}"


@dataclass(frozen=True, kw_only=True, slots=True)
class NameAddr:
    """The value of From, To, Contact, Route: an address with its display name and parameters."""

    uri: Uri
    display: str | None = None
    params: Params = ()

    @property
    def tag(self) -> str | None:
        """The dialog tag."""
        return self.param("tag")

    def param(self, name: str) -> str | None:
        """The parameter's value, "" for a flag, None when absent."""
        return _param(self.params, name)

    def with_param(self, name: str, value: str | None) -> NameAddr:
        """The same with that parameter set."""
        return replace(self, params=_set(self.params, name, value))

    def __str__(self) -> str:
        display = f'"{_escape(self.display)}" ' if self.display else ""
        return f"{display}<{self.uri}>{_write(self.params)}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Via:
    """One hop of the way a request came."""

    transport: str
    host: str
    port: int | None
    params: Params = ()
    version: str = "2.0"  # another one is read only so that it can be answered 505

    @property
    def branch(self) -> str:
        """The transaction's branch, "" when absent."""
        return self.param("branch") or ""

    def param(self, name: str) -> str | None:
        """The parameter's value, "" for a flag, None when absent."""
        return _param(self.params, name)

    def with_param(self, name: str, value: str | None) -> Via:
        """The same with that parameter set."""
        return replace(self, params=_set(self.params, name, value))

    def __str__(self) -> str:
        port = f":{self.port}" if self.port is not None else ""
        return f"SIP/{self.version}/{self.transport} {self.host}{port}{_write(self.params)}"


@dataclass(frozen=True, kw_only=True, slots=True)
class CSeq:
    """The number of a request and its method."""

    number: int
    method: str

    def __str__(self) -> str:
        return f"{self.number} {self.method}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Reason:
    """Why a dialog ended (RFC 3326)."""

    protocol: str
    cause: int | None


def split_list(text: str, separator: str = ",") -> list[str]:
    """The parts between separators that stand outside quotes and angle brackets. Raises ParseError."""
    parts, start, depth, quoted, escaped = [], 0, 0, False, False
    for at, char in enumerate(text):
        if escaped:
            escaped = False
        elif quoted:
            escaped = char == "\\"
            quoted = char != '"'
        elif char == '"':
            quoted = True
        elif char == "<":
            depth += 1
        elif char == ">":
            depth -= 1
        elif char == separator and depth == 0:
            parts.append(text[start:at].strip())
            start = at + 1
    if quoted or depth != 0:
        raise ParseError("a quote or bracket is not closed")
    return [*parts, text[start:].strip()]


def parse_params(text: str) -> Params:
    """`;name=value;flag` as pairs, names in lower case. Raises ParseError."""
    found: list[tuple[str, str | None]] = []
    pieces = split_list(text, ";")
    if pieces[0]:
        raise ParseError("parameters must begin with a semicolon")
    for piece in pieces[1:]:
        name, has_value, value = piece.partition("=")
        name = name.strip()
        if not _TOKEN.match(name) and not re.fullmatch(r"[^\s;?=]+", name):
            raise ParseError("a parameter has no name")
        found.append((name.lower(), value.strip() if has_value else None))
    return tuple(found)


def parse_uri(text: str) -> Uri:
    """The URI. Raises ParseError."""
    scheme, has_scheme, rest = text.partition(":")
    if not has_scheme or not re.fullmatch(r"[A-Za-z][A-Za-z0-9+.\-]*", scheme) or not rest or re.search(r"[\s<>\"]", rest):
        raise ParseError("this is no URI")
    if scheme.lower() not in ("sip", "sips"):
        return Uri(scheme=scheme.lower(), opaque=rest)
    userinfo, has_user, hostpart = rest.rpartition("@")
    user, has_password, password = userinfo.partition(":")
    hostport, has_headers, headers = hostpart.partition("?")
    host_text, has_params, params = hostport.partition(";")
    host, port = parse_host_port(host_text)
    return Uri(
        scheme=scheme.lower(),
        user=user if has_user else None,
        password=password if has_password else None,
        host=host,
        port=port,
        params=parse_params(f";{params}") if has_params else (),
        headers=headers if has_headers else None,
    )


def parse_host_port(text: str) -> tuple[str, int | None]:
    """HOST[:PORT]. Raises ParseError."""
    text = text.strip()
    match = re.fullmatch(r"(\[[^\]]*\]|[^:\s]+)\s*(?::\s*([0-9]{1,5}))?", text)
    if match is None or not _HOST.match(match[1]):
        raise ParseError("this is no host")
    port = int(match[2]) if match[2] else None
    if port is not None and port > _MOST_PORT:
        raise ParseError("this is no port")
    return match[1], port


def parse_name_addr(text: str) -> NameAddr:
    """An address with or without angle brackets. Raises ParseError."""
    text = text.strip()
    quoted = re.match(r'"((?:[^"\\]|\\.)*)"\s*', text, re.DOTALL)
    display = re.sub(r"\\(.)", r"\1", quoted[1]) if quoted else None
    rest = text[quoted.end() :] if quoted else text
    open_at = rest.find("<")
    if open_at < 0:
        if quoted:
            raise ParseError("a display name needs an address in angle brackets")
        uri, has_params, params = rest.partition(";")
        return NameAddr(uri=parse_uri(uri.strip()), params=parse_params(f";{params}") if has_params else ())
    close_at = rest.find(">", open_at)
    if close_at < 0:
        raise ParseError("an angle bracket is not closed")
    plain = rest[:open_at].strip()
    if quoted and plain:
        raise ParseError("a display name is followed by something else")
    if plain and re.search(r"[,;:@\"]", plain):
        raise ParseError("a display name with such characters must be quoted")
    tail = rest[close_at + 1 :].strip()
    return NameAddr(
        uri=parse_uri(rest[open_at + 1 : close_at].strip()),
        display=display if quoted else (plain or None),
        params=parse_params(tail) if tail else (),
    )


def parse_via(text: str) -> Via:
    """One Via value. Raises ParseError."""
    match = _VIA.match(text.strip())
    if match is None:
        raise ParseError("this is no Via")
    host, port = parse_host_port(match[3])
    params = match[4].strip()
    return Via(
        version=match[1],
        transport=match[2].upper(),
        host=host,
        port=port,
        params=parse_params(params) if params else (),
    )


def parse_cseq(text: str) -> CSeq:
    """Number and method. Raises ParseError."""
    match = re.fullmatch(r"([0-9]{1,10})\s+(\S+)", text.strip())
    if match is None or int(match[1]) >= 1 << 31 or not _TOKEN.match(match[2]):
        raise ParseError("this is no CSeq")
    return CSeq(number=int(match[1]), method=match[2])


def parse_reasons(values: tuple[str, ...]) -> list[Reason]:
    """The values of Reason headers, each one or several; what cannot be read is passed over, since it only informs."""
    found = []
    for value in _split_readable(values):
        protocol, _, params = value.partition(";")
        match = re.search(r"(?:^|;)\s*cause\s*=\s*\"?([0-9]{1,3})", params, re.IGNORECASE)
        found.append(Reason(protocol=protocol.strip().upper(), cause=int(match[1]) if match else None))
    return found


def _split_readable(values: tuple[str, ...]) -> list[str]:
    parts: list[str] = []
    for value in values:
        with suppress(ParseError):
            parts += [part for part in split_list(value) if part]
    return parts


def _param(params: Params, name: str) -> str | None:
    for key, value in params:
        if key == name:
            return "" if value is None else value
    return None


def _set(params: Params, name: str, value: str | None) -> Params:
    if any(key == name for key, _ in params):
        return tuple((key, value if key == name else old) for key, old in params)
    return (*params, (name, value))


def _write(params: Params) -> str:
    return "".join(f";{name}" if value is None else f";{name}={value}" for name, value in params)


def _escape(text: str) -> str:
    return re.sub(r'(["\\])', r"\\\1", text)
