"""The torture messages of RFC 4475: good ones are read as the RFC says, bad ones are refused, none breaks the parser.

Where a message is wrong only in something that a callee never looks at, the RFC lets an element be liberal: those are
listed apart, each with the reason why it is taken.
"""

from __future__ import annotations

import base64
import json
from pathlib import Path

import pytest

from ringtrue.telephony.sip.answering import refusal_of
from ringtrue.telephony.sip.grammar import parse_name_addr, parse_uri, parse_via
from ringtrue.telephony.sip.message import BadMessage, Request, Response, make_response, parse, serialize

ALL: dict[str, str] = json.loads((Path(__file__).parents[2] / "data" / "rfc4475.json").read_text())

# Name, status of the answer (None: no answer can be made of it, so it is dropped), and what is wrong.
REFUSED = [
    ("badinv01", None, "a Via and a Contact of nothing but separators (3.1.2.1)"),
    ("clerr", 400, "Content-Length is larger than the body (3.1.2.2)"),
    ("ncl", 400, "a negative Content-Length (3.1.2.3)"),
    ("scalar02", None, "a CSeq number beyond its range (3.1.2.4)"),
    ("scalarlg", None, "the same in a response, which is dropped (3.1.2.5)"),
    ("quotbal", None, "a quote in To that is not closed (3.1.2.6)"),
    ("ltgtruri", 400, "angle brackets around the Request-URI (3.1.2.7)"),
    ("lwsruri", 400, "spaces within the Request-URI (3.1.2.8)"),
    ("lwsstart", 400, "more than one space in the request line (3.1.2.9)"),
    ("trws", 400, "spaces behind the request line (3.1.2.10)"),
    ("baddn", None, "a display name with a comma outside quotes (3.1.2.15)"),
    ("badvers", 505, "a version of SIP that there is not (3.1.2.16)"),
    ("mismatch01", 400, "CSeq names another method (3.1.2.17)"),
    ("mismatch02", 400, "CSeq names another method than an unknown one (3.1.2.18)"),
    ("bigcode", None, "a status beyond 699, which is dropped (3.1.2.19)"),
    ("insuf", None, "neither From, To nor Call-ID (3.3.1)"),
    ("multi01", None, "headers twice that stand once: which is answered? (3.3.8)"),
    ("mcl01", 400, "two Content-Lengths that contradict each other (3.3.9)"),
]
TOLERATED = [
    ("escruri", "the headers in the Request-URI are passed over, as 3.1.2.11 allows: a callee sends it nowhere"),
    ("baddate", "Date is not used, and 3.1.2.12 says to refuse only where its contents matter"),
    ("regbadct", "the angle brackets of Contact are inferred, as 3.1.2.13 allows"),
    ("badaspec", "the spaces inside the brackets of To are passed over, as 3.1.2.14 allows"),
    ("badbranch", "a branch of the cookie alone is taken for one of RFC 2543, as 3.2.1 allows"),
]
# Well-formed requests that a callee like ours still refuses, with the status that the RFC or section 8.2 of RFC 3261 names.
NOT_FOR_US = [
    ("intmeth", 501),
    ("esc02", 501),
    ("unkscm", 416),
    ("novelsc", 416),
    ("bext01", 420),
    ("invut", 415),
    ("unksm2", 405),
    ("regaut01", 405),
    ("mpart01", 405),
]
TAKEN = ["wsinv", "esc01", "longreq", "lwsdisp", "semiuri", "transports", "zeromf", "sdp01", "inv2543", "baddate", "escruri"]


def datagram(name: str) -> bytes:
    """The message of that name."""
    return base64.b64decode(ALL[name])


def request(name: str) -> Request:
    """The request of that name, read."""
    message = parse(datagram(name))
    assert isinstance(message, Request)
    return message


def response(name: str) -> Response:
    """The response of that name, read."""
    message = parse(datagram(name))
    assert isinstance(message, Response)
    return message


