"""Packets that get lost or late on the way out."""

from __future__ import annotations

import asyncio
import socket
from random import Random

import pytest

from ringtrue.testing.callee.impaired import ImpairedPorts
from ringtrue.testing.callee.traits import LineTraits

PACKETS = 2000


async def arrived(line: LineTraits, *, seed: int = 1, packets: int = PACKETS, wait: float = 0.0) -> list[int]:
    """The numbers of the packets that came, in order."""
    ports = ImpairedPorts(46000, 46999)
    ports.impair_next(line, Random(seed))
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as there, ports.bind("127.0.0.1") as here:
        there.bind(("127.0.0.1", 0))
        there.setblocking(False)
        came = []
        for number in range(packets):
            here.sendto(number.to_bytes(2, "big"), there.getsockname())
            came += _drained(there)
        await asyncio.sleep(wait)
        return came + _drained(there)


def _drained(sock: socket.socket) -> list[int]:
    came = []
    while True:
        try:
            came.append(int.from_bytes(sock.recv(2), "big"))
        except BlockingIOError:
            return came


@pytest.mark.parametrize("loss", [0.02, 0.2])
def test_the_share_that_was_asked_for_is_lost(loss: float) -> None:
    """Of two thousand packets, to three standard deviations of such a lottery."""
    came = asyncio.run(arrived(LineTraits(loss=loss)))

    assert len(came) == pytest.approx(PACKETS * (1 - loss), abs=3 * (PACKETS * loss * (1 - loss)) ** 0.5)
    assert came == sorted(came)


def test_the_same_seed_loses_the_same_packets() -> None:
    """And another one others."""
    line = LineTraits(loss=0.1)
    one, same, other = (asyncio.run(arrived(line, seed=seed, packets=300)) for seed in (1, 1, 2))

    assert one == same != other


def test_jitter_loses_nothing_and_lets_packets_overtake() -> None:
    """All come, some out of order."""
    came = asyncio.run(arrived(LineTraits(jitter_ms=30), packets=100, wait=0.3))

    assert sorted(came) == list(range(100))
    assert came != sorted(came)


def test_only_the_next_socket_is_impaired() -> None:
    """As the persona of that call says; a call without traits has a good line."""
    assert asyncio.run(arrived(LineTraits(), packets=200)) == list(range(200))
