"""One RTP stream in both directions: what is played goes out a block a tick, what comes in is placed and passed on.

The RTP timestamp is always the base plus the position, so that a skipped tick shows to the far end as what it is: a gap in
time, with no packet lost. What taps get of the sent channel is what the far end's decoder gets: encoded and decoded again.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from collections.abc import Callable, Sequence
from typing import Self

import numpy as np

from ringtrue import ids
from ringtrue.audio import g711
from ringtrue.audio.block import BLOCK_SAMPLES, TELEPHONE_RATE_HZ
from ringtrue.audio.g711 import Codec
from ringtrue.clock import Clock
from ringtrue.conversation.leg import Pcm, Position, Tap
from ringtrue.telephony.rtp import packet as packets
from ringtrue.telephony.rtp.digits import DigitReceiver, DigitSender
from ringtrue.telephony.rtp.pacer import BLOCK_SECONDS, Pacer
from ringtrue.telephony.rtp.placement import Placement
from ringtrue.telephony.rtp.ports import PortRange

_STATIC: dict[int, Codec] = {0: "PCMU", 8: "PCMA"}  # RFC 3551 section 6
_COMFORT_NOISE = 13
_LOUD = 300  # a sample above this is sound, not line noise (-40 dB of full scale)
_MOST_BYTES = 2048


def _is_numeric(host: str) -> bool:
    """Whether nothing must be looked up: a name in a session description would hold the media clock for a resolver."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


