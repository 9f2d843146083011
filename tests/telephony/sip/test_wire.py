"""What the parts of the user agent share: timers in virtual time, the tray, our own names, and the 2xx that is repeated."""

from __future__ import annotations

from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ringtrue.telephony.sip.acceptance import Acceptance
from ringtrue.telephony.sip.grammar import parse_name_addr, parse_via
from ringtrue.telephony.sip.message import Headers, Request, Response, parse, serialize
from ringtrue.telephony.sip.server_transaction import ServerTransaction, key_of, reply_address, stamped
from ringtrue.telephony.sip.wire import Identity, Send, Times, Told, Wire, new_branch

HERE = Identity(host="192.0.2.7", port=5060)
SOURCE = ("198.51.100.9", 5099)


def wire(identity: Identity = HERE) -> Wire:
    """A wire at time nought."""
    return Wire(identity=identity, times=Times())


def invite(via: str = "SIP/2.0/UDP pc33:5062;branch=z9hG4bKx;rport", *, uri: str = "sip:us@h") -> Request:
    """An INVITE with that Via on top of another."""
    return Request(
        method="INVITE",
        uri=uri,
        headers=Headers([
            ("Via", via), ("Via", "SIP/2.0/UDP far;branch=z9hG4bKy"), ("Max-Forwards", "70"), ("From", "<sip:a@h>;tag=1"),
            ("To", "<sip:us@h>"), ("Call-ID", "c"), ("CSeq", "7 INVITE"), ("Record-Route", "<sip:p;lr>"),
        ]),
    )  # fmt: skip


def test_timers_of_table_4() -> None:
    """T1 is half a second, and what follows from it scales with it (RFC 3261 section 17.1.1.1)."""
    assert Times().patience == 32.0
    assert Times(t1=0.01).patience == 0.64


def test_timers_fire_in_order_at_their_own_time() -> None:
    """However late they are looked at, each sees its own time; what is set meanwhile counts from there."""
    one = wire()
    seen: list[tuple[str, float]] = []
    one.after(2, lambda: seen.append(("second", one.now)))

    def first() -> None:
        seen.append(("first", one.now))
        one.after(0.5, lambda: seen.append(("nested", one.now)))

    one.after(1, first)
    one.after(2, lambda: seen.append(("third", one.now)))
    one.after(20, lambda: seen.append(("never", one.now)))

    one.run_timers(10)

    assert seen == [("first", 1), ("nested", 1.5), ("second", 2), ("third", 2)]
    assert (one.now, one.next_due()) == (10, 20)


def test_cancelled_timers() -> None:
    """A cancelled timer neither fires nor is waited for, and one that fired is done."""
    one = wire()
    seen: list[str] = []
    dead, alive = one.after(1, lambda: seen.append("dead")), one.after(2, lambda: seen.append("alive"))
    dead.cancel()

    assert one.next_due() == 2
    one.run_timers(5)
    alive.fire()
    assert (seen, dead.is_live, alive.is_live, one.next_due()) == (["alive"], False, False, None)


def test_time_never_goes_back() -> None:
    """A reading before the last one changes nothing."""
    one = wire()
    one.run_timers(5)
    one.run_timers(3)

    assert one.now == 5


@given(delays=st.lists(st.floats(0, 100), max_size=20), steps=st.lists(st.floats(0, 100), max_size=5))
def test_every_timer_fires_once_when_due(delays: list[float], steps: list[float]) -> None:
    """In order of time, and in order of setting among equals, whatever the steps."""
    one = wire()
    seen: list[tuple[float, int]] = []
    for at, delay in enumerate(delays):
        one.after(delay, partial(seen.append, (delay, at)))

    for now in [*sorted(steps), 100.0]:
        one.run_timers(now)

        assert seen == sorted((delay, at) for at, delay in enumerate(delays) if delay <= now)


def test_tray() -> None:
    """What is to happen comes out in order, once."""
    one = wire()
    datagram = one.send(invite(), ("h", 1))
    one.tell("call", "event")
    one.resend(datagram, ("h", 2))

    assert datagram == serialize(invite())
    assert one.take() == [
        Send(datagram=datagram, destination=("h", 1)),
        Told(call="call", event="event"),
        Send(datagram=datagram, destination=("h", 2)),
    ]
    assert one.take() == []


@pytest.mark.parametrize(
    ("host", "written"), [("192.0.2.7", "192.0.2.7"), ("2001:db8::7", "[2001:db8::7]"), ("a.example", "a.example")]
)
def test_own_names(host: str, written: str) -> None:
    """Via and Contact name us so that they can be read again, an IP6 address in brackets."""
    one = wire(Identity(host=host, port=5070))

    via, contact, user = parse_via(one.via("z9hG4bKq")), parse_name_addr(one.contact()), parse_name_addr(one.contact("bob"))

    assert (via.transport, via.host, via.port) == ("UDP", written, 5070)
    assert via.params == (("branch", "z9hG4bKq"), ("rport", None))
    assert (contact.uri.user, contact.uri.host, contact.uri.port) == (None, written, 5070)
    assert str(user.uri) == f"sip:bob@{written}:5070"


