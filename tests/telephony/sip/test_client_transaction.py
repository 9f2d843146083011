"""Client transactions: when a request is repeated, when it is given up, and what becomes of each response."""

from __future__ import annotations

from typing import Any

import pytest

from ringtrue.telephony.sip.client_transaction import ClientTransaction
from ringtrue.telephony.sip.message import Request, Response, parse, serialize
from ringtrue.telephony.sip.transactions import Transactions
from ringtrue.telephony.sip.wire import Times

DOUBLING = [0.5, 1.5, 3.5, 7.5, 15.5, 31.5]  # Timer A doubles without bound (section 17.1.1.2)
CAPPED = [0.5, 1.5, 3.5, 7.5, 11.5, 15.5, 19.5, 23.5, 27.5, 31.5]  # Timer E stops at T2 (section 17.1.2.2)


class Asker:
    """One request of ours and what its owner was told."""

    def __init__(self, peer: Any, method: str) -> None:
        self.peer = peer
        self.responses: list[int] = []
        self.failures: list[str] = []
        self.transactions = Transactions(peer.wire)
        request = parse(peer.request(method, branch="z9hG4bKq").encode())
        assert isinstance(request, Request)
        self.transaction: ClientTransaction = self.transactions.send(
            request,
            ("192.0.2.9", 5062),
            on_response=lambda response: self.responses.append(response.status),
            on_failure=self.failures.append,
        )

    def hear(self, status: int, *, branch: str = "z9hG4bKq", method: str | None = None) -> bool:
        """A response comes; whether it was of this transaction."""
        asked = self.transaction.request
        text = (
            f"SIP/2.0 {status} X\r\nVia: SIP/2.0/UDP 192.0.2.1:5060;branch={branch}\r\nFrom: {asked.from_}\r\n"
            f"To: {asked.to};tag=z\r\nCall-ID: in1\r\nCSeq: 1 {method or asked.method}\r\n\r\n"
        )
        response = parse(text.encode())
        assert isinstance(response, Response)
        return self.transactions.receive_response(response)

    def times(self, seconds: float, start: str) -> list[float]:
        """When that was sent within so many seconds from now."""
        self.peer.take()
        return [packet.at for packet in self.peer.wait(seconds) if packet.start == start]


@pytest.fixture
def invite(peer: Any) -> Asker:
    """An INVITE on its way."""
    return Asker(peer, "INVITE")


@pytest.fixture
def bye(peer: Any) -> Asker:
    """A BYE on its way."""
    return Asker(peer, "BYE")


def test_timer_a_doubles_until_timer_b(invite: Asker) -> None:
    """An INVITE that nobody hears is repeated at doubling intervals and fails after 64 x T1."""
    times = invite.times(31.999, "INVITE")
    assert (times, invite.failures) == (DOUBLING, [])

    invite.peer.wait(0.001)

    assert (invite.failures, len(invite.transactions)) == (["timeout"], 0)


def test_timer_e_is_capped_until_timer_f(bye: Asker) -> None:
    """Any other request is repeated at doubling intervals up to T2 and fails after 64 x T1."""
    times = bye.times(31.999, "BYE")
    assert (times, bye.failures) == (CAPPED, [])

    bye.peer.wait(0.001)

    assert (bye.failures, len(bye.transactions)) == (["timeout"], 0)


def test_the_repeats_of_t1_100_ms_follow_it(make_peer: Any) -> None:
    """All times follow from T1."""
    asker = Asker(make_peer(times=Times(t1=0.1, t2=0.8, t4=1.0)), "BYE")

    assert asker.times(3.0, "BYE") == [0.1, 0.3, 0.7, 1.5, 2.3]


def test_a_provisional_stops_timers_a_and_b(invite: Asker) -> None:
    """After 100 an INVITE is repeated no more and waits without end."""
    assert invite.hear(100)

    assert invite.times(300.0, "INVITE") == []
    assert (invite.responses, invite.failures) == ([100], [])


