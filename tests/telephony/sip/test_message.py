"""Messages: bytes to values and back, what is refused and how it can be answered, and responses made of requests."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ringtrue.telephony.sip.message import BadMessage, Headers, Request, Response, make_response, parse, serialize

INVITE = (
    "INVITE sip:bob@biloxi.com SIP/2.0",
    "Via: SIP/2.0/UDP bigbox3.site3.atlanta.com;branch=z9hG4bK77ef4c2312983.1",
    "Via: SIP/2.0/UDP pc33.atlanta.com;branch=z9hG4bKnashds8;received=192.0.2.1",
    "Max-Forwards: 69",
    "Record-Route: <sip:p2.example.com;lr>, <sip:p1.example.com;lr>",
    "To: Bob <sip:bob@biloxi.com>",
    "From: Alice <sip:alice@atlanta.com>;tag=1928301774",
    "Call-ID: a84b4c76e66710",
    "CSeq: 314159 INVITE",
    "Contact: <sip:alice@pc33.atlanta.com>",
    "Content-Type: application/sdp",
    "Content-Length: 4",
)
COMPACT = {
    "v": "Via", "f": "From", "t": "To", "i": "Call-ID", "m": "Contact", "l": "Content-Length", "c": "Content-Type",
    "e": "Content-Encoding", "s": "Subject", "k": "Supported", "o": "Event", "u": "Allow-Events", "r": "Refer-To",
    "b": "Referred-By", "x": "Session-Expires",
}  # fmt: skip


def datagram(*lines: str, body: bytes = b"v=0\n", end: str = "\r\n") -> bytes:
    """The lines as a message."""
    return (end.join(lines) + end + end).encode() + body


def changed(start: str, line: str | None) -> tuple[str, ...]:
    """The INVITE with the lines that begin so replaced by another, or left out."""
    kept = [one for one in INVITE if not one.startswith(start)]
    return tuple(kept) if line is None else (*kept, line)


def request_of(data: bytes) -> Request:
    """The request, read."""
    message = parse(data)
    assert isinstance(message, Request)
    return message


def test_request() -> None:
    """A request's start line, headers in order and body."""
    invite = request_of(datagram(*INVITE))

    assert (invite.method, invite.uri, invite.body) == ("INVITE", "sip:bob@biloxi.com", b"v=0\n")
    assert (invite.call_id, str(invite.cseq), invite.from_.tag, invite.to.tag) == (
        "a84b4c76e66710",
        "314159 INVITE",
        "1928301774",
        None,
    )
    assert invite.via.branch == "z9hG4bK77ef4c2312983.1"
    assert invite.headers.all("record-route") == ("<sip:p2.example.com;lr>", "<sip:p1.example.com;lr>")


def test_response() -> None:
    """A status line, its reason with spaces in it."""
    response = parse(datagram("SIP/2.0 180 Ringing at last", *INVITE[1:]))

    assert isinstance(response, Response)
    assert (response.status, response.reason) == (180, "Ringing at last")


def test_line_ends_and_blank_lines_before() -> None:
    """Bare line feeds are taken, and blank lines before the start are passed over (section 7.5)."""
    body = b"a\r\n\r\nb\n\nc"
    lines = changed("Content-Length", None)

    plain = request_of(b"\r\n\r\n" + datagram(*lines, body=body, end="\n"))

    assert plain.body == body
    assert serialize(plain) == serialize(request_of(datagram(*lines, body=body)))


def test_case_and_compact_forms() -> None:
    """Header names in any case and in their compact form are the same header (section 7.3.3)."""
    lines = [f"{short.upper()}:  v" for short in COMPACT]
    headers = Headers([(line[0], line[3:].strip()) for line in lines])

    assert [headers.get(name.upper()) for name in COMPACT.values()] == ["v"] * len(COMPACT)
    assert [name for name, _ in headers.items()] == list(COMPACT.values())
    odd = request_of(datagram(*changed("Call-ID", "cAlL-iD\t: x@y")))
    assert odd.call_id == "x@y"


def test_folded_values() -> None:
    """A line that begins with a space or a tab goes on with the one before (section 7.3.1)."""
    message = request_of(datagram(*changed("Max", "Subject: I know\r\n\tyou're there,\r\n   pick up")))

    assert message.headers.get("Subject") == "I know you're there, pick up"


