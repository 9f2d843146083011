"""Where received audio belongs on the caller channel.

The first packet is anchored where it arrived; from then on the RTP timestamp says where each packet lies, however late or
out of order it comes. The anchor is laid anew on another SSRC or after a jump of the timestamp, and, only where the sender
was silent, when its clock has drifted from ours: within speech nothing is ever moved.
"""

from __future__ import annotations

from collections import deque

from ringtrue.telephony.rtp.packet import RtpPacket, difference

_DRIFT_SAMPLES = 320  # 40 ms at 8 kHz
_JUMP_SAMPLES = 8000 * 5  # no network holds a packet back for 5 s: the sender's timeline is another
_REMEMBERED = 64  # sequence numbers, for duplicates: more than any reordering seen within a second


class Placement:
    """Positions of the packets of one received stream."""

    def __init__(self) -> None:
        self._ssrc: int | None = None
        self._anchor_timestamp = 0
        self._anchor_position = 0
        self._newest_timestamp = 0
        self._seen: deque[tuple[int, int]] = deque(maxlen=_REMEMBERED)

    def place(self, packet: RtpPacket, *, arrived: int, samples: int, is_silent: bool) -> int | None:
        """The position of the packet's first sample; None for a duplicate. `arrived` is where the clock stood."""
        natural = max(0, arrived - samples)
        if packet.ssrc != self._ssrc:
            self._lay_anchor(packet, natural)
            self._ssrc = packet.ssrc
        key = (packet.sequence, packet.timestamp)
        if key in self._seen:
            return None
        self._seen.append(key)
        position = self._position(packet.timestamp)
        drift = natural - position
        is_next = difference(packet.timestamp, self._newest_timestamp, 32) >= 0
        starts_talk = is_silent or (packet.marker and is_next)
        if abs(drift) > _JUMP_SAMPLES or (is_next and starts_talk and abs(drift) >= _DRIFT_SAMPLES):
            self._lay_anchor(packet, natural)
            position = natural
        if is_next:
            self._newest_timestamp = packet.timestamp
        return position if position >= 0 else None

    def _lay_anchor(self, packet: RtpPacket, position: int) -> None:
        self._anchor_timestamp, self._anchor_position = packet.timestamp, position
        self._newest_timestamp = packet.timestamp

    def _position(self, timestamp: int) -> int:
        return self._anchor_position + difference(timestamp, self._anchor_timestamp, 32)

    def position_of(self, packet: RtpPacket, *, arrived: int) -> int:
        """Where an event packet lies, without laying an anchor."""
        if packet.ssrc != self._ssrc:
            return arrived
        position = self._position(packet.timestamp)
        return position if abs(arrived - position) <= _JUMP_SAMPLES and position >= 0 else arrived