def test_a_provisional_slows_timer_e_to_t2(bye: Asker) -> None:
    """After 100 another request is repeated every T2, and Timer F still ends it."""
    bye.hear(100)

    assert bye.times(32.0, "BYE") == [0.5, 4.5, 8.5, 12.5, 16.5, 20.5, 24.5, 28.5]
    assert bye.failures == ["timeout"]


def test_a_refusal_is_acknowledged_at_each_repeat_until_timer_d(invite: Asker) -> None:
    """Each copy of a refusal gets the same ACK for 32 s; its owner hears of it once."""
    invite.peer.take()
    invite.hear(486)
    invite.peer.wait(31.9)
    invite.hear(486)

    acks = [packet.message for packet in invite.peer.take()]

    assert [ack.method for ack in acks] == ["ACK", "ACK"]
    assert serialize(acks[0]) == serialize(acks[1])
    assert (invite.responses, invite.failures) == ([486], [])
    invite.peer.wait(0.1)
    assert not invite.hear(486)


def test_the_ack_of_a_refusal_is_of_the_invites_transaction(invite: Asker) -> None:
    """Same Request-URI, Via, From, Call-ID and number; To with the far end's tag (section 17.1.1.3)."""
    invite.peer.take()
    invite.hear(503)

    [packet] = invite.peer.take()

    asked, ack = invite.transaction.request, packet.message
    assert packet.to == ("192.0.2.9", 5062)
    assert (ack.uri, ack.via, ack.call_id, ack.from_) == (asked.uri, asked.via, asked.call_id, asked.from_)
    assert (str(ack.cseq), ack.to.tag) == ("1 ACK", "z")


def test_every_2xx_is_passed_up_until_timer_m(invite: Asker) -> None:
    """In the accepted state each 2xx reaches the owner and no ACK is sent here (RFC 6026 section 7.2)."""
    invite.peer.take()
    invite.hear(200)
    invite.peer.wait(31.9)
    invite.hear(200)

    assert (invite.responses, invite.peer.starts()) == ([200, 200], [])
    invite.peer.wait(0.1)
    assert not invite.hear(200)


@pytest.mark.parametrize("late", [180, 486])
def test_nothing_but_a_2xx_counts_once_accepted(invite: Asker, late: int) -> None:
    """After a 2xx a provisional response or a refusal of the same branch changes nothing."""
    invite.hear(200)
    invite.peer.take()

    invite.hear(late)

    assert (invite.responses, invite.peer.starts()) == ([200], [])


def test_timer_k_keeps_an_answered_request_for_t4(bye: Asker) -> None:
    """Copies of a final response are swallowed for T4, then they belong to nothing."""
    bye.hear(200)
    bye.peer.wait(4.999)
    assert bye.hear(200)

    bye.peer.wait(0.001)

    assert not bye.hear(200)
    assert (bye.responses, bye.failures) == ([200], [])


@pytest.mark.parametrize(("branch", "method"), [("z9hG4bKother", "INVITE"), ("z9hG4bKq", "CANCEL")])
def test_a_response_is_matched_by_branch_and_method(invite: Asker, branch: str, method: str) -> None:
    """Another branch, or another method on the same branch, is another transaction (section 17.1.3)."""
    assert not invite.hear(200, branch=branch, method=method)
    assert invite.responses == []


def test_a_closed_port_fails_at_once(invite: Asker) -> None:
    """An ICMP error while nothing came back ends the request without waiting for Timer B."""
    invite.transactions.refused(("192.0.2.9", 5062))

    assert (invite.failures, len(invite.transactions)) == (["refused"], 0)


def test_a_closed_port_counts_only_before_a_response(invite: Asker) -> None:
    """An ICMP error after a provisional response, or of another address, is nothing."""
    invite.transactions.refused(("192.0.2.8", 5062))
    invite.hear(100)
    invite.transactions.refused(("192.0.2.9", 5062))

    assert invite.failures == []
