"""Server transactions: a repeated request gets the same answer, a refusal is repeated until its ACK, all end in time."""

from __future__ import annotations

from typing import Any

import pytest

from ringtrue.telephony.sip.message import Request, parse
from ringtrue.telephony.sip.server_transaction import ServerTransaction, key_of, reply_address, stamped
from ringtrue.telephony.sip.transactions import Transactions

SOURCE = ("192.0.2.9", 5062)
CAPPED = [0.5, 1.5, 3.5, 7.5, 11.5, 15.5, 19.5, 23.5, 27.5, 31.5]  # T1, doubled up to T2


class Answerer:
    """One request of theirs that came."""

    def __init__(self, peer: Any, method: str) -> None:
        self.peer = peer
        self.transactions = Transactions(peer.wire)
        self.request = self.read(method)
        self.transaction: ServerTransaction = self.transactions.open(self.request, SOURCE)

    def read(self, method: str, **parts: Any) -> Request:
        """A request of the peer's, read."""
        request = parse(self.peer.request(method, **parts).encode())
        assert isinstance(request, Request)
        return request

    def starts(self) -> list[str]:
        """What was sent since it was last asked."""
        starts: list[str] = self.peer.starts()
        return starts

    @property
    def is_kept(self) -> bool:
        """Whether a repeat of the request would still be known."""
        return self.transactions.known(self.request) is self.transaction


@pytest.fixture
def invite(peer: Any) -> Answerer:
    """An INVITE that came."""
    return Answerer(peer, "INVITE")


@pytest.fixture
def options(peer: Any) -> Answerer:
    """An OPTIONS that came."""
    return Answerer(peer, "OPTIONS")


def test_timer_g_repeats_a_refusal_until_timer_h(invite: Answerer) -> None:
    """A refusal that nobody acknowledges is repeated at T1, doubled up to T2, for 64 x T1."""
    invite.transaction.respond(486, to_tag="us")
    invite.peer.take()

    sent = invite.peer.wait(31.999)

    assert [(packet.at, packet.start) for packet in sent] == [(at, "486") for at in CAPPED]
    assert invite.is_kept
    assert invite.peer.wait(10.0) == []
    assert not invite.is_kept


def test_the_ack_stops_timer_g(invite: Answerer) -> None:
    """After the ACK a refusal is repeated no more, not even for a repeated INVITE (the confirmed state)."""
    invite.transaction.respond(486, to_tag="us")
    invite.peer.wait(0.7)
    invite.starts()

    assert invite.transaction.acknowledged()
    invite.transaction.repeated()

    assert invite.peer.wait(30.0) == []


def test_timer_i_ends_an_acknowledged_refusal_after_t4(invite: Answerer) -> None:
    """Repeats of the ACK are swallowed for T4 after the first one, then the transaction is gone (section 17.2.1)."""
    invite.transaction.respond(486, to_tag="us")
    invite.peer.wait(2.0)
    invite.transaction.acknowledged()
    invite.peer.wait(4.0)

    assert invite.transaction.acknowledged()
    invite.peer.wait(0.999)
    assert invite.is_kept

    invite.peer.wait(0.001)
    assert not invite.is_kept


def test_a_repeated_invite_gets_the_last_provisional_again(invite: Answerer) -> None:
    """Before the final answer a repeat is answered with the latest provisional response."""
    invite.transaction.respond(100)
    invite.transaction.respond(180, to_tag="us")
    invite.starts()

    invite.transaction.repeated()

    assert invite.starts() == ["180"]


def test_a_repeat_before_any_answer_gets_none(options: Answerer) -> None:
    """A repeat of a request that is not answered yet is swallowed."""
    options.transaction.repeated()

    assert options.starts() == []


def test_a_repeated_invite_gets_its_refusal_again(invite: Answerer) -> None:
    """The same bytes as before answer a repeat of a refused INVITE."""
    invite.transaction.respond(486, to_tag="us")
    first = invite.transaction.last
    invite.starts()

    invite.transaction.repeated()

    assert invite.starts() == ["486"]
    assert invite.transaction.last == first


def test_an_accepted_invite_swallows_repeats_until_timer_l(invite: Answerer) -> None:
    """After a 2xx repeats of the INVITE are swallowed for 64 x T1: the dialog repeats the 2xx (RFC 6026 section 7.1)."""
    invite.transaction.respond(200, to_tag="us")
    invite.starts()

    invite.transaction.repeated()

    assert invite.peer.wait(31.999) == []
    assert invite.is_kept
    invite.peer.wait(0.001)
    assert not invite.is_kept


def test_the_ack_of_a_2xx_is_left_to_the_dialog(invite: Answerer) -> None:
    """An ACK on the branch of an accepted INVITE ends nothing here."""
    invite.transaction.respond(200, to_tag="us")

    assert not invite.transaction.acknowledged()


def test_timer_j_keeps_an_answer_for_64_t1(options: Answerer) -> None:
    """A repeat of another request gets the same answer for 64 x T1; nothing is repeated unasked."""
    options.transaction.respond(200, to_tag="us")
    options.starts()

    assert options.peer.wait(31.999) == []
    options.transaction.repeated()
    assert options.starts() == ["200"]

    options.peer.wait(0.001)
    assert not options.is_kept