class RtpStream:
    """A bound media port; `start` opens the line, from which on positions count."""

    rate_hz = TELEPHONE_RATE_HZ

    def __init__(self, sock: socket.socket, pacer: Pacer, clock: Clock) -> None:
        self._sock = sock
        self._pacer = pacer
        self._clock = clock
        self.local_port: int = sock.getsockname()[1]
        self.on_digit: Callable[[Position, str], None] | None = None
        self.packets_received = 0
        self.last_packet_at: float | None = None
        self._taps: list[Tap] = []
        self._agreed: tuple[str, int] | None = None
        self._remote: tuple[str, int] | None = None
        self._heard_from: tuple[str, int] | None = None
        self._payload_type = 0
        self._codec: Codec = "PCMU"
        self._telephone_event: int | None = None
        self._is_sending = False
        self._is_receiving = True
        self._started_at: float | None = None
        self._sent = 0
        self._queue = bytearray()
        self._was_talking = False
        self._sequence = ids.random_bits(16)
        self._timestamp_base = ids.random_bits(32)
        self._ssrc = ids.random_bits(32)
        self._digits_in = DigitReceiver()
        self._digits_out = DigitSender()
        self._placement = Placement()
        self._is_closed = False
        self._set_codec("PCMU")

    @classmethod
    def open(cls, *, ports: PortRange, bind_host: str, pacer: Pacer, clock: Clock) -> Self:
        """A stream on a free port; packets that come before `start` are counted, not placed."""
        stream = cls(ports.bind(bind_host), pacer, clock)
        asyncio.get_running_loop().add_reader(stream._sock.fileno(), stream._readable)
        return stream

    # --- the line ---------------------------------------------------------------------------------------------------

    def start(
        self,
        *,
        remote: tuple[str, int],
        payload_type: int,
        codec: Codec,
        telephone_event: int | None,
        sending: bool = True,
    ) -> None:
        """Position 0 is now; from now on one packet goes out every tick."""
        self._started_at = self._clock.monotonic()
        self.update(
            remote=remote,
            payload_type=payload_type,
            codec=codec,
            telephone_event=telephone_event,
            sending=sending,
            receiving=True,
        )
        self._pacer.register(self)

    def update(
        self,
        *,
        remote: tuple[str, int],
        payload_type: int,
        codec: Codec,
        telephone_event: int | None,
        sending: bool,
        receiving: bool,
    ) -> None:
        """What a new offer or answer laid down. While not sending, positions go on and the queue waits."""
        if remote != self._agreed:
            self._agreed, self._heard_from = remote, None
            self._remote = remote if _is_numeric(remote[0]) else None
        if telephone_event is None:
            self._digits_out.clear()
        self._payload_type, self._telephone_event = payload_type, telephone_event
        self._is_sending, self._is_receiving = sending, receiving
        if codec != self._codec:
            self._queue = bytearray(g711.encode(g711.decode(bytes(self._queue), self._codec), codec))
            self._set_codec(codec)

    def _set_codec(self, codec: Codec) -> None:
        self._codec = codec
        self._silence = g711.silence(codec, BLOCK_SAMPLES)
        self._silence_pcm = g711.decode(self._silence, codec)

    def close(self) -> None:
        """Send and hear no more; harmless when repeated."""
        if self._is_closed:
            return
        self._is_closed = True
        self._pacer.unregister(self)
        asyncio.get_running_loop().remove_reader(self._sock.fileno())
        self._sock.close()

    # --- sending ----------------------------------------------------------------------------------------------------

    @property
    def sent(self) -> Position:
        """The first position not yet handed to the network."""
        return Position(self._sent)

    @property
    def queued_samples(self) -> int:
        """How many samples wait."""
        return len(self._queue)

    @property
    def digits_pending(self) -> bool:
        """Whether keys are still to be sent."""
        return self._digits_out.is_pending and not self._is_closed

    def add_tap(self, tap: Tap) -> None:
        """Let `tap` hear both channels from now on."""
        self._taps.append(tap)

    def play(self, pcm: Pcm) -> Position:
        """Queue audio; returns where its first sample will lie."""
        start = self._sent + len(self._queue)
        self._queue += g711.encode(pcm, self._codec)
        return Position(start)

    def flush(self) -> Position:
        """Drop what waits; returns the first position never sent."""
        self._queue.clear()
        return Position(self._sent)

    def send_digits(self, digits: Sequence[str]) -> None:
        """Queue keys; without telephone-event in the agreement there is nothing to send them with."""
        if self._telephone_event is not None:
            self._digits_out.add(digits)

    def tick(self, skipped: int) -> None:
        """One block is due."""
        self._sent += skipped * BLOCK_SAMPLES
        if self._is_sending and (self._heard_from or self._remote):
            self._send_block()
        else:
            self._was_talking = False
        self._sent += BLOCK_SAMPLES

    def _send_block(self) -> None:
        timestamp = (self._timestamp_base + self._sent) & 0xFFFFFFFF
        if self._digits_out.is_pending and self._telephone_event is not None:
            self._was_talking = False
            key = self._digits_out.block(timestamp, BLOCK_SAMPLES)
            if key is not None:
                self._send(self._telephone_event, key.timestamp, key.payload, marker=key.marker)
            else:
                self._send(self._payload_type, timestamp, self._silence, marker=False)
            self._tell_taps_sent(self._silence_pcm)
            return
        if not self._queue:
            self._send(self._payload_type, timestamp, self._silence, marker=False)
            self._was_talking = False
            self._tell_taps_sent(self._silence_pcm)
            return
        payload = bytes(self._queue[:BLOCK_SAMPLES])
        del self._queue[:BLOCK_SAMPLES]
        if len(payload) < BLOCK_SAMPLES:
            payload += self._silence[len(payload) :]
        self._send(self._payload_type, timestamp, payload, marker=not self._was_talking)
        self._was_talking = True
        if self._taps:
            self._tell_taps_sent(g711.decode(payload, self._codec))

    def _tell_taps_sent(self, pcm: Pcm) -> None:
        for tap in self._taps:
            tap.sent(Position(self._sent), pcm)

    def _send(self, payload_type: int, timestamp: int, payload: bytes, *, marker: bool) -> None:
        destination = self._heard_from or self._remote
        assert destination is not None
        datagram = packets.build(
            payload_type, marker=marker, sequence=self._sequence, timestamp=timestamp, ssrc=self._ssrc, payload=payload
        )
        self._sequence = (self._sequence + 1) & 0xFFFF
        try:
            self._sock.sendto(datagram, destination)
        except OSError:
            return  # The far end's port is closed or our buffer is full: a lost packet, which RTP lives with.

    # --- receiving --------------------------------------------------------------------------------------------------

    def _readable(self) -> None:
        """Read one datagram; the loop calls again while there are more, so that a flood on one port holds nobody's clock."""
        try:
            datagram, source = self._sock.recvfrom(_MOST_BYTES)
        except OSError:
            return  # Nothing there after all, or an ICMP error of an earlier send.
        self._receive(datagram, (source[0], source[1]))

    def _receive(self, datagram: bytes, source: tuple[str, int]) -> None:
        packet = packets.parse(datagram)
        if packet is None or not self._is_from_party(source):
            return
        is_event = packet.payload_type == self._telephone_event
        if packet.payload_type not in (0, 8, _COMFORT_NOISE, self._payload_type) and not is_event:
            return
        self._heard_from = source
        self.packets_received += 1
        self.last_packet_at = self._clock.monotonic()
        if self._started_at is None or not self._is_receiving:
            return
        if is_event:
            self._key(packet)
        elif packet.payload_type != _COMFORT_NOISE:
            self._audio(packet)

    def _is_from_party(self, source: tuple[str, int]) -> bool:
        """Media follows the first valid source once; packets from elsewhere never divert it."""
        return self._heard_from is None or source == self._heard_from

    def _now(self) -> int:
        """Where the clock stands, in samples."""
        assert self._started_at is not None
        return int((self._clock.monotonic() - self._started_at) / BLOCK_SECONDS * BLOCK_SAMPLES)

    def _key(self, packet: packets.RtpPacket) -> None:
        digit = self._digits_in.take(packet.payload, packet.timestamp)
        if digit is not None and self.on_digit is not None:
            self.on_digit(Position(self._placement.position_of(packet, arrived=self._now())), digit)

    def _audio(self, packet: packets.RtpPacket) -> None:
        codec = self._codec if packet.payload_type == self._payload_type else _STATIC.get(packet.payload_type, self._codec)
        pcm = g711.decode(packet.payload, codec)
        if not len(pcm):
            return
        arrived, samples = self._now(), len(pcm)
        position = self._placement.place(
            packet, arrived=arrived, samples=samples, is_silent=lambda: int(np.abs(pcm.astype(np.int32)).max()) < _LOUD
        )
        if position is None:
            return
        for tap in self._taps:
            tap.heard(Position(position), pcm)
