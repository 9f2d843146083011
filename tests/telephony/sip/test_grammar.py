"""The grammars inside SIP headers: what is read, what is refused, and that what is written reads the same."""

from __future__ import annotations

import string
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ringtrue.telephony.sip.grammar import (
    CSeq,
    NameAddr,
    ParseError,
    Reason,
    Uri,
    Via,
    parse_cseq,
    parse_host_port,
    parse_name_addr,
    parse_params,
    parse_reasons,
    parse_uri,
    parse_via,
    split_list,
)

_TOKEN = st.text("abcxyz019-.!%*_+`'~", min_size=1, max_size=8)
_VALUE = st.none() | _TOKEN
_PARAMS = st.lists(st.tuples(_TOKEN, _VALUE), max_size=4).map(tuple)
_HOST = st.sampled_from(["a.example.com", "192.0.2.1", "[2001:db8::9:1]", "localhost", "x-1.example"])
_PORT = st.none() | st.integers(0, 65535)
_USER = st.text(string.ascii_letters + string.digits + "-_.!~*'()&=+$,;?/%", min_size=1, max_size=12)
_URI = st.builds(
    Uri,
    scheme=st.sampled_from(["sip", "sips"]),
    user=_USER,
    password=st.none() | st.text(string.ascii_letters + "&=+$,", max_size=6),
    host=_HOST,
    port=_PORT,
    params=_PARAMS,
    headers=st.none() | st.just("subject=x&priority=urgent"),
)
_DISPLAY = st.none() | st.text(st.characters(codec="utf-8"), min_size=1, max_size=12)
_PARSERS: list[Callable[[str], object]] = [
    parse_uri, parse_name_addr, parse_via, parse_cseq, parse_params, parse_host_port, split_list,
]  # fmt: skip


@given(uri=_URI)
def test_uri_round_trip(uri: Uri) -> None:
    """A URI with user, password, port, parameters and headers is read as it was written."""
    assert parse_uri(str(uri)) == uri


@given(value=st.builds(NameAddr, uri=_URI, display=_DISPLAY, params=_PARAMS))
def test_name_addr_round_trip(value: NameAddr) -> None:
    """Any display name, quotes and backslashes and brackets in it too, comes back."""
    assert parse_name_addr(str(value)) == value


@given(value=st.builds(Via, transport=st.sampled_from(["UDP", "TLS", "SCTP"]), host=_HOST, port=_PORT, params=_PARAMS))
def test_via_round_trip(value: Via) -> None:
    """A Via is read as it was written."""
    assert parse_via(str(value)) == value


@given(number=st.integers(0, 2**31 - 1), method=_TOKEN)
def test_cseq_round_trip(number: int, method: str) -> None:
    """Every number that section 8.1.1.5 allows, and every token as method."""
    assert parse_cseq(str(CSeq(number=number, method=method))) == CSeq(number=number, method=method)


@given(values=st.lists(st.builds(NameAddr, uri=_URI, display=_DISPLAY, params=_PARAMS), min_size=1, max_size=4))
def test_list_round_trip(values: list[NameAddr]) -> None:
    """Values joined by commas fall apart at just these commas, not at those in names and URIs."""
    joined = ", ".join(str(value) for value in values)

    assert [parse_name_addr(part) for part in split_list(joined)] == values


@pytest.mark.parametrize("parser", _PARSERS, ids=lambda one: str(one.__name__))
@given(text=st.text(max_size=40) | st.text('<>"\\;:,=@?/ SIP2.0UDPa1[]\t\n', max_size=40))
def test_only_the_documented_error(parser: Callable[[str], object], text: str) -> None:
    """Whatever is read, nothing is raised but ParseError."""
    try:
        parser(text)
    except ParseError:
        return


@given(values=st.lists(st.text(max_size=30) | st.text('Q.850;cause=16"\\,<>', max_size=30), max_size=3))
def test_reasons_never_raise(values: list[str]) -> None:
    """Reason only informs: nothing in it is an error."""
    parse_reasons(tuple(values))


@pytest.mark.parametrize(
    ("text", "display", "uri", "tag"),
    [
        ('"A. G. Bell" <sip:agb@bell-telephone.com> ;tag=a48s', "A. G. Bell", "sip:agb@bell-telephone.com", "a48s"),
        ("sip:+12125551212@server.phone2net.com;tag=887s", None, "sip:+12125551212@server.phone2net.com", "887s"),
        ("Anonymous <sip:c8oqz84zk7z@privacy.org>;tag=hyh8", "Anonymous", "sip:c8oqz84zk7z@privacy.org", "hyh8"),
        ("<sip:bob@[2001:db8::1]:5070;transport=udp>;tag=1;x", None, "sip:bob@[2001:db8::1]:5070;transport=udp", "1"),
        ('"say \\"hi\\" <sip:no@no>" <sip:a@b>', 'say "hi" <sip:no@no>', "sip:a@b", None),
        ('"" <sip:a@b>;TAG=Q', "", "sip:a@b", "Q"),
        ("The Operator<sip:operator@cs.columbia.edu>;tag=287447", "The Operator", "sip:operator@cs.columbia.edu", "287447"),
        ("<tel:+1-201-555-0123;ext=2>;tag=7", None, "tel:+1-201-555-0123;ext=2", "7"),
        ("  \t<SIP:alice@Example.COM>", None, "sip:alice@Example.COM", None),
        ('"Zoë 📞" <sip:zoe@b>', "Zoë 📞", "sip:zoe@b", None),
    ],
)
def test_addresses(text: str, display: str | None, uri: str, tag: str | None) -> None:
    """The forms that From, To and Contact come in (sections 20.10, 20.20, 20.39)."""
    value = parse_name_addr(text)

    assert (value.display, str(value.uri), value.tag) == (display, uri, tag)