@pytest.mark.parametrize(("name", "status", "fault"), REFUSED, ids=[row[0] for row in REFUSED])
def test_refused(name: str, status: int | None, fault: str) -> None:
    """A malformed message is BadMessage; a request whose headers can be copied into an answer gets that answer."""
    with pytest.raises(BadMessage) as caught:
        parse(datagram(name))

    answered = caught.value.request
    assert (caught.value.status if answered else None) == status, fault
    if answered is not None:
        again = parse(serialize(make_response(answered, caught.value.status, to_tag="t1")))
        assert isinstance(again, Response)
        assert (again.status, again.cseq, again.call_id) == (status, answered.cseq, answered.call_id)


@pytest.mark.parametrize("name", sorted(set(ALL) - {row[0] for row in REFUSED}))
def test_read_and_written_again(name: str) -> None:
    """Every other message is read, and what is written of it reads the same."""
    message = parse(datagram(name))

    again = parse(serialize(message))

    assert type(again) is type(message)
    assert (again.from_, again.to, again.via, again.call_id, again.cseq, again.body) == (
        message.from_, message.to, message.via, message.call_id, message.cseq, message.body
    )  # fmt: skip
    assert serialize(again) == serialize(message)


def test_tables_cover_the_set() -> None:
    """All 49 messages are there, and those that are malformed are the RFC's."""
    assert len(ALL) == 49
    assert len({row[0] for row in REFUSED + TOLERATED}) == 23


@pytest.mark.parametrize(("name", "status"), NOT_FOR_US)
def test_well_formed_but_refused(name: str, status: int) -> None:
    """An unknown method, scheme, extension or body is refused with the status that says so."""
    refusal = refusal_of(request(name))

    assert refusal is not None
    assert refusal[0] == status


@pytest.mark.parametrize("name", TAKEN)
def test_nothing_stands_against(name: str) -> None:
    """A request that is merely odd is not refused for it."""
    assert refusal_of(request(name)) is None


def test_unsupported_names_every_extension() -> None:
    """bext01: the 420 lists both extensions in Unsupported."""
    assert refusal_of(request("bext01")) == (420, [("Unsupported", "nothingSupportsThis, nothingSupportsThisEither")])


def test_wsinv() -> None:
    """3.1.1.1: folds, spaces, compact forms, escapes and both ways of listing values."""
    invite = request("wsinv")

    assert invite.to.tag == "1918181833n"
    assert (invite.from_.display, invite.from_.tag) == ('J Rosenberg \\"', "98asjd8")
    assert (invite.cseq.number, invite.headers.get("Max-Forwards"), invite.headers.get("Subject")) == (9, "0068", "")
    vias = [parse_via(value) for value in invite.headers.all("Via")]
    assert [(via.transport, via.host, via.branch) for via in vias] == [
        ("UDP", "192.0.2.2", "390skdjuw"),
        ("TCP", "spindle.example.com", "z9hG4bK9ikj8"),
        ("UDP", "192.168.255.111", "z9hG4bK30239"),
    ]
    assert invite.headers.get("NewFangledHeader") == "newfangled value continued newfangled value"
    assert invite.headers.get("UnknownHeaderWithUnusualValue") == ";;,,;;,;"
    contact = parse_name_addr(invite.headers.get("Contact") or "")
    assert (contact.display, contact.params) == (
        'Quoted string ""',
        (("newparam", "newvalue"), ("secondparam", None), ("q", "0.33")),
    )
    route = parse_name_addr(invite.headers.get("Route") or "").uri
    assert route.params == (("lr", None), ("unknownwith", "value"), ("unknown-no-value", None))


def test_intmeth() -> None:
    """3.1.1.2: every character that a method, a URI, a token and a quoted string may hold."""
    message = request("intmeth")

    assert message.method == message.cseq.method == "!interesting-Method0123456789_*+`.%indeed'~"
    uri = parse_uri(message.uri)
    assert (uri.user, uri.password, uri.host) == (
        "1_unusual.URI~(to-be!sure)&isn't+it$/crazy?,/;;*",
        "&it+has=1,weird!*pas$wo~d_too.(doesn't-it)",
        "example.com",
    )
    assert message.to.display == "BEL:\x07 NUL:\x00 DEL:\x7f"
    assert message.from_.display == "token1~` token2'+_ token3*%!.-"
    assert message.from_.params == (("fromparam''~+*_!.-%", '"работающий"'), ("tag", "_token~1'+`*%!-."))
    assert message.call_id == "intmeth.word%ZK-!.*_+'@word`~)(><:\\/\"][?}{"
    assert message.headers.get("extensionHeader-!.%*+_`'~") == "\ufeff大停電"


