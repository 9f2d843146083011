"""Hostile datagrams: whatever comes, nothing raises, no call is hurt and the next good message is heard."""

from __future__ import annotations

import asyncio
import random
import socket
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from ringtrue.clock import SystemClock
from ringtrue.ids import LegId
from ringtrue.telephony.sip import udp
from ringtrue.telephony.sip.events import Over
from ringtrue.telephony.sip.user_agent import UserAgent
from ringtrue.telephony.sip.wire import Identity, Times, Wire

STRANGER = ("203.0.113.5", 5060)
BITS = (
    b";", b",", b"<", b">", b'"', b"\\", b":", b"@", b"\0", b"\xff", b"\xe2\x80\xa8", b"tag=", b"\r\n", b"\n", b"\t", b"%",
    b"=", b"99999999999", b"-1", b"[", b"::", b"sip:", b"*", b"\r\n\r\n", b"?",
)  # fmt: skip


@pytest.fixture
def unhurt(peer: Any) -> Callable[[], None]:
    """Two calls in progress; asserts that they still stand and are heard, whatever came in between."""
    placed, _ = peer.answered()
    came = peer.accepted(call_id="steady", from_tag="steady", branch="z9hG4bKsteady")

    peer.must_be_readable = False

    def check() -> None:
        assert (placed.snapshot.state, came.snapshot.state) == ("confirmed", "confirmed")
        peer.take()
        peer.within(placed, "INFO", cseq=4_000_000)
        peer.inside(came, "INFO", cseq=4_000_001)
        assert peer.starts()[-2:] == ["200", "200"]

    return check


def mutated(datagram: bytes, chance: random.Random) -> bytes:
    """The datagram with something put in, taken out, changed or put elsewhere."""
    data = bytearray(datagram)
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(len(data) or 1)
        match chance.randrange(4):
            case 0:
                data[at:at] = chance.choice(BITS)
            case 1:
                del data[at : at + chance.randint(1, 20)]
            case 2:
                data[at : at + 1] = bytes([chance.randrange(256)])
            case _:
                lines = bytes(data).split(b"\r\n")
                lines.insert(chance.randrange(len(lines)), chance.choice(lines))
                data = bytearray(b"\r\n".join(lines))
    return bytes(data)


def test_random_bytes(peer: Any, unhurt: Callable[[], None]) -> None:
    """Noise of any length gets no reply."""
    chance = random.Random(4)
    for length in range(300):
        peer.hear(chance.randbytes(length))

    assert peer.take() == []
    unhurt()


@pytest.mark.parametrize("method", ["INVITE", "BYE", "CANCEL", "ACK"])
def test_requests_cut_anywhere(peer: Any, unhurt: Callable[[], None], method: str) -> None:
    """Each beginning of a request is answered with a refusal or dropped; none opens a call."""
    whole = peer.request(method, call_id="cut", branch="z9hG4bKcut", body=peer.sdp).encode()
    before = len(peer.calls)

    for length in range(len(whole)):
        peer.hear(whole[:length])

    assert {packet.start for packet in peer.take()} <= {"400", "481", "505"}
    assert len(peer.calls) == before
    unhurt()


def test_answers_cut_anywhere(peer: Any) -> None:
    """No beginning of a 200 that lacks some of its description connects a call."""
    _, invite = peer.rung()
    text: list[bytes] = []
    hear = peer.hear
    peer.hear = lambda datagram: text.append(datagram.encode())
    peer.answer(invite, 200, body=peer.sdp)
    peer.hear = hear

    for length in range(len(text[0])):
        peer.hear(text[0][:length])

    assert (peer.take(), peer.told(Over)) == ([], [])
    peer.hear(text[0])
    assert peer.starts() == ["ACK"]


def test_mutated_messages(peer: Any, unhurt: Callable[[], None]) -> None:
    """A thousand messages with a few faults each, around calls that last."""
    chance = random.Random(5)
    for number in range(1000):
        method = chance.choice(["INVITE", "ACK", "BYE", "CANCEL", "OPTIONS", "INFO", "UPDATE"])
        known = {"call_id": f"c{number % 7}", "branch": f"z9hG4bK{number % 5}", "from_tag": f"f{number % 3}"}
        peer.hear(mutated(peer.request(method, body=peer.sdp if number % 2 else "", **known).encode(), chance))
        if number % 50 == 0:
            peer.wait(5.0)

    unhurt()


@pytest.mark.parametrize("length", ["-1", "99999999999999999999", "0x10", "1e3", "", "5, 6", "5\r\nContent-Length: 6", "9999"])
def test_a_content_length_that_lies(peer: Any, unhurt: Callable[[], None], length: str) -> None:
    """A length that is none, is two, or is more than came: 400 (section 18.3)."""
    whole = peer.request("INVITE", call_id="lie", branch="z9hG4bKlie", body=peer.sdp)
    true = f"Content-Length: {len(peer.sdp)}"

    peer.hear(whole.replace(true, f"Content-Length: {length}"))

    assert peer.starts() == ["400"]
    unhurt()


def test_what_follows_the_body_is_dropped(peer: Any) -> None:
    """A length that is less than came ends the body there (section 18.3)."""
    whole = peer.request("INVITE", body=peer.sdp) + "a=inactive\r\n"

    peer.hear(whole)

    [call] = peer.calls
    assert call.invite.body == peer.sdp.encode()


