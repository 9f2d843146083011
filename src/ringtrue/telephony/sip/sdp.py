"""Session descriptions (RFC 8866) and the offer/answer of one G.711 audio line (RFC 3264)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from ringtrue.telephony.sip.grammar import ParseError

Codec = Literal["PCMU", "PCMA"]
_STATIC: dict[int, Codec] = {0: "PCMU", 8: "PCMA"}  # RFC 3551 section 6: need no rtpmap
_CODECS: dict[str, Codec] = {"PCMU/8000": "PCMU", "PCMA/8000": "PCMA"}
_LINE_END = re.compile(r"\r\n|\n|\r")  # no others: free text may hold what Unicode calls a line separator
_DIRECTIONS = ("sendrecv", "sendonly", "recvonly", "inactive")
_MIRROR = {"sendrecv": "sendrecv", "sendonly": "recvonly", "recvonly": "sendonly", "inactive": "inactive"}
_NOWHERE = ("0.0.0.0", "::")  # the hold of RFC 2543, still sent  # noqa: S104 - compared, never bound


class NotAcceptable(Exception):
    """Nothing in the description can be used: 488."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Media:
    """The agreed line, as the far end described it: where to send what, and which way it flows."""

    host: str
    port: int
    codec: Codec
    payload_type: int
    telephone_event: int | None
    peer_sends: bool
    peer_receives: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Agreed:
    """An answer of ours and what it agrees to."""

    body: bytes
    media: Media


@dataclass(frozen=True, kw_only=True, slots=True)
class _Line:
    kind: str
    port: int
    protocol: str
    formats: tuple[str, ...]
    address: str | None
    attributes: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Description:
    """A parsed description: its media lines with session-level values filled in."""

    lines: tuple[_Line, ...]
    direction: str


def parse_sdp(body: bytes) -> Description:
    """The description. Raises ParseError."""
    address: str | None = None
    attributes: list[str] = []
    lines: list[dict[str, object]] = []
    found_version = False
    for raw in _LINE_END.split(body.decode("utf-8", "replace")):
        kind, equals, value = raw.partition("=")
        if not equals:
            if raw.strip():
                raise ParseError("a line of the description has no type")
            continue
        if kind == "v":
            found_version = True
        elif kind == "m":
            lines.append(_media_line(value))
        elif kind == "c":
            parts = value.split()
            if len(parts) < 3:
                raise ParseError("a connection line is too short")
            where = parts[2].partition("/")[0]
            if lines:
                lines[-1]["address"] = where
            else:
                address = where
        elif kind == "a":
            target = lines[-1]["attributes"] if lines else attributes
            assert isinstance(target, list)
            target.append(value.strip())
    if not found_version:
        raise ParseError("this is no session description")
    session_direction = next((one for one in attributes if one in _DIRECTIONS), "sendrecv")
    return Description(lines=tuple(_finish(line, address) for line in lines), direction=session_direction)


def _media_line(value: str) -> dict[str, object]:
    match = re.fullmatch(r"(\S+) ([0-9]{1,5})(?:/[0-9]+)? (\S+) (.+)", value.strip())
    if match is None or int(match[2]) > 65535:
        raise ParseError("a media line cannot be read")
    return {
        "kind": match[1],
        "port": int(match[2]),
        "protocol": match[3],
        "formats": tuple(match[4].split()),
        "address": None,
        "attributes": [],
    }


def _finish(line: dict[str, object], address: str | None) -> _Line:
    values = dict(line)
    values["attributes"] = tuple(line["attributes"])  # type: ignore[arg-type]  # a list of str, see _media_line
    values["address"] = line["address"] or address
    return _Line(**values)  # type: ignore[arg-type]  # the keys are the fields, see _media_line


def make_offer(*, address: str, port: int, session_id: int, version: int, direction: str = "sendrecv") -> bytes:
    """Our offer: mu-law first, then A-law, and telephone-event."""
    formats = [(0, "PCMU/8000"), (8, "PCMA/8000"), (101, "telephone-event/8000")]
    line = f"m=audio {port} RTP/AVP {' '.join(str(number) for number, _ in formats)}"
    maps = [f"a=rtpmap:{number} {name}" for number, name in formats]
    return _write(address, session_id, version, [line, *maps, "a=fmtp:101 0-16", "a=ptime:20", f"a={direction}"])