def test_percent() -> None:
    """3.1.1.3 to 3.1.1.5: escapes stay as they stand, and a percent sign in a header name or method is none."""
    assert parse_uri(request("esc01").uri).user == "sips%3Auser%40example.com"
    assert parse_name_addr(request("esc01").headers.get("Contact") or "").uri.params == (
        ("%6c%72", None),
        ("n%61me", "v%61lue%25%34%31"),
    )
    assert request("escnull").headers.all("Contact") == ("<sip:%00@host5.example.com>", "<sip:%00%00@host5.example.com>")
    assert request("esc02").headers.all("Contact") == ("<sip:alias1@host1.example.com>", "<sip:alias3@host3.example.com>")
    assert request("esc02").method == "RE%47IST%45R"


def test_lwsdisp_and_longreq() -> None:
    """3.1.1.6 and 3.1.1.7: no space before the bracket, and values of any length."""
    assert request("lwsdisp").from_.display == "caller"
    long = request("longreq")
    assert (long.to.uri.port, len(long.call_id), len(long.headers.all("Via"))) == (6000, 141, 34)
    assert len(long.body) == 150


def test_dblreq() -> None:
    """3.1.1.8: what follows the first request's length is no part of it."""
    first = request("dblreq")

    assert (first.method, first.call_id, first.body) == ("REGISTER", "dblreq.0ha0isndaksdj99sdfafnl3lk233412", b"")


def test_semiuri_and_transports() -> None:
    """3.1.1.9 and 3.1.1.10: a semicolon in the user part is no parameter, and any transport may stand in Via."""
    uri = parse_uri(request("semiuri").uri)
    assert (uri.user, uri.host, uri.params) == ("user;par=u%40example.net", "example.com", ())
    vias = [parse_via(value).transport for value in request("transports").headers.all("Via")]
    assert vias == ["UDP", "SCTP", "TLS", "UNKNOWN", "TCP"]


def test_multipart_body_is_untouched() -> None:
    """3.1.1.11: a body of arbitrary octets, a CRLF CRLF in it too, is passed on as it came."""
    message = request("mpart01")

    assert len(message.body) == 553
    assert message.body == datagram("mpart01").partition(b"\r\n\r\n")[2][:553]
    assert message.body.endswith(b"--7a9cbec02ceef655--\r\n")


def test_reasons() -> None:
    """3.1.1.12 and 3.1.1.13: a reason phrase in any script, and none at all."""
    assert response("unreason").reason == "= 2**3 * 5**2 но сто девяносто девять - простое"
    assert (response("noreason").status, response("noreason").reason) == (100, "")


def test_parameters_in_and_outside_the_brackets() -> None:
    """cparam01 and 02: without brackets a parameter is the header's, within them it is the URI's."""
    outside = parse_name_addr(request("cparam01").headers.get("Contact") or "")
    inside = parse_name_addr(request("cparam02").headers.get("Contact") or "")

    assert (outside.params, outside.uri.params) == ((("unknownparam", None),), ())
    assert (inside.params, inside.uri.params) == ((), (("unknownparam", None),))


def test_foreign_schemes_and_headers_in_a_uri() -> None:
    """regescrt and unksm2: headers in a Contact's URI stay there, and any scheme is a URI."""
    contact = parse_name_addr(request("regescrt").headers.get("Contact") or "")
    assert (contact.uri.host, contact.uri.headers) == ("example.com", "Route=%3Csip:sip.example.com%3E")
    assert (request("unksm2").to.uri.scheme, request("unksm2").from_.uri.scheme) == ("isbn", "http")


def test_bcast_and_inv2543() -> None:
    """bcast: a response with a Via of ours and another is still read; inv2543: so is a request without tag and branch."""
    assert [parse_via(value).host for value in response("bcast").headers.all("Via")] == ["192.0.2.198", "255.255.255.255"]
    old = request("inv2543")
    assert (old.from_.tag, old.via.branch, old.from_.uri.param("user")) == (None, "", "phone")
