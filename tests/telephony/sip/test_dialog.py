"""Dialogs: what they take from the messages that make them, the way of their requests, their numbers and their target."""

from __future__ import annotations

import pytest

from ringtrue.telephony.sip.dialog import Dialog, as_callee, as_caller, contact_of, next_hop, tagged
from ringtrue.telephony.sip.message import Request, Response, parse, serialize
from ringtrue.telephony.sip.wire import ALLOW, Identity, Times, Wire

INVITE = (
    "INVITE sip:us@192.0.2.7 SIP/2.0", "Via: SIP/2.0/UDP p1;branch=z9hG4bK1", "From: Alice <sip:alice@atlanta.com>;tag=theirs",
    "To: <sip:us@h>", "Call-ID: c1", "CSeq: 314 INVITE", "Contact: <sip:alice@pc33:5062;transport=udp>",
    "Record-Route: <sip:near;lr>, <sip:middle;lr>", "Record-Route: <sip:far;lr>",
)  # fmt: skip
OK = (
    "SIP/2.0 200 OK", "Via: SIP/2.0/UDP us;branch=z9hG4bK1", "From: <sip:us@h>;tag=ours",
    "To: Bob <sip:bob@biloxi.com>;tag=theirs",
    "Call-ID: c2", "CSeq: 5 INVITE", "Contact: <sip:bob@192.0.2.4>", "Record-Route: <sip:far;lr>",
    "Record-Route: <sip:middle;lr>, <sip:near;lr>",
)  # fmt: skip


def request(*lines: str) -> Request:
    """The lines as a request, read."""
    message = parse(("\r\n".join(lines) + "\r\n\r\n").encode())
    assert isinstance(message, Request)
    return message


def response(*lines: str) -> Response:
    """The lines as a response, read."""
    message = parse(("\r\n".join(lines) + "\r\n\r\n").encode())
    assert isinstance(message, Response)
    return message


def without(lines: tuple[str, ...], *starts: str) -> tuple[str, ...]:
    """The lines but for those that begin so."""
    return tuple(line for line in lines if not line.startswith(starts))


def wire() -> Wire:
    """A wire of ours."""
    return Wire(identity=Identity(host="192.0.2.7", port=5060), times=Times())


def dialog(*route_set: str, target: str = "sip:bob@192.0.2.4") -> Dialog:
    """A dialog with that way to its target."""
    return Dialog(
        call_id="c", local="<sip:us@h>;tag=o", remote="<sip:bob@h>;tag=t", remote_tag="t", target=target, route_set=route_set
    )


def test_dialog_of_a_call_to_us() -> None:
    """Section 12.1.1: the route set is Record-Route in its order, the far end's number is the INVITE's, ours starts anew."""
    assert as_callee(request(*INVITE), local_tag="ours") == Dialog(
        call_id="c1",
        local="<sip:us@h>;tag=ours",
        remote="Alice <sip:alice@atlanta.com>;tag=theirs",
        remote_tag="theirs",
        target="sip:alice@pc33:5062;transport=udp",
        route_set=("<sip:near;lr>", "<sip:middle;lr>", "<sip:far;lr>"),
        local_cseq=0,
        remote_cseq=314,
    )


def test_dialog_of_a_call_from_us() -> None:
    """Section 12.1.2: the route set is Record-Route reversed, our number goes on, theirs is still empty."""
    assert as_caller(response(*OK), cseq=5) == Dialog(
        call_id="c2",
        local="<sip:us@h>;tag=ours",
        remote="Bob <sip:bob@biloxi.com>;tag=theirs",
        remote_tag="theirs",
        target="sip:bob@192.0.2.4",
        route_set=("<sip:near;lr>", "<sip:middle;lr>", "<sip:far;lr>"),
        local_cseq=5,
        remote_cseq=None,
    )


def test_both_ends_of_one_call_meet() -> None:
    """Caller and callee pass the same proxies in opposite order, and call each other by the same tags."""
    record_route = "Record-Route: <sip:p2;lr>, <sip:p1;lr>"
    callee = as_callee(request(*without(INVITE, "Record-Route"), record_route), local_tag="ours")
    caller = as_caller(response(*without(OK, "Record-Route"), record_route), cseq=1)

    assert callee.route_set == tuple(reversed(caller.route_set)) == ("<sip:p2;lr>", "<sip:p1;lr>")


def test_no_contact_and_no_record_route() -> None:
    """Then requests go straight to who From or To names."""
    callee = as_callee(request(*without(INVITE, "Record-Route", "Contact")), local_tag="o")
    caller = as_caller(response(*without(OK, "Record-Route", "Contact")), cseq=1)

    assert (callee.target, callee.route_set) == ("sip:alice@atlanta.com", ())
    assert (caller.target, caller.route_set) == ("sip:bob@biloxi.com", ())