def test_values_apart_and_joined() -> None:
    """Values of a list are the same on one line and on several, in order; other headers stay whole."""
    apart = Headers([("Route", "<sip:a,b@x;lr>"), ("Subject", "a, b"), ("Route", '"c, d" <sip:y>, <sip:z>')])

    assert apart.all("Route") == ("<sip:a,b@x;lr>", '"c, d" <sip:y>', "<sip:z>")
    assert apart.all("Subject") == ("a, b",)
    assert apart.get("Contact") is None


def test_headers_change_as_copies() -> None:
    """Replacing, adding and leaving out leave the original as it was."""
    headers = Headers([("A", "1"), ("Q", "2"), ("a", "3")])

    assert headers.with_("a", "9").items() == (("Q", "2"), ("a", "9"))
    assert headers.adding("Q", "4").all("q") == ("2", "4")
    assert headers.without("A").items() == (("Q", "2"),)
    assert headers.items() == (("A", "1"), ("Q", "2"), ("a", "3"))


def test_body_is_as_long_as_said() -> None:
    """What follows Content-Length bytes is no part of the body (section 18.3); without the header all of it is."""
    assert request_of(datagram(*INVITE, body=b"v=0\ntrailing")).body == b"v=0\n"
    assert request_of(datagram(*changed("Content-Length", None), body=b"a\r\n\r\nb")).body == b"a\r\n\r\nb"
    assert request_of(datagram(*INVITE, "l: 4")).body == b"v=0\n"


def test_octets_that_are_no_utf8_come_back() -> None:
    """What a header holds is written as it came, in whatever encoding."""
    data = datagram(*INVITE).replace(b"To: Bob", b'To: "B\xf6b \xff"')

    assert b'To: "B\xf6b \xff" <' in serialize(parse(data))


@pytest.mark.parametrize(
    ("start", "line", "status"),
    [
        ("INVITE", "INVITE sip:bob@biloxi.com SIP/3.0", 505),
        ("INVITE", "INVITE sip:bob@biloxi.com HTTP/1.1", 400),
        ("INVITE", "INVITE sip:bob @biloxi.com SIP/2.0", 400),
        ("INVITE", "INVITE <sip:bob@biloxi.com> SIP/2.0", 400),
        ("INVITE", "BYE sip:bob@biloxi.com SIP/2.0", 400),
        ("Content-Length", "Content-Length: 5", 400),
        ("Content-Length", "Content-Length: four", 400),
        ("Content-Length", "Content-Length: ٤", 400),
        ("Content-Length", "Content-Length: 4\r\nl: 3", 400),
        ("Contact", "Contact: <sip:alice", 400),
        ("Contact", "Contact: *, <sip:a@b>", 400),
        ("Record-Route", "Record-Route: p1.example.com", 400),
        ("Max", "Route: <sip:p1;lr", 400),
        ("Max", "Require: \"open", 400),
        ("Max", "no header at all", 400),
        ("Max", "bad name: x", 400),
    ],
)  # fmt: skip
def test_answered_as_bad(start: str, line: str, status: int) -> None:
    """A request that can be answered is refused together with what the answer is made of."""
    lines = changed(start, line)
    lines = lines if start != "INVITE" else (lines[-1], *lines[:-1])

    with pytest.raises(BadMessage) as caught:
        parse(datagram(*lines))

    assert caught.value.status == status
    assert caught.value.request is not None
    assert caught.value.request.call_id == "a84b4c76e66710"


@pytest.mark.parametrize("value", [b"\xff", b"\x00", b"\x7f"])
@pytest.mark.parametrize("place", [b"a84b4c76e66710", b"1928301774", b"alice@", b"sip:bob@biloxi.com SIP"])
def test_identifiers_hold_no_stray_octets(place: bytes, value: bytes) -> None:
    """What a call, a dialog and a party are known by is text without control characters, or the answer is 400."""
    with pytest.raises(BadMessage) as caught:
        parse(datagram(*INVITE).replace(place, place[:3] + value + place[3:]))

    assert caught.value.status == 400
    assert caught.value.request is not None


def test_empty_tag() -> None:
    """A tag without a value names no dialog."""
    with pytest.raises(BadMessage):
        parse(datagram(*INVITE).replace(b"tag=1928301774", b"tag="))


@pytest.mark.parametrize(
    ("start", "line"),
    [
        *((name, None) for name in ("Via", "From", "To", "Call-ID", "CSeq")),
        *(("Max", line) for line in INVITE if line.startswith(("From", "To", "Call-ID", "CSeq"))),
        ("Via", "Via: SIP/2.0/UDP"),
        ("Via", 'Via: SIP/2.0/UDP h;x="open'),
        ("From", "From: nobody"),
        ("To", "To: <sip:bob"),
        ("CSeq", "CSeq: 2147483648 INVITE"),
        ("INVITE", "INVITE"),
    ],
)
def test_dropped_as_bad(start: str, line: str | None) -> None:
    """Without the headers that an answer copies, each once and readable, there is nothing to answer."""
    lines = changed(start, line)
    lines = lines if start != "INVITE" else (lines[-1], *lines[:-1])

    with pytest.raises(BadMessage) as caught:
        parse(datagram(*lines))

    assert caught.value.request is None