@pytest.mark.parametrize(
    "text",
    [
        "", "<>", "sip:", "alice", "<sip:a@b", "sip:a@b>;tag=1", '"alice" sip:a@b', '"alice <sip:a@b>', "a, b <sip:a@b>",
        '"a" b <sip:a@b>', "<sip:a@b>tag=1", "<sip:a@b>;;tag=1", "<sip:a@b>;=1", "<sip:a b@c>", "<sip:a@b:99999>", "<sip:a@b:x>",
        "<sip:a@>", "<sip:a@[::1>", "<1sip:a@b>", '<sip:a@b>;x="open',
    ],
)  # fmt: skip
def test_no_address(text: str) -> None:
    """What is no address is refused."""
    with pytest.raises(ParseError):
        parse_name_addr(text)


@pytest.mark.parametrize(
    ("text", "uri"),
    [
        ("sip:alice@atlanta.com", Uri(scheme="sip", user="alice", host="atlanta.com")),
        ("sip:atlanta.com;lr", Uri(scheme="sip", host="atlanta.com", params=(("lr", None),))),
        ("sips:a:p%3A@h:5061", Uri(scheme="sips", user="a", password="p%3A", host="h", port=5061)),
        ("sip:[::1]:5060", Uri(scheme="sip", host="[::1]", port=5060)),
        ("sip:alice;day=tuesday@atlanta.com", Uri(scheme="sip", user="alice;day=tuesday", host="atlanta.com")),
        ("sip:h;Transport=UDP?to=x%40y", Uri(scheme="sip", host="h", params=(("transport", "UDP"),), headers="to=x%40y")),
        ("tel:+15550100", Uri(scheme="tel", opaque="+15550100")),
    ],
)
def test_uris(text: str, uri: Uri) -> None:
    """The forms of section 19.1.3: parameter names in lower case, everything else as it stands."""
    assert parse_uri(text) == uri


def test_parameters_of_a_uri() -> None:
    """A flag is "", an absent parameter None."""
    uri = parse_uri("sip:h;lr;ttl=1")

    assert (uri.param("lr"), uri.param("ttl"), uri.param("maddr")) == ("", "1", None)


@pytest.mark.parametrize(
    ("text", "via"),
    [
        (
            "SIP/2.0/UDP erlang.bell-telephone.com:5060;branch=z9hG4bK87asdks7",
            Via(transport="UDP", host="erlang.bell-telephone.com", port=5060, params=(("branch", "z9hG4bK87asdks7"),)),
        ),
        (
            "sip / 2.0 / udp first.example.com: 4000;ttl=16 ;maddr=224.2.0.1 ;branch=z9hG4bKa7c6a8dlze.1",
            Via(
                transport="UDP",
                host="first.example.com",
                port=4000,
                params=(("ttl", "16"), ("maddr", "224.2.0.1"), ("branch", "z9hG4bKa7c6a8dlze.1")),
            ),
        ),
        ("SIP/2.0/UDP [2001:db8::9:1];rport", Via(transport="UDP", host="[2001:db8::9:1]", port=None, params=(("rport", None),))),
        ("SIP/7.0/UDP h", Via(transport="UDP", host="h", port=None, version="7.0")),
    ],
)
def test_vias(text: str, via: Via) -> None:
    """The forms of section 20.42, and that of a version which is answered 505."""
    assert parse_via(text) == via
    assert parse_via(str(via)) == via


@pytest.mark.parametrize(
    "text",
    ["", "SIP/2.0/UDP", "SIP/2.0 h", "HTTP/1.1/TCP h", "SIP/2.0/UDP h:0x1", "SIP/2.0/UDP h;;", "SIP/2.0/UDP h i", "SIP/2/UDP h"],
)
def test_no_via(text: str) -> None:
    """What is no Via is refused."""
    with pytest.raises(ParseError):
        parse_via(text)


def test_parameters_are_set_in_place() -> None:
    """`received` and `rport` of a Via, and a tag, are filled in where they stand, else added behind."""
    via = parse_via("SIP/2.0/UDP h;rport;branch=b")

    assert str(via.with_param("rport", "7").with_param("received", "192.0.2.9")) == (
        "SIP/2.0/UDP h;rport=7;branch=b;received=192.0.2.9"
    )
    assert str(parse_name_addr("sip:a@b;x=1").with_param("tag", "t")) == "<sip:a@b>;x=1;tag=t"


@pytest.mark.parametrize(
    "text", ["", "1", "INVITE", "-1 INVITE", "2147483648 INVITE", "1 IN VITE", "1 a/b", "1.0 INVITE", "٣ BYE"]
)
def test_no_cseq(text: str) -> None:
    """A number below 2**31 in ASCII digits, and a token (section 8.1.1.5)."""
    with pytest.raises(ParseError):
        parse_cseq(text)


def test_lists_split_outside_quotes_and_brackets() -> None:
    """Commas in a display name or a URI separate nothing; an escaped quote closes nothing."""
    assert split_list('"a, \\", b" <sip:x,y@h> , <sip:z@h>;t="1,2",') == ['"a, \\", b" <sip:x,y@h>', '<sip:z@h>;t="1,2"', ""]


def test_reasons_of_several_headers() -> None:
    """Both protocols of a Reason list, quoted or not; what cannot be read is passed over (RFC 3326)."""
    values = ('SIP;cause=200;text="Call completed, elsewhere", q.850 ; cause="16"', 'Q.850;cause=17;text="open', "preemption")

    assert parse_reasons(values) == [
        Reason(protocol="SIP", cause=200),
        Reason(protocol="Q.850", cause=16),
        Reason(protocol="PREEMPTION", cause=None),
    ]