@pytest.mark.parametrize(
    ("route_set", "uri", "routes", "hop"),
    [
        ((), "sip:bob@192.0.2.4:5070", (), ("192.0.2.4", 5070)),
        (("<sip:p1;lr>", "<sip:p2:5080;lr>"), "sip:bob@192.0.2.4:5070", ("<sip:p1;lr>", "<sip:p2:5080;lr>"), ("p1", 5060)),
        (("<sip:p1:5090;lr=on>;x=1",), "sip:bob@192.0.2.4:5070", ("<sip:p1:5090;lr=on>;x=1",), ("p1", 5090)),
        (("<sip:[2001:db8::1]:5062;lr>",), "sip:bob@192.0.2.4:5070", ("<sip:[2001:db8::1]:5062;lr>",), ("2001:db8::1", 5062)),
        (("<sip:strict:5066>",), "sip:strict:5066", ("<sip:bob@192.0.2.4:5070>",), ("strict", 5066)),
        (("<sip:strict>", "<sip:p2;lr>"), "sip:strict", ("<sip:p2;lr>", "<sip:bob@192.0.2.4:5070>"), ("strict", 5060)),
    ],
    ids=["straight", "loose", "loose with a value", "IP6", "strict", "strict, then loose"],
)
def test_way(route_set: tuple[str, ...], uri: str, routes: tuple[str, ...], hop: tuple[str, int]) -> None:
    """Section 12.2.1.1: a loose router leaves the Request-URI alone; a strict one stands in it and is sent to."""
    bye, destination = dialog(*route_set, target="sip:bob@192.0.2.4:5070").request(wire(), "BYE")

    assert (bye.uri, bye.headers.all("Route"), destination) == (uri, routes, hop)


def test_numbers_go_up_by_one() -> None:
    """Each request has the next number; an ACK has the number of its INVITE and takes none (sections 12.2.1.1 and 13.2.2.4)."""
    one = dialog()

    numbers = [
        one.request(wire(), method, cseq=cseq)[0].cseq.number for method, cseq in (("INFO", None), ("ACK", 1), ("BYE", None))
    ]

    assert numbers == [2, 1, 3]


def test_callee_starts_at_one() -> None:
    """Our first request in a call to us has the number 1, whatever theirs is."""
    info, _ = as_callee(request(*INVITE), local_tag="o").request(wire(), "INFO")

    assert str(info.cseq) == "1 INFO"


def test_their_numbers() -> None:
    """A request older than one before, or the same again, is refused; gaps are none (section 12.2.2)."""
    one = dialog()

    assert [one.is_newer(number) for number in (7, 7, 6, 9, 8, 10)] == [True, False, False, True, False, True]
    assert one.remote_cseq == 10


@pytest.mark.parametrize("method", ["INVITE", "UPDATE", "INFO", "BYE", "ACK"])
def test_requests_are_whole(method: str) -> None:
    """What is sent reads the same and holds what section 8.1.1 wants; only what refreshes the target names a Contact."""
    sent, _ = dialog("<sip:p1;lr>").request(wire(), method, headers=[("Reason", "Q.850;cause=16")])
    read = parse(serialize(sent))

    assert isinstance(read, Request)
    assert (read.method, read.uri, read.cseq.method) == (method, "sip:bob@192.0.2.4", method)
    assert (read.from_.tag, read.to.tag, read.call_id) == ("o", "t", "c")
    assert read.headers.get("Max-Forwards") == "70"
    assert read.via.branch.startswith("z9hG4bK")
    assert (read.via.host, read.via.port, read.via.param("rport")) == ("192.0.2.7", 5060, "")
    assert read.headers.get("Reason") == "Q.850;cause=16"
    has_contact = method not in ("BYE", "ACK")
    assert read.headers.get("Contact") == ("<sip:192.0.2.7:5060>" if has_contact else None)
    assert read.headers.all("Allow") == (tuple(ALLOW.split(", ")) if has_contact else ())


def test_each_request_has_its_branch() -> None:
    """Two requests never share a branch (section 8.1.1.7)."""
    one = dialog()

    assert one.request(wire(), "INFO")[0].via.branch != one.request(wire(), "INFO")[0].via.branch


def test_target_moves_with_contact() -> None:
    """A target refresh moves the target and leaves the route set; without a usable Contact all stays (section 12.2.2)."""
    one = dialog("<sip:p1;lr>")

    one.refresh(request(*without(INVITE, "Contact")))
    assert one.target == "sip:bob@192.0.2.4"
    one.refresh(request(*INVITE))
    assert (one.target, one.route_set) == ("sip:alice@pc33:5062;transport=udp", ("<sip:p1;lr>",))
    assert one.request(wire(), "BYE")[0].uri == "sip:alice@pc33:5062;transport=udp"


@pytest.mark.parametrize(
    ("contact", "target"),
    [
        ('"A, B" <sip:a@h;x>;q=1', "sip:a@h;x"),
        ("sip:a@h;expires=5", "sip:a@h"),
        ("<sip:first@h>, <sip:second@h>", "sip:first@h"),
        ("*", None),
        ("<tel:+15550100>", None),
        ("<sips:a@h>", None),
    ],
)
def test_contacts(contact: str, target: str | None) -> None:
    """Only a sip URI with a host can be sent to over UDP."""
    assert contact_of(request(*without(INVITE, "Contact"), f"Contact: {contact}")) == target


@pytest.mark.parametrize(
    ("uri", "hop"),
    [("sip:h", ("h", 5060)), ("sip:a@[::1]:7", ("::1", 7)), ("tel:+1", ("", 5060)), ("nonsense", ("", 0))],
)
def test_next_hop_of_a_uri(uri: str, hop: tuple[str, int]) -> None:
    """Host and port with 5060 for none; no host where nothing can be sent."""
    assert next_hop(uri, ()) == hop


def test_tagged() -> None:
    """A tag is added behind the brackets, or replaced."""
    assert tagged("Bob <sip:bob@h;x=1>", "t") == '"Bob" <sip:bob@h;x=1>;tag=t'
    assert tagged("sip:bob@h;tag=old", "new") == "<sip:bob@h>;tag=new"