def test_a_final_answer_counts_once(options: Answerer) -> None:
    """A second final answer is not sent."""
    options.transaction.respond(200, to_tag="us")
    options.transaction.respond(500, to_tag="us")

    assert options.starts() == ["200"]


@pytest.mark.parametrize(
    ("parts", "is_same"),
    [
        ({}, True),
        ({"cseq": 2, "call_id": "other"}, True),  # the branch alone tells, by the cookie
        ({"branch": "z9hG4bKp2"}, False),
    ],
)
def test_a_branch_with_the_cookie_is_the_key(invite: Answerer, parts: dict[str, Any], is_same: bool) -> None:
    """Repeats share branch and sender (section 17.2.3)."""
    assert (key_of(invite.read("INVITE", **parts)) == key_of(invite.request)) is is_same


def test_an_ack_shares_the_key_of_its_invite_and_a_bye_does_not(invite: Answerer) -> None:
    """The method is part of the key, except for ACK."""
    assert key_of(invite.read("ACK")) == key_of(invite.request)
    assert key_of(invite.read("BYE")) != key_of(invite.request)


@pytest.mark.parametrize(
    ("parts", "is_same"),
    [
        ({}, True),
        ({"cseq": 2}, False),
        ({"call_id": "other"}, False),
        ({"from_tag": "other"}, False),
        ({"uri": "sip:x@h"}, False),
    ],
)
@pytest.mark.parametrize("branch", ["1", "z9hG4bK"])
def test_without_a_unique_branch_the_dialog_is_the_key(
    invite: Answerer, branch: str, parts: dict[str, Any], is_same: bool
) -> None:
    """Senders of RFC 2543, and those that send the bare cookie, are told apart by the whole request."""
    one, other = invite.read("INVITE", branch=branch), invite.read("INVITE", branch=branch, **parts)

    assert (key_of(one) == key_of(other)) is is_same


def test_the_same_branch_of_another_host_is_another_transaction(invite: Answerer) -> None:
    """The sent-by of the Via is part of the key."""
    text = invite.peer.request("INVITE").replace("UDP 192.0.2.9:5062", "UDP 192.0.2.8:5062")
    other = parse(text.encode())
    assert isinstance(other, Request)

    assert key_of(other) != key_of(invite.request)


@pytest.mark.parametrize(
    ("via", "reply"),
    [
        ("192.0.2.9:5062;branch=z9hG4bKp1;rport", ("198.51.100.7", 6000)),  # RFC 3581: back to where it came from
        ("192.0.2.9:5062;branch=z9hG4bKp1", ("198.51.100.7", 5062)),  # section 18.2.2: received, and the port it names
        ("192.0.2.9;branch=z9hG4bKp1", ("198.51.100.7", 5060)),
    ],
)
def test_replies_go_back_through_nat(invite: Answerer, via: str, reply: tuple[str, int]) -> None:
    """The host is always the one that sent; the port is the source's only where rport asks for it."""
    text = invite.peer.request("OPTIONS").replace("192.0.2.9:5062;branch=z9hG4bKp1;rport", via)
    request = parse(text.encode())
    assert isinstance(request, Request)

    assert reply_address(request, ("198.51.100.7", 6000)) == reply


@pytest.mark.parametrize(
    ("via", "stamp"),
    [
        ("192.0.2.9:5062;branch=z9hG4bKp1;rport", "192.0.2.9:5062;branch=z9hG4bKp1;rport=5062;received=192.0.2.9"),
        ("192.0.2.9:5062;branch=z9hG4bKp1", "192.0.2.9:5062;branch=z9hG4bKp1"),
        ("pc33.example:5062;branch=z9hG4bKp1", "pc33.example:5062;branch=z9hG4bKp1;received=192.0.2.9"),
    ],
)
def test_a_request_is_stamped_with_its_source(invite: Answerer, via: str, stamp: str) -> None:
    """`received` stands where the sender's name differs, `received` and `rport` where rport is asked for."""
    text = invite.peer.request("OPTIONS").replace("192.0.2.9:5062;branch=z9hG4bKp1;rport", via)
    request = parse(text.encode())
    assert isinstance(request, Request)

    assert stamped(request, SOURCE).headers.all("Via") == (f"SIP/2.0/UDP {stamp}",)


def test_a_stamp_leaves_other_vias_and_headers_alone(invite: Answerer) -> None:
    """Only the top Via changes; responses carry all of them in order."""
    text = invite.peer.request("OPTIONS", headers=["Via: SIP/2.0/UDP far;branch=z9hG4bKf"])
    request = parse(text.encode())
    assert isinstance(request, Request)

    vias = stamped(request, SOURCE).headers.all("Via")

    assert vias[1:] == ("SIP/2.0/UDP far;branch=z9hG4bKf",)
    assert stamped(request, SOURCE).headers.get("Contact") == request.headers.get("Contact")
