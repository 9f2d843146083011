"""Media ports are bound for real, even, and rest before their next call."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest

from ringtrue.errors import SetupError
from ringtrue.telephony.rtp.ports import PortRange, PortsExhausted

HOST = "127.0.0.1"


@pytest.fixture
def low() -> int:
    """An even port with five free ones behind it, as far as can be known."""
    for _ in range(50):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.bind((HOST, 0))
            port: int = probe.getsockname()[1] & ~1
        try:
            for one in range(port, port + 6):
                with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
                    probe.bind((HOST, one))
        except OSError:
            continue
        return port
    raise AssertionError("no free ports")


@pytest.fixture
def bound() -> Iterator[list[socket.socket]]:
    """Sockets to be closed at the end."""
    sockets: list[socket.socket] = []
    yield sockets
    for sock in sockets:
        sock.close()


def port_of(sock: socket.socket) -> int:
    """Where it is bound."""
    port: int = sock.getsockname()[1]
    return port


def test_ports_are_even_and_go_round(low: int) -> None:
    """A port that was given back comes again only after all others."""
    ports = PortRange(low - 1, low + 5)
    seen = []

    for _ in range(4):
        sock = ports.bind(HOST)
        seen.append(port_of(sock))
        sock.close()

    assert seen == [low, low + 2, low + 4, low]


def test_a_port_in_use_is_passed_over(low: int, bound: list[socket.socket]) -> None:
    """Other programs may hold ports of the range."""
    other = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    bound.append(other)
    other.bind((HOST, low))

    bound.append(PortRange(low, low + 3).bind(HOST))

    assert port_of(bound[-1]) == low + 2


def test_no_port_left_says_so(low: int, bound: list[socket.socket]) -> None:
    """The sentence names the option."""
    ports = PortRange(low, low + 3)
    bound += [ports.bind(HOST), ports.bind(HOST)]

    with pytest.raises(PortsExhausted, match="--rtp-ports"):
        ports.bind(HOST)


def test_a_range_without_an_even_port_is_refused() -> None:
    """At the start, not at the first call."""
    with pytest.raises(SetupError, match="--rtp-ports"):
        PortRange(20001, 20001)


def test_an_address_that_is_not_ours_is_no_lack_of_ports() -> None:
    """What the operator must change is the address."""
    with pytest.raises(OSError, match="assign"):
        PortRange(20000, 20003).bind("192.0.2.1")


def test_reading_never_blocks(low: int, bound: list[socket.socket]) -> None:
    """An empty socket answers at once."""
    bound.append(PortRange(low, low + 1).bind(HOST))

    with pytest.raises(BlockingIOError):
        bound[-1].recv(10)