def test_branches() -> None:
    """A branch has the cookie and is new each time (section 8.1.1.7)."""
    branches = {new_branch() for _ in range(100)}

    assert len(branches) == 100
    assert all(branch.startswith("z9hG4bK") and len(branch) > 20 for branch in branches)


@pytest.mark.parametrize(
    ("via", "top", "address"),
    [
        ("SIP/2.0/UDP pc33:5062;branch=b;rport", "SIP/2.0/UDP pc33:5062;branch=b;rport=5099;received=198.51.100.9", SOURCE),
        ("SIP/2.0/UDP pc33:5062;branch=b", "SIP/2.0/UDP pc33:5062;branch=b;received=198.51.100.9", ("198.51.100.9", 5062)),
        ("SIP/2.0/UDP 198.51.100.9;branch=b", "SIP/2.0/UDP 198.51.100.9;branch=b", ("198.51.100.9", 5060)),
    ],
)
def test_where_answers_go(via: str, top: str, address: tuple[str, int]) -> None:
    """To the source with rport (RFC 3581 section 4), else to the source's host and the port of Via (section 18.2.2)."""
    request = invite(via)

    assert reply_address(request, SOURCE) == address
    assert stamped(request, SOURCE).headers.all("Via") == (top, "SIP/2.0/UDP far;branch=z9hG4bKy")


def test_which_requests_are_one() -> None:
    """Branch and sender tell requests apart; a branch without identifier does not, so that the rest decides (section 17.2.3)."""
    assert key_of(invite()) == key_of(invite(uri="sip:changed@h"))
    assert key_of(invite()) != key_of(invite("SIP/2.0/UDP pc33:5062;branch=z9hG4bKz;rport"))
    bare = "SIP/2.0/UDP pc33;branch=z9hG4bK"
    assert key_of(invite(bare)) == key_of(invite(bare))
    assert key_of(invite(bare)) != key_of(invite(bare, uri="sip:other@h"))


def accepted() -> tuple[Wire, Acceptance, list[str]]:
    """An INVITE answered 200, what repeats it, and what was heard of it."""
    one = wire()
    transaction = ServerTransaction(one, invite(), SOURCE, on_gone=lambda: None)
    transaction.respond(200, to_tag="ours", headers=[("Contact", one.contact())], body=b"v=0\r\n")
    silence: list[str] = []
    return one, Acceptance(one, transaction, on_silence=lambda: silence.append("silence")), silence


def sent(one: Wire) -> list[Send]:
    """The datagrams in the tray."""
    return [act for act in one.take() if isinstance(act, Send)]


def test_answer_holds_what_it_must() -> None:
    """What leaves reads again with all that sections 8.2.6 and 12.1.1 want in a 2xx."""
    one, _, _ = accepted()
    [act] = sent(one)

    answer = parse(act.datagram)

    assert isinstance(answer, Response)
    assert act.destination == SOURCE
    assert (answer.status, answer.reason, answer.body) == (200, "OK", b"v=0\r\n")
    assert answer.headers.all("Via") == invite().headers.all("Via")
    assert (str(answer.from_), str(answer.to), answer.call_id) == ("<sip:a@h>;tag=1", "<sip:us@h>;tag=ours", "c")
    assert str(answer.cseq) == "7 INVITE"
    assert (answer.headers.all("Record-Route"), answer.headers.get("Contact")) == (("<sip:p;lr>",), "<sip:192.0.2.7:5060>")


def test_answer_is_repeated() -> None:
    """The same 2xx at T1, twice T1 and so on up to T2, until 64 x T1 are over (section 13.3.1.4)."""
    one, acceptance, silence = accepted()
    first = sent(one)[0]
    times: list[float] = []
    while (due := one.next_due()) is not None:
        one.run_timers(due)
        repeats = sent(one)
        assert repeats in ([], [first])
        times += [due] * len(repeats)

    assert times == [0.5, 1.5, 3.5, 7.5, 11.5, 15.5, 19.5, 23.5, 27.5, 31.5]
    assert (silence, acceptance.is_open, one.now) == (["silence"], False, 32)


def test_acknowledged_answer_is_not_repeated() -> None:
    """After the ACK nothing more leaves, and nobody hears of silence."""
    one, acceptance, silence = accepted()
    one.run_timers(1)
    assert len(sent(one)) == 2

    acceptance.close()
    one.run_timers(100)

    assert (sent(one), silence, acceptance.is_open, acceptance.cseq) == ([], [], False, 7)