@pytest.mark.parametrize(
    "filler",
    [
        "X-Long: " + "a" * 60_000,
        "\r\n".join(f"X-{number}: y" for number in range(5000)),
        "Via: " + ", ".join(["SIP/2.0/UDP h;branch=z9hG4bK1"] * 1500),
        "Record-Route: " + ", ".join(["<sip:h;lr>"] * 4000),
        "X-Quote: " + '"\\' * 20_000,
        "Require: " + "(" * 30_000,
    ],
)
def test_huge_messages(peer: Any, unhurt: Callable[[], None], filler: str) -> None:
    """As large as a datagram can be."""
    peer.hear(peer.request("OPTIONS", call_id="huge", branch="z9hG4bKhuge", headers=[filler]))

    unhurt()


@pytest.mark.parametrize("status", [100, 180, 200, 302, 401, 487, 699])
@pytest.mark.parametrize("method", ["INVITE", "BYE", "CANCEL", "FROB"])
def test_responses_to_nothing(make_peer: Any, status: int, method: str) -> None:
    """A response of a stranger that no request of ours waits for is dropped."""
    peer = make_peer(allowed=lambda _host: False)
    lines = (
        f"SIP/2.0 {status} X", "Via: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bKx", "From: <sip:a@b>;tag=1", "To: <sip:c@d>;tag=2",
        "Call-ID: none", f"CSeq: 1 {method}", "Contact: <sip:v@198.51.100.66>", 'WWW-Authenticate: Digest realm="r", nonce="n"',
    )  # fmt: skip

    peer.hear("\r\n".join([*lines, "", ""]), STRANGER)
    peer.wait(40.0)

    assert (peer.take(), peer.agent.is_idle) == ([], True)


@pytest.mark.parametrize("datagram", [b"", b"\r\n\r\n", b"\0\0\0\0", b"\r\n"])
def test_keep_alives_are_nothing(peer: Any, datagram: bytes) -> None:
    """What phones send to keep a mapping of NAT gets no reply."""
    peer.hear(datagram)

    assert peer.take() == []


# --- the socket itself ----------------------------------------------------------------------------------------------


def on_a_socket(work: Callable[[socket.socket, tuple[str, int]], Coroutine[Any, Any, None]]) -> list[dict[str, Any]]:
    """Let a user agent listen on the loopback while `work` runs; returns what went wrong unseen in the loop."""
    faults: list[dict[str, Any]] = []

    async def main() -> None:
        asyncio.get_running_loop().set_exception_handler(lambda _loop, context: faults.append(context))
        sock = udp.bind("127.0.0.1", 0)
        wire = Wire(identity=Identity(host="127.0.0.1", port=sock.getsockname()[1]), times=Times(t1=0.05))
        core = UserAgent(wire, is_allowed=lambda _host: True, new_leg_id=lambda: LegId("leg_1"))
        listening = udp.SipSocket(sock, core, SystemClock(), lambda _call, _event: None)
        try:
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as phone:
                phone.bind(("127.0.0.1", 0))
                phone.setblocking(False)
                await work(phone, sock.getsockname())
        finally:
            listening.close()

    asyncio.run(main())
    return faults


async def is_heard(peer: Any, phone: socket.socket, to: tuple[str, int]) -> bool:
    """Whether an OPTIONS still gets its 200."""
    phone.sendto(peer.request("OPTIONS", branch="z9hG4bKalive", call_id="alive").encode(), to)
    loop = asyncio.get_running_loop()
    while True:
        reply = await asyncio.wait_for(loop.sock_recv(phone, 65535), 5.0)
        if b"Call-ID: alive\r\n" in reply:
            return reply.startswith(b"SIP/2.0 200 ")


def test_the_socket_survives_noise(peer: Any) -> None:
    """The reader of the loop stays, whatever it read."""

    async def work(phone: socket.socket, to: tuple[str, int]) -> None:
        chance = random.Random(6)
        whole = peer.request("INVITE", body=peer.sdp).encode()
        for _ in range(100):
            phone.sendto(chance.randbytes(chance.randrange(1400)), to)
            phone.sendto(mutated(whole, chance), to)
        assert await is_heard(peer, phone, to)

    assert on_a_socket(work) == []


@pytest.mark.parametrize("host", ["a" * 70 + ".invalid", "x..invalid", "255.255.255.255", "0.0.0.0", "[::1]"])
def test_the_socket_survives_where_it_is_sent(peer: Any, host: str) -> None:
    """A Contact that no datagram can go to takes nothing with it: not the loop, not the next message."""

    async def work(phone: socket.socket, to: tuple[str, int]) -> None:
        stray = (
            "SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP 127.0.0.1;branch=z9hG4bKx\r\nFrom: <sip:a@b>;tag=1\r\nTo: <sip:c@d>;tag=2\r\n"
            f"Call-ID: stray\r\nCSeq: 1 INVITE\r\nContact: <sip:{host}>\r\n\r\n"
        )
        phone.sendto(stray.encode(), to)
        assert await is_heard(peer, phone, to)

    assert on_a_socket(work) == []


@pytest.mark.parametrize("name", ["a" * 70 + ".invalid", "x..invalid", "\udcff.invalid", "no-such-host.invalid"])
def test_a_name_that_is_none_has_no_address(name: str) -> None:
    """What a Contact names need not exist, nor even be a name that can be looked up."""
    assert asyncio.run(udp.resolve(name, socket.AF_INET)) is None
