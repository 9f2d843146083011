"""A stream and its far end on real sockets of the loopback; time and ticks are the test's."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import numpy as np
import pytest

from ringtrue.audio import g711
from ringtrue.audio.g711 import Codec
from ringtrue.conversation.leg import Pcm, Position
from ringtrue.telephony.rtp import packet as packets
from ringtrue.telephony.rtp.pacer import Pacer
from ringtrue.telephony.rtp.packet import RtpPacket
from ringtrue.telephony.rtp.ports import PortRange
from ringtrue.telephony.rtp.stream import RtpStream
from ringtrue.testing.clock import ManualClock

HOST = "127.0.0.1"
BLOCK = 160


class Far:
    """A phone: one socket that sends what it is told and keeps what comes."""

    def __init__(self) -> None:
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind((HOST, 0))
        self.socket.setblocking(False)
        self.address: tuple[str, int] = self.socket.getsockname()
        self.sequence = 500
        self.timestamp = 90_000

    def received(self) -> list[RtpPacket]:
        """Every packet that came since the last look."""
        found = []
        while True:
            try:
                parsed = packets.parse(self.socket.recv(2048))
            except BlockingIOError:
                return found
            assert parsed is not None
            found.append(parsed)

    def send(self, to: int, payload: bytes, *, payload_type: int = 0, marker: bool = False, ssrc: int = 7) -> None:
        """The next packet of an unbroken stream."""
        datagram = packets.build(
            payload_type, marker=marker, sequence=self.sequence, timestamp=self.timestamp, ssrc=ssrc, payload=payload
        )
        self.sequence += 1
        self.timestamp += BLOCK
        self.socket.sendto(datagram, (HOST, to))


@dataclass
class Ear:
    """A tap that keeps what it hears."""

    agent: list[tuple[int, list[int]]] = field(default_factory=list)
    caller: list[tuple[int, list[int]]] = field(default_factory=list)

    def sent(self, at: Position, pcm: Pcm) -> None:
        """A block of the agent channel."""
        self.agent.append((int(at), pcm.tolist()))

    def heard(self, at: Position, pcm: Pcm) -> None:
        """A packet of the caller channel."""
        self.caller.append((int(at), pcm.tolist()))


@dataclass
class Line:
    """One stream, one far end that it was told of, one that it was not."""

    stream: RtpStream
    far: Far
    stranger: Far
    clock: ManualClock
    ear: Ear
    codec: Codec = "PCMU"

    def start(self, *, codec: Codec = "PCMU", telephone_event: int | None = 101, sending: bool = True) -> None:
        """Answer: positions count from here."""
        self.codec = codec
        self.stream.start(
            remote=self.far.address,
            payload_type={"PCMU": 0, "PCMA": 8}[codec],
            codec=codec,
            telephone_event=telephone_event,
            sending=sending,
        )

    def update(
        self,
        *,
        codec: Codec = "PCMU",
        payload_type: int | None = None,
        remote: tuple[str, int] | None = None,
        sending: bool = True,
        receiving: bool = True,
        telephone_event: int | None = 101,
    ) -> None:
        """A re-INVITE was agreed on."""
        self.codec = codec
        self.stream.update(
            remote=remote or self.far.address,
            payload_type={"PCMU": 0, "PCMA": 8}[codec] if payload_type is None else payload_type,
            codec=codec,
            telephone_event=telephone_event,
            sending=sending,
            receiving=receiving,
        )

    def tick(self, times: int = 1, *, skipped: int = 0) -> None:
        """The clock ticks."""
        for _ in range(times):
            self.clock.advance(timedelta(milliseconds=20 * (1 + skipped)))
            self.stream.tick(skipped)

    async def hear(self) -> None:
        """Let the stream read what was sent to it."""
        for _ in range(3):
            await asyncio.sleep(0)


@asynccontextmanager
async def open_line() -> AsyncIterator[Line]:
    """A fresh line, closed at the end."""
    clock = ManualClock()
    stream = RtpStream.open(ports=PortRange(20000, 29998), bind_host=HOST, pacer=Pacer(clock), clock=clock)
    far, stranger, ear = Far(), Far(), Ear()
    stream.add_tap(ear)
    try:
        yield Line(stream=stream, far=far, stranger=stranger, clock=clock, ear=ear)
    finally:
        stream.close()
        far.socket.close()
        stranger.socket.close()


OnLine = Callable[[Callable[[Line], Coroutine[Any, Any, None]]], None]


@pytest.fixture
def on_line() -> OnLine:
    """Runs a test on a fresh line."""

    def run(test: Callable[[Line], Coroutine[Any, Any, None]]) -> None:
        async def with_line() -> None:
            async with open_line() as line:
                await test(line)

        asyncio.run(with_line())

    return run


@pytest.fixture
def ramp() -> Pcm:
    """A second of audio whose samples all differ within a block, exact in mu-law."""
    codes = np.arange(8000, dtype=np.int64) % 127
    return g711.decode(codes.astype(np.uint8).tobytes(), "PCMU")