def answer_offer(offer: bytes, *, address: str, port: int, session_id: int, version: int) -> Agreed:
    """Our answer: the offerer's order of codecs, its payload numbers, every other line refused. Raises NotAcceptable."""
    try:
        description = parse_sdp(offer)
    except ParseError as exc:
        raise NotAcceptable(str(exc)) from exc
    chosen, media = _choose(description)
    lines: list[str] = []
    for line in description.lines:
        if line is chosen:
            lines += _answer_line(media, port, _MIRROR[_direction(description, line)])
        else:
            lines.append(f"m={line.kind} 0 {line.protocol} {' '.join(line.formats)}")
    return Agreed(body=_write(address, session_id, version, lines), media=media)


def _answer_line(media: Media, port: int, direction: str) -> list[str]:
    formats = [(media.payload_type, f"{media.codec}/8000")]
    if media.telephone_event is not None:
        formats.append((media.telephone_event, "telephone-event/8000"))
    lines = [f"m=audio {port} RTP/AVP {' '.join(str(number) for number, _ in formats)}"]
    lines += [f"a=rtpmap:{number} {name}" for number, name in formats]
    if media.telephone_event is not None:
        lines.append(f"a=fmtp:{media.telephone_event} 0-16")
    return [*lines, "a=ptime:20", f"a={direction}"]


def read_answer(answer: bytes) -> Media:
    """What the far end's answer to our offer agrees to. Raises NotAcceptable."""
    try:
        description = parse_sdp(answer)
    except ParseError as exc:
        raise NotAcceptable(str(exc)) from exc
    return _choose(description)[1]


def _choose(description: Description) -> tuple[_Line, Media]:
    """The first line that can be used, and what it says."""
    for line in description.lines:
        media = _media(description, line)
        if media is not None:
            return line, media
    raise NotAcceptable("no audio line over RTP/AVP with mu-law or A-law")


def _media(description: Description, line: _Line) -> Media | None:
    if line.kind.lower() != "audio" or line.port == 0 or line.protocol.upper() != "RTP/AVP" or line.address is None:
        return None
    names = _names(line)
    text = next((one for one in line.formats if names.get(one) in _CODECS), None)
    if text is None:
        return None
    event = next((int(one) for one in line.formats if names.get(one) == "TELEPHONE-EVENT/8000"), None)
    direction = _direction(description, line)
    return Media(
        host=line.address.strip("[]"),
        port=line.port,
        codec=_CODECS[names[text]],
        payload_type=int(text),
        telephone_event=event,
        peer_sends=direction in ("sendrecv", "sendonly"),
        peer_receives=direction in ("sendrecv", "recvonly"),
    )


def _names(line: _Line) -> dict[str, str]:
    """Encoding names by payload number; a map of another clock, more channels or a number past 127 names nothing for us."""
    names = {str(number): f"{codec}/8000" for number, codec in _STATIC.items()}
    for attribute in line.attributes:
        match = re.fullmatch(r"rtpmap:\s*([0-9]{1,3})\s+([^/\s]+)/([0-9]+)(?:/1|(/[0-9]+))?", attribute)
        if match is not None and int(match[1]) < 128:
            names[match[1]] = f"{match[2].upper()}/{match[3]}{match[4] or ''}"
    return names


def _direction(description: Description, line: _Line) -> str:
    own = next((one for one in line.attributes if one in _DIRECTIONS), description.direction)
    if line.address in _NOWHERE:
        return {"sendrecv": "sendonly", "recvonly": "inactive"}.get(own, own)
    return own


def _write(address: str, session_id: int, version: int, lines: list[str]) -> bytes:
    family = "IP6" if ":" in address else "IP4"
    head = [
        "v=0",
        f"o=- {session_id} {version} IN {family} {address}",
        "s=-",
        f"c=IN {family} {address}",
        "t=0 0",
    ]
    return ("\r\n".join([*head, *lines]) + "\r\n").encode("ascii", "replace")
