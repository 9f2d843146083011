"""G.711 over RTP as a Pipecat transport: 20 ms packets of plain UDP, without signalling.

Plainer than any transport that Pipecat ships (no JSON, base64 or websocket as its telephony serialisers have), so that it has
nothing to carry that Ringtrue has not. Blocks go out as its own websocket transport sends them: the first at once, the others
by its clock.
"""

from __future__ import annotations

import asyncio
import struct
import time
from collections.abc import Callable

import numpy as np
import soxr
from pipecat.frames.frames import InputAudioRawFrame, OutputAudioRawFrame, StartFrame
from pipecat.transports.base_input import BaseInputTransport
from pipecat.transports.base_output import BaseOutputTransport
from pipecat.transports.base_transport import TransportParams

from ringtrue.audio import g711

RATE_HZ, BLOCK_SECONDS = 8000, 0.02
_HEAD = struct.Struct("!BBHII")


class Wire(asyncio.DatagramProtocol):
    """One UDP port; sends to whoever last sent to it."""

    def __init__(self) -> None:
        self.heard: Callable[[bytes], None] | None = None
        self._remote: tuple[str, int] | None = None
        self._sequence = self._timestamp = 0
        self._transport: asyncio.DatagramTransport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The port is bound."""
        self._transport = transport  # type: ignore[assignment]  # uvloop's is no subclass of asyncio's

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        """One packet."""
        self._remote = addr
        if self.heard is not None:
            self.heard(data[_HEAD.size :])

    def send(self, payload: bytes) -> None:
        """One packet to the caller."""
        if self._remote is None:
            return
        head = _HEAD.pack(0x80, 0, self._sequence & 0xFFFF, self._timestamp & 0xFFFFFFFF, 9)
        self._transport.sendto(head + payload, self._remote)
        self._sequence += 1
        self._timestamp += len(payload)


class RtpInput(BaseInputTransport):
    """What the caller says."""

    def __init__(self, wire: Wire, params: TransportParams) -> None:
        super().__init__(params)
        self._wire = wire
        self._rate_hz = params.audio_in_sample_rate or RATE_HZ
        # As Pipecat's telephony serialisers do it; its services for 16 kHz take what they get for that.
        self._wider = soxr.ResampleStream(RATE_HZ, self._rate_hz, 1, dtype="int16", quality="VHQ")

    async def start(self, frame: StartFrame) -> None:
        """Begin to hear."""
        await super().start(frame)
        await self.set_transport_ready(frame)
        self._wire.heard = self._heard

    def _heard(self, payload: bytes) -> None:
        pcm = g711.decode(payload, "PCMU")
        if self._rate_hz != RATE_HZ:
            pcm = self._wider.resample_chunk(pcm)
        if len(pcm):
            frame = InputAudioRawFrame(audio=pcm.tobytes(), sample_rate=self._rate_hz, num_channels=1)
            self._audio_in_queue.put_nowait(frame)


class RtpOutput(BaseOutputTransport):
    """What the agent says."""

    def __init__(self, wire: Wire, params: TransportParams) -> None:
        super().__init__(params)
        self._wire = wire
        self._due = 0.0

    async def start(self, frame: StartFrame) -> None:
        """Ready to speak."""
        await super().start(frame)
        await self.set_transport_ready(frame)

    async def write_audio_frame(self, frame: OutputAudioRawFrame) -> bool:
        """Send a block, when it is due."""
        wait = self._due - time.monotonic()
        if wait > 0:
            await asyncio.sleep(wait)
            self._due += BLOCK_SECONDS
        else:
            self._due = time.monotonic() + BLOCK_SECONDS
        self._wire.send(g711.encode(np.frombuffer(frame.audio, dtype=np.int16), "PCMU"))
        return True


def params(heard_hz: int) -> TransportParams:
    """What the caller says at that rate; what the agent says at 8 kHz, in blocks of 20 ms (its default 40 is later)."""
    return TransportParams(
        audio_in_enabled=True,
        audio_out_enabled=True,
        audio_in_sample_rate=heard_hz,
        audio_out_sample_rate=RATE_HZ,
        audio_out_10ms_chunks=2,
    )