@pytest.mark.parametrize(
    "start", ["SIP/2.0 99 Low", "SIP/2.0 700 High", "SIP/2.0 2000 OK", "SIP/3.0 200 OK", "SIP/2.0", "SIP/2.0 OK"]
)
def test_no_status_line(start: str) -> None:
    """A status of three digits from 100 to 699, in our version."""
    with pytest.raises(BadMessage):
        parse(datagram(start, *INVITE[1:]))


def test_headers_without_end() -> None:
    """A datagram that was cut off within its headers is refused."""
    with pytest.raises(BadMessage):
        parse(datagram(*INVITE)[:-10])


@given(data=st.binary(max_size=200))
def test_arbitrary_bytes(data: bytes) -> None:
    """Nothing that arrives raises anything but BadMessage."""
    try:
        parse(data)
    except BadMessage:
        return


@given(data=st.data())
def test_damaged_messages(data: st.DataObject) -> None:
    """Nor does a good message with some of its bytes replaced; if it is still read, it is written and answered too."""
    damaged = bytearray(datagram(*INVITE))
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(damaged) - 1))
        damaged[at : at + data.draw(st.integers(0, 3))] = data.draw(
            st.binary(max_size=3) | st.sampled_from([b"\r\n", b'"', b"<", b">", b";", b",", b":", b"\\", b"\n ", b"\xff"])
        )
    try:
        message = parse(bytes(damaged))
    except BadMessage:
        return

    again = parse(serialize(message))
    assert serialize(again) == serialize(message)
    if isinstance(message, Request):
        assert parse(serialize(make_response(message, 486, to_tag="t"))).call_id == message.call_id


def test_response_copies_what_it_must() -> None:
    """Section 8.2.6.2: every Via in order, From, Call-ID and CSeq as they came, To with a tag of ours."""
    response = make_response(request_of(datagram(*INVITE)), 486, to_tag="our1")

    assert (response.status, response.reason) == (486, "Busy Here")
    assert response.headers.items() == (
        ("Via", "SIP/2.0/UDP bigbox3.site3.atlanta.com;branch=z9hG4bK77ef4c2312983.1"),
        ("Via", "SIP/2.0/UDP pc33.atlanta.com;branch=z9hG4bKnashds8;received=192.0.2.1"),
        ("From", "Alice <sip:alice@atlanta.com>;tag=1928301774"),
        ("To", '"Bob" <sip:bob@biloxi.com>;tag=our1'),
        ("Call-ID", "a84b4c76e66710"),
        ("CSeq", "314159 INVITE"),
    )


@pytest.mark.parametrize(("status", "has_route"), [(100, False), (180, True), (200, True), (302, False), (487, False)])
def test_record_route_goes_into_what_makes_a_dialog(status: int, has_route: bool) -> None:
    """Section 12.1.1: responses that make a dialog carry Record-Route in its order, others need not."""
    response = make_response(request_of(datagram(*INVITE)), status, to_tag="t")

    assert response.headers.all("Record-Route") == (("<sip:p2.example.com;lr>", "<sip:p1.example.com;lr>") if has_route else ())


def test_to_keeps_its_tag() -> None:
    """Within a dialog To already has our tag, and stays as it came."""
    bye = request_of(datagram(*changed("To", "To: Bob <sip:bob@biloxi.com>;tag=a6c85cf")))

    assert make_response(bye, 200, to_tag="other").headers.get("To") == "Bob <sip:bob@biloxi.com>;tag=a6c85cf"


def test_written_response_reads_the_same() -> None:
    """What we answer is a good message, body and added headers included."""
    made = make_response(request_of(datagram(*INVITE)), 200, to_tag="t", headers=[("Contact", "<sip:us@h:5>")], body=b"v=0\r\n")

    read = parse(serialize(made))

    assert isinstance(read, Response)
    assert (read.status, read.reason, read.to.tag, read.body) == (200, "OK", "t", b"v=0\r\n")
    assert read.headers.get("Content-Length") == "5"
    assert read.headers.get("Contact") == "<sip:us@h:5>"
